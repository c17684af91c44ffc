"""People of the firm for tests: users, brokers, and browsers that are signed in as them."""

from __future__ import annotations

import itertools
import re
from datetime import date
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.accounts import service as accounts
from hub.accounts.models import User
from hub.accounts.rules import RoleName, ScopeKind
from hub.accounts.security import actor_of
from hub.brokers import service as brokers
from hub.brokers import tree
from hub.brokers.forms import Entry
from hub.brokers.models import Broker
from hub.clients import service as clients
from hub.kernel import access, clock, work
from hub.kernel.access import Actor
from hub.relationship import service as relationship

PASSWORD = "correct horse battery"
SINCE = date(2000, 1, 1)  # days on which everybody of the firm works
_numbers = itertools.count(1)


def user(*roles: str, email: str = "", is_demo: bool = True) -> int:
    """A user with these roles → his id; inside an open unit.

    Shape: a made-up one, whom the sandbox lets in by one factor, unless the test says otherwise.
    """
    number = next(_numbers)
    with access.acting(access.SYSTEM):
        user_id = accounts.create(
            email or f"user{number}@firm.example", f"User {number}", password=PASSWORD,
            roles=[RoleName(role) for role in roles],
        )  # fmt: skip
        if is_demo:
            accounts.mark_demo(user_id)
    if RoleName.MANAGER in roles:
        lead(user_id)
    return user_id


def head() -> int:
    """The root of the tree → his id: somebody whom no test asks for, until a manager comes."""
    root = tree.root()
    return root if root is not None else _hire(None, {"name": "Head"})


def broker(user_id: int | None = None, *, under: int | None = None, **fields: Any) -> int:
    """A broker → his id; inside an open unit.

    Shape: under the root unless said otherwise; a user who is one already stays it.
    """
    known = select(Broker.id).where(Broker.user_id == user_id, Broker.user_id.is_not(None))
    if (found := work.session().scalar(known)) is not None:
        return found
    others = {name: fields.pop(name) for name in ("left_on", "frozen_at") if name in fields}
    made = _hire(under if under is not None else head(), fields)
    row = work.session().get_one(Broker, made)
    for name, value in (others | {"user_id": user_id}).items():
        setattr(row, name, value)
    work.session().flush()
    return made


def _hire(superior: int | None, fields: dict[str, Any]) -> int:
    number = next(_numbers)
    said = {"no": f"B{number:04}", "name": f"Broker {number}", "branch": "Pudong", "title": "-"}
    with access.acting(access.SYSTEM):
        return brokers.create(Entry(**(said | fields), joined_on=SINCE, superior=superior))


def lead(user_id: int) -> int:
    """A manager leads the firm, unless another does: then he stands below him → his broker id."""
    row = work.session().get_one(Broker, head())
    if row.user_id is not None:
        return broker(user_id)
    row.user_id = user_id
    work.session().flush()
    return row.id


def tie(user_id: int, *, client: int, serves: int, branch: str) -> None:
    """Have a user be one client, serve another and reach a branch; inside an open unit."""
    with access.acting(access.SYSTEM):
        clients.link_user(client, user_id)
        accounts.set_scope(user_id, ScopeKind.BRANCH, [branch])
        day = clock.firm_day()
        relationship.assign(serves, broker(user_id), valid_from=day)


def actor(user_id: int) -> Actor:
    """The user as the one who acts; inside an open unit."""
    return actor_of(work.session().get_one(User, user_id))


class Browser:
    """A browser: keeps its cookies, sends the CSRF token that the page gave it."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self.token = ""

    def get(self, path: str, **options: Any) -> TestResponse:
        answer = self.client.get(path, **options)
        if found := re.search(r'name="csrf_token" value="([^"]+)"', answer.text):
            self.token = found[1]
        return answer

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        if not self.token:
            self.get("/login")
        return self.client.post(path, data={"csrf_token": self.token} | (data or {}), **options)

    def sign_in(self, email: str, password: str = PASSWORD) -> TestResponse:
        self.get("/login")
        answer = self.post("/login", {"email": email, "password": password})
        self.token = ""
        return answer


def signed_in(app: Flask, user_id: int) -> Browser:
    """A browser signed in as the user; outside any unit."""
    with work.unit(writes=False):
        email = work.session().scalars(select(User.email).where(User.id == user_id)).one()
    browser = Browser(app)
    assert browser.sign_in(email or "").status_code == 302
    browser.get("/")
    return browser
