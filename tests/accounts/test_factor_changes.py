"""Factors that are reset, forced, added and taken away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hub.accounts.models import User
from hub.kernel import clock, work
from hub.kernel.audit import AuditRow
from tests import staff
from tests.accounts.factor_world import Armed, code_of, half_in, set_up


def operator(app: Flask) -> staff.Browser:
    with work.unit():
        user_id = staff.user("operator")
    return staff.signed_in(app, user_id)


def the_user(email: str = "zhou@firm.example") -> User:
    return work.session().scalars(select(User).where(User.email == email)).one()


@pytest.mark.feature("S19")
def test_an_operator_resets_a_lost_factor_and_the_sessions_end(app: Flask, armed: Armed) -> None:
    browser = half_in(app)
    browser.post("/login/second", {"code": code_of(armed[0], steps=1)})
    with work.unit(writes=False):
        user_id = the_user().id
    assert operator(app).post(f"/users/{user_id}/factor/reset").status_code == 303
    assert browser.get("/clients/").status_code == 302
    answer = staff.Browser(app).sign_in("zhou@firm.example")
    assert answer.headers["Location"] == "/login/factors/"
    with work.unit(writes=False):
        rows = (
            work.session()
            .scalars(select(AuditRow).where(AuditRow.verb == "second-factor-reset"))
            .all()
        )
        assert [row.actor for row in rows] == ["user"]


@pytest.mark.feature("S19")
def test_a_forced_second_factor_ends_sessions_of_one(app: Flask) -> None:
    with work.unit():
        user_id = staff.user("broker", email="demo@firm.example")
    browser = staff.signed_in(app, user_id)
    desk = operator(app)
    assert desk.post(f"/users/{user_id}/factor/force", {"forced": "1"}).status_code == 303
    assert browser.get("/clients/").status_code == 302
    answer = staff.Browser(app).sign_in("demo@firm.example")
    assert answer.headers["Location"] == "/login/factors/"


def test_a_user_of_one_factor_adds_a_second_on_his_own_page(app: Flask) -> None:
    with work.unit():
        user_id = staff.user("broker", email="demo@firm.example")
    browser = staff.signed_in(app, user_id)
    key, codes, _page = set_up(browser)
    assert len(codes) == 10
    assert "set up" in browser.get("/me/").text
    assert staff.Browser(app).sign_in("demo@firm.example").headers["Location"] == "/login/second"
    browser.get("/me/")
    assert browser.post("/login/factors/app/drop").status_code == 303
    assert staff.Browser(app).sign_in("demo@firm.example").headers["Location"] == "/"
    assert key


def test_factors_change_only_a_short_while_after_a_sign_in(app: Flask, at: Any) -> None:
    with work.unit():
        user_id = staff.user("broker", email="demo@firm.example")
    browser = staff.signed_in(app, user_id)
    with at(clock.now() + timedelta(minutes=31)):
        page = browser.get("/me/")
        assert page.status_code == 200
        assert "again=1" in page.text
        assert browser.get("/login/factors/app").status_code == 403
        assert (
            browser.post("/me/password", {"password": "x" * 9, "again": "x" * 9}).status_code == 403
        )
        assert browser.post("/me/address", {"address": "wu@firm.example"}).status_code == 403


def test_a_half_finished_sign_in_is_over_after_ten_minutes(app: Flask, armed: Armed) -> None:
    browser = half_in(app)
    with browser.client.session_transaction() as session:
        session["half"]["at"] -= 601
        session.modified = True
    answer = browser.post("/login/second", {"code": code_of(armed[0], steps=1)})
    assert answer.status_code == 401
