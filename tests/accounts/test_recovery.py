"""A new password, another address: by links and codes that are good once."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from hub.accounts import links, service
from hub.accounts.models import User
from hub.accounts.rules import Identity, LinkPurpose, Locale
from hub.kernel import access, runner, work
from hub.kernel.audit import AuditRow
from tests import letters, staff
from tests.channels.mailing import Mailbox, mailbox

__all__ = ["mailbox"]

At = Callable[[datetime], AbstractContextManager[None]]
WHO = "li@firm.example"
NEW = "another battery staple"


def make_user(*roles: str, email: str = WHO) -> int:
    with work.unit():
        return staff.user(*roles, email=email)


def wish(app: Flask, email: str) -> str:
    browser = staff.Browser(app)
    browser.get("/login/forgot")
    answer = browser.post("/login/forgot", {"email": email})
    assert answer.status_code == 200
    return answer.text.split("<main")[1].split("csrf_token")[0]


def choose(app: Flask, link: str, password: str = NEW) -> int:
    browser = staff.Browser(app)
    if browser.get(link).status_code != 200:
        return 410
    return browser.post(link, {"password": password, "again": password}).status_code


def test_a_forgotten_password_is_chosen_anew_by_a_link(app: Flask, mailbox: Mailbox) -> None:
    user_id = make_user("broker")
    signed_in = staff.signed_in(app, user_id)
    wish(app, WHO)
    link = letters.link_for(mailbox, WHO)
    assert choose(app, link) == 302
    assert signed_in.get("/me/").status_code == 302
    assert staff.Browser(app).sign_in(WHO).status_code == 422
    assert staff.Browser(app).sign_in(WHO, NEW).status_code == 302


def test_a_link_is_good_once_and_leaves_no_trace(app: Flask, mailbox: Mailbox) -> None:
    make_user("broker")
    wish(app, WHO)
    link = letters.link_for(mailbox, WHO)
    assert letters.rows_that_hold(link.rsplit("/", 1)[1]) == []
    assert choose(app, link) == 302
    assert choose(app, link, "yet another one") == 410
    assert staff.Browser(app).sign_in(WHO, NEW).status_code == 302


def test_a_new_link_and_the_old_one_die_together(app: Flask, mailbox: Mailbox) -> None:
    make_user("broker")
    wish(app, WHO)
    old = letters.link_for(mailbox, WHO)
    wish(app, WHO)
    new = letters.link_for(mailbox, WHO)
    assert choose(app, new) == 302
    assert choose(app, old) == 410


@pytest.mark.parametrize("change", ["forged", "cut", "nothing"])
def test_a_forged_link_opens_nothing(app: Flask, mailbox: Mailbox, change: str) -> None:
    make_user("broker")
    wish(app, WHO)
    link = letters.link_for(mailbox, WHO)
    bad = {"forged": link[:-2] + ("AA" if link[-2:] != "AA" else "BB"), "cut": link[:-9],
           "nothing": "/login/password/x"}[change]  # fmt: skip
    assert staff.Browser(app).get(bad).status_code == 410


@pytest.mark.parametrize(
    ("purpose", "seconds"), [(LinkPurpose.RESET, 3_600), (LinkPurpose.INVITATION, 3 * 86_400)]
)
def test_a_link_is_dead_when_its_time_is_over(
    app: Flask, monkeypatch: pytest.MonkeyPatch, purpose: LinkPurpose, seconds: int
) -> None:
    user_id = make_user("broker")
    now = time.time()
    for age, status in ((seconds - 60, 200), (seconds + 60, 410)):
        with monkeypatch.context() as then, work.unit(writes=False):
            then.setattr("itsdangerous.timed.time.time", lambda age=age: now - age)
            address = links.address(work.session().get_one(User, user_id), purpose)
        path = "/login" + address.partition("/login")[2]
        assert staff.Browser(app).get(path).status_code == status


def test_whoever_asks_learns_nothing(app: Flask, mailbox: Mailbox) -> None:
    make_user("broker")
    assert wish(app, WHO) == wish(app, "nobody@firm.example")
    runner.drain()
    assert mailbox.to() == [WHO]


def test_no_address_is_left_in_what_was_deferred(app: Flask, mailbox: Mailbox) -> None:
    wish(app, "nobody@firm.example")
    runner.drain()
    assert letters.rows_that_hold("nobody@firm.example") == []


def test_a_password_that_is_short_or_mistyped_is_refused(app: Flask, mailbox: Mailbox) -> None:
    make_user("broker")
    wish(app, WHO)
    link = letters.link_for(mailbox, WHO)
    browser = staff.Browser(app)
    browser.get(link)
    for password, again in (("short", "short"), (NEW, "other"), ("x" * 300, "x" * 300)):
        answer = browser.post(link, {"password": password, "again": again})
        assert answer.status_code == 422
    assert choose(app, link) == 302


def test_links_asked_for_again_and_again_are_refused(app: Flask) -> None:
    browser = staff.Browser(app)
    browser.get("/login/forgot")
    answers = [browser.post("/login/forgot", {"email": WHO}).status_code for _ in range(7)]
    assert answers == [200] * 5 + [429] * 2


@pytest.mark.feature("S19")
def test_an_invited_user_chooses_his_password_and_sets_his_factor_up(
    app: Flask, mailbox: Mailbox
) -> None:
    operator = staff.signed_in(app, make_user("operator", email="op@firm.example"))
    operator.get("/users/new")
    answer = operator.post(
        "/users/new",
        {"email": "New@Firm.example", "name": "新人", "role": "agent", "locale": "zh"},
    )
    assert answer.status_code == 303
    assert choose(app, letters.link_for(mailbox, "new@firm.example")) == 302
    browser = staff.Browser(app)
    assert browser.sign_in("new@firm.example", NEW).headers["Location"] == "/login/factors/"
    again = operator.post(
        "/users/new", {"email": "new@firm.example", "name": "x", "role": "agent", "locale": "zh"}
    )
    assert again.status_code == 409


def test_an_invitation_without_a_name_or_to_no_address_is_refused(app: Flask) -> None:
    operator = staff.signed_in(app, make_user("operator"))
    operator.get("/users/new")
    for bad in ({"email": "x", "name": "x"}, {"email": "a@b.example", "name": ""},
                {"email": "a@b.example", "name": "x", "role": "emperor"}):  # fmt: skip
        assert operator.post("/users/new", bad).status_code == 422


def client_user(value: str = "wang@mail.example") -> int:
    with work.unit(), access.acting(access.SYSTEM):
        return service.enrol(Identity("email", value), "王芳", locale=Locale.EN)


def client_in(app: Flask, mailbox: Mailbox, value: str = "wang@mail.example") -> staff.Browser:
    browser = staff.Browser(app)
    browser.get("/login/code")
    browser.post("/login/code", {"identity": value})
    assert browser.post(
        "/login/code/enter", {"code": letters.code_for(mailbox, value)}
    ).status_code == 302  # fmt: skip
    browser.get("/me/")
    return browser


def test_another_address_is_agreed_to_from_the_old_one(app: Flask, mailbox: Mailbox) -> None:
    user_id = client_user()
    browser = client_in(app, mailbox)
    assert browser.post("/me/address", {"address": "new@mail.example"}).status_code == 302
    old = letters.code_for(mailbox, "wang@mail.example")
    new = letters.code_for(mailbox, "new@mail.example")
    browser.get("/me/address/confirm")
    wrong = browser.post("/me/address/confirm", {"old": new, "new": old})
    assert wrong.status_code == 422
    assert browser.post("/me/address/confirm", {"old": old, "new": new}).status_code == 302
    with work.unit(writes=False):
        assert work.session().get_one(User, user_id).email == "new@mail.example"
        changes = work.session().scalars(select(AuditRow).where(AuditRow.verb == "address-changed"))
        assert [row.detail for row in changes] == [{"kind": "email", "by": "himself"}]


def test_an_address_that_another_signs_in_by_cannot_be_taken(app: Flask, mailbox: Mailbox) -> None:
    client_user()
    client_user("taken@mail.example")
    browser = client_in(app, mailbox)
    browser.post("/me/address", {"address": "taken@mail.example"})
    codes = {
        "old": letters.code_for(mailbox, "wang@mail.example"),
        "new": letters.code_for(mailbox, "taken@mail.example"),
    }
    assert browser.post("/me/address/confirm", codes).status_code == 422
    for bad in ("nonsense", "wang@mail.example"):
        assert browser.post("/me/address", {"address": bad}).status_code in {409, 422}


@pytest.mark.feature("S19")
def test_an_operator_changes_an_address_and_it_is_logged(app: Flask, mailbox: Mailbox) -> None:
    user_id = client_user()
    browser = client_in(app, mailbox)
    operator = staff.signed_in(app, make_user("operator", email="op@firm.example"))
    path = f"/users/{user_id}/address"
    assert operator.post(path, {"kind": "sms", "address": "138 0000 1234"}).status_code == 303
    assert operator.post(path, {"kind": "sms", "address": "x"}).status_code == 422
    assert browser.get("/me/").status_code == 302
    with work.unit(writes=False):
        assert work.session().get_one(User, user_id).phone == "+8613800001234"
        verbs = work.session().scalars(
            select(AuditRow.verb).where(AuditRow.subject_id == user_id, AuditRow.subject == "user")
        )
        assert "address-changed" in set(verbs)


def test_a_user_sets_a_password_on_his_own_page(app: Flask, mailbox: Mailbox) -> None:
    client_user()
    browser = client_in(app, mailbox)
    answer = browser.post("/me/password", {"password": NEW, "again": NEW})
    assert answer.status_code == 302
    assert browser.get("/me/").status_code == 302
    assert staff.Browser(app).sign_in("wang@mail.example", NEW).status_code == 302
