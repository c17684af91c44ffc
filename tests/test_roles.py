"""Every door, room and command, by every role, as docs/security.md says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from channels.live import sockets
from hub.accounts.rules import RoleName
from hub.kernel import access, doors, modules, work
from hub.relationship.rules import BROKER_REACH, REACH
from tests import make, roles, staff

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.feature("S93")]

OPEN = {"public", "signed", "own", "half"}
SAMPLES = {"int": 999_999, "path": "x", "default": "x"}


@pytest.fixture(autouse=True)
def house(app: Flask) -> Flask:
    return app


def test_every_route_stands_in_the_list_with_its_lock(house: Flask) -> None:
    locks = {}
    for endpoint in house.view_functions:
        lock = doors.lock_of(house, endpoint)
        locks[endpoint] = lock.needs if lock is not None else "no lock"
    listed = {name: "public" if right == "half" else right for name, right in roles.doors().items()}
    assert listed == locks


def test_every_room_and_event_stands_in_the_list() -> None:
    loaded = modules.loaded().items
    assert {room for item in loaded for room in item.rooms} == set(roles.ROOMS)
    assert set(sockets.EVENTS) == set(roles.EVENTS)


def test_the_page_names_every_right_and_who_holds_it() -> None:
    named = {
        right.name: frozenset(right.roles)
        for item in modules.loaded().items
        for right in item.permissions
    }
    assert roles.rights() == named


def test_the_page_says_whom_a_role_reaches() -> None:
    for head, reaches in (("role", REACH), ("broker role", BROKER_REACH)):
        told = {role: (str(sees), str(to)) for role, (sees, to) in reaches.items()}
        assert roles.reach(head) == told
        assert set(told) == {role.value for role in RoleName}


def knocks(house: Flask) -> Iterator[tuple[Rule, str, str]]:
    """(rule, method, right) of every door but the one that signs out."""
    listed = roles.doors()
    for rule in house.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            if rule.endpoint != "signout.leave":
                yield rule, method, listed[rule.endpoint]


def knock(browser: staff.Browser, rule: Rule, method: str) -> TestResponse:
    values = {name: SAMPLES[_kind(rule, name)] for name in rule.arguments}
    _host, _bar, path = (rule.build(values) or ("", ""))[1].rpartition("|")
    data: dict[str, Any] = {} if method == "GET" else {"csrf_token": browser.token}
    return browser.client.open(path, method=method, data=data)


def _kind(rule: Rule, name: str) -> str:
    converter = type(rule._converters[name]).__name__
    return {"RowNumber": "int", "PathConverter": "path"}.get(converter, "default")


def verdict(answer: TestResponse) -> str:
    if answer.status_code == 403:
        return "refused"
    led = answer.headers.get("Location", "").startswith("/login?next=")
    return "asked to sign in" if answer.status_code == 401 or led else "let in"


def expected(right: str, role: str) -> str:
    if right in OPEN:
        return "let in" if role or right != "own" else "asked to sign in"
    if not role:
        return "asked to sign in"
    return "let in" if role in roles.rights()[right] else "refused"


@pytest.mark.feature("S19")
@pytest.mark.parametrize("role", ["", *(role.value for role in RoleName)])
def test_a_role_passes_the_doors_of_its_rights_and_no_others(house: Flask, role: str) -> None:
    browser = staff.Browser(house)
    if role:
        with work.unit():
            user_id = staff.user(role)
        browser = staff.signed_in(house, user_id)
    browser.get("/login?again=1")
    wrong = []
    for rule, method, right in knocks(house):
        answer = knock(browser, rule, method)
        # 503: the sandbox that a page asks does not run here
        assert answer.status_code < 500 or answer.status_code == 503, (method, str(rule))
        if right in {"half", "signed"}:
            continue  # what is missing there is no right of a role
        if verdict(answer) != expected(right, role):
            wrong.append(f"{method} {rule}: {verdict(answer)}, not {expected(right, role)}")
        answer.close()
    assert wrong == []


@pytest.mark.parametrize("role", [role.value for role in RoleName])
def test_a_role_reaches_the_clients_that_the_page_names(house: Flask, role: str) -> None:
    with work.unit():
        staff.user("manager")  # he leads the firm, so that nobody else here does
        user_id = staff.user(role)
        clients = {name: make.client(branch=name) for name in ("self", "served", "branch", "other")}
        staff.tie(user_id, client=clients["self"], serves=clients["served"], branch="branch")
    sees, writes = ({NEAREST.get(reach, reach)} for reach in roles.reach()[role])
    with work.unit(writes=False):
        actor = staff.actor(user_id)
        for name, client in clients.items():
            assert _may(actor, "clients.read", client) == bool({"all", name} & sees), name
            assert _may(actor, "clients.write", client) == bool({"all", name} & writes), name


# A manager of this world leads nobody but himself; test_levels.py has the whole line.
NEAREST = {"subtree": "served"}


def _may(actor: access.Actor, verb: str, client: int) -> bool:
    """Whether the actor's reach holds the client, whatever his rights."""
    holds = access.Actor(
        user_id=actor.user_id, roles=actor.roles, client_id=actor.client_id,
        broker_id=actor.broker_id, scopes=actor.scopes, permissions=frozenset({verb}),
    )  # fmt: skip
    return access.may(holds, verb, client)


@pytest.mark.parametrize("role", [role.value for role in RoleName])
def test_every_role_has_a_home_that_is_not_empty(house: Flask, role: str) -> None:
    with work.unit():
        user_id = staff.user(role)
    browser = staff.signed_in(house, user_id)
    page = browser.get("/", follow_redirects=True)
    assert page.status_code == 200
    assert page.text.count('class="card panel') >= (1 if role == "client" else 2)
    assert page.request.path == ("/my/" if role == "client" else "/")
