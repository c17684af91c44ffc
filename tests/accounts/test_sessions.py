"""Devices: listed, ended one by one or all, dead when stolen, idle or locked."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from hub.accounts.models import Session
from hub.kernel import clock, live, work
from tests import staff

At = Callable[[datetime], AbstractContextManager[None]]
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1"


class Ear:
    """Hears which rooms are cut."""

    def __init__(self) -> None:
        self.dropped: list[str] = []

    def emit(self, room: str, event: str, payload: object) -> None: ...

    def drop(self, room: str) -> None:
        self.dropped.append(room)


@pytest.fixture
def ear() -> object:
    before, ear = live._live[0], Ear()
    live.implement(ear)
    yield ear
    live.implement(before)


def make_user(*roles: str, email: str = "") -> int:
    with work.unit():
        return staff.user(*roles, email=email)


def ids(user_id: int) -> list[int]:
    with work.unit(writes=False):
        query = select(Session.id).where(Session.user_id == user_id).order_by(Session.id)
        return list(work.session().scalars(query))


def test_a_user_sees_his_devices_and_ends_one(app: Flask, ear: Ear) -> None:
    user_id = make_user("broker", email="li@firm.example")
    here = staff.signed_in(app, user_id)
    phone = staff.Browser(app)
    phone.client.environ_base["HTTP_USER_AGENT"] = PHONE
    phone.sign_in("li@firm.example")
    page = here.get("/me/").text
    assert page.count("data-session=") == 2
    assert "Safari · iPhone" in page
    assert "127.0.0.1" in page
    first, second = ids(user_id)
    assert here.post(f"/me/sessions/{second}/end").status_code == 303
    assert ear.dropped == [f"session:{second}"]
    assert phone.get("/me/").status_code == 302
    assert here.get("/me/").text.count("data-session=") == 1
    assert here.post(f"/me/sessions/{second}/end").status_code == 404
    assert first != second


def test_every_other_device_is_ended_at_once(app: Flask, ear: Ear) -> None:
    user_id = make_user("broker")
    here, others = staff.signed_in(app, user_id), [staff.signed_in(app, user_id) for _ in range(2)]
    here.get("/me/")
    assert here.post("/me/sessions/end").status_code == 303
    assert [one.get("/me/").status_code for one in (here, *others)] == [200, 302, 302]
    assert ear.dropped == [f"session:{one}" for one in ids(user_id)[1:]]


def test_nobody_ends_the_device_of_another(app: Flask) -> None:
    one, other = make_user("broker"), make_user("broker")
    staff.signed_in(app, other)
    browser = staff.signed_in(app, one)
    assert browser.post(f"/me/sessions/{ids(other)[0]}/end").status_code == 404


@pytest.mark.feature("S19")
def test_an_operator_signs_a_user_out_everywhere_and_sees_when_he_came(
    app: Flask, ear: Ear
) -> None:
    user_id, operator_id = make_user("broker"), make_user("operator")
    devices = [staff.signed_in(app, user_id) for _ in range(2)]
    operator = staff.signed_in(app, operator_id)
    assert operator.post(f"/users/{user_id}/sessions/end").status_code == 303
    assert ear.dropped == [f"user:{user_id}"]
    assert [one.get("/me/").status_code for one in devices] == [302, 302]
    assert operator.get(f"/users/{user_id}/sign-ins").text.count("data-row") == 2


def test_a_stolen_cookie_is_dead_once_its_owner_has_signed_out(app: Flask) -> None:
    browser, thief = staff.signed_in(app, make_user("broker")), staff.Browser(app)
    name = app.config["HUB"].cookie_name
    cookie = browser.client.get_cookie(name)
    assert cookie is not None
    thief.client.set_cookie(name, cookie.value)
    assert thief.get("/me/").status_code == 200
    assert browser.post("/logout").status_code == 302
    assert thief.get("/me/").status_code == 302


def test_a_session_that_nobody_uses_ends_and_one_that_stays_ends_after_two_weeks(
    app: Flask, at: At
) -> None:
    make_user("broker", email="li@firm.example")
    start = clock.now()
    browsers = {}
    for stays in (False, True):
        browser = staff.Browser(app)
        browser.get("/login")
        form = {"email": "li@firm.example", "password": staff.PASSWORD}
        with at(start):
            browser.post("/login", form | ({"remember": "y"} if stays else {}))
        browsers[stays] = browser

    def answers(hours: float) -> list[int]:
        with at(start + timedelta(hours=hours)):
            return [browsers[stays].get("/me/").status_code for stays in (False, True)]

    assert answers(11) == [200, 200]
    assert answers(22) == [200, 200]  # seen at 11, so not idle
    assert answers(35) == [302, 200]
    assert answers(14 * 24 - 1) == [302, 200]
    assert answers(14 * 24 + 1) == [302, 302]


def test_signing_in_anew_replaces_the_session(app: Flask) -> None:
    user_id = make_user("broker", email="li@firm.example")
    browser = staff.signed_in(app, user_id)
    assert browser.get("/login").status_code == 302
    page = browser.get("/login?again=1&next=/me/")
    assert page.status_code == 200
    form = {"email": "li@firm.example", "password": staff.PASSWORD}
    assert browser.post("/login?next=/me/", form).headers["Location"] == "/me/"
    with work.unit(writes=False):
        ended = work.session().scalars(select(Session.ended_at).order_by(Session.id)).all()
        assert [moment is not None for moment in ended] == [True, False]


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "/\tx"]
)
def test_a_sign_in_leads_to_no_other_host(app: Flask, to: str) -> None:
    make_user("broker", email="li@firm.example")
    browser = staff.Browser(app)
    browser.get("/login")
    form = {"email": "li@firm.example", "password": staff.PASSWORD}
    answer = browser.client.post(
        "/login", query_string={"next": to}, data=form | {"csrf_token": browser.token}
    )
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"


def test_an_oversized_form_is_refused(app: Flask) -> None:
    make_user("broker", email="li@firm.example")
    browser = staff.Browser(app)
    browser.get("/login")
    huge = {"email": "li@firm.example", "password": "x" * 5_000_000}
    assert browser.post("/login", huge).status_code == 413
    long = {"email": "li@firm.example", "password": "x" * 50_000}
    assert browser.post("/login", long).status_code == 422


def test_a_session_key_stands_in_the_table_only_as_a_hash(app: Flask) -> None:
    browser = staff.signed_in(app, make_user("broker"))
    with browser.client.session_transaction() as session:
        key = session["session"]
    with work.unit(writes=False):
        rows = str(work.session().execute(select(*Session.__table__.c)).all())
    assert key not in rows
    assert re.search(r"[0-9a-f]{64}", rows)
