"""Two factors: who must have them, how they are set up, what a lost one costs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from hub.accounts.models import RecoveryCode, Session
from hub.kernel import access, clock, parameters, work
from hub.kernel.audit import AuditRow
from tests import letters, staff
from tests.accounts.factor_world import Armed, code_of, half_in, real, set_up


@pytest.mark.feature("S19")
def test_staff_without_a_second_factor_set_one_up_before_they_see_anything(app: Flask) -> None:
    real("manager")
    browser = staff.Browser(app)
    browser.get("/login?next=/clients/")
    answer = browser.post(
        "/login?next=/clients/", {"email": "zhou@firm.example", "password": staff.PASSWORD}
    )
    assert answer.headers["Location"] == "/login/factors/"
    for path in ("/", "/clients/", "/me/", "/users/", "/search"):
        assert browser.get(path).headers["Location"].startswith("/login?next="), path
    _key, codes, shown = set_up(browser)
    assert len(set(codes)) == 10
    assert 'href="/clients/"' in shown.text
    assert browser.get("/clients/").status_code == 200
    assert browser.get("/login/factors/done").status_code == 302  # shown once


@pytest.mark.parametrize("roles", [("broker",), ("operator",), ("client", "broker"), ("finance",)])
def test_every_role_of_the_firm_must_have_one(app: Flask, roles: tuple[str, ...]) -> None:
    real(*roles)
    answer = staff.Browser(app).sign_in("zhou@firm.example")
    assert answer.headers["Location"] == "/login/factors/"


def test_a_client_needs_none(app: Flask) -> None:
    real("client")
    assert staff.Browser(app).sign_in("zhou@firm.example").headers["Location"] == "/"


def test_the_made_up_people_come_in_by_one_factor_in_the_sandbox_alone(app: Flask) -> None:
    with work.unit():
        staff.user("manager", email="demo@firm.example")
    assert staff.Browser(app).sign_in("demo@firm.example").headers["Location"] == "/"
    settings = app.config["HUB"]
    app.config["HUB"] = replace(settings, sandbox=False)
    try:
        answer = staff.Browser(app).sign_in("demo@firm.example")
        assert answer.headers["Location"] == "/login/factors/"
    finally:
        app.config["HUB"] = settings


def test_a_firm_may_do_without_by_a_dated_setting(app: Flask) -> None:
    real("manager")
    with work.unit(), access.acting(access.SYSTEM):
        parameters.set_from("accounts.second_factor_needed", "false", valid_from=clock.firm_day())
    assert staff.Browser(app).sign_in("zhou@firm.example").headers["Location"] == "/"


def test_whoever_has_one_is_asked_for_it(app: Flask, armed: Armed) -> None:
    browser = half_in(app)
    assert browser.get("/clients/").status_code == 302
    assert browser.post("/login/second", {"code": "12"}).status_code == 422
    assert browser.post("/login/second", {"code": code_of(armed[0], steps=1)}).status_code == 302
    assert browser.get("/clients/").status_code == 200
    with work.unit(writes=False):
        row = work.session().scalars(select(Session).order_by(Session.id.desc())).first()
        assert row is not None
        assert (row.via, row.factors) == ("password+app", 2)


def test_a_code_of_the_app_is_good_once(app: Flask, armed: Armed) -> None:
    code = code_of(armed[0], steps=1)
    first, second = half_in(app), half_in(app)
    assert first.post("/login/second", {"code": code}).status_code == 302
    assert second.post("/login/second", {"code": code}).status_code == 422


def test_the_password_alone_sets_up_no_other_factor(app: Flask, armed: Armed) -> None:
    browser = half_in(app)
    for path in ("/login/factors/", "/login/factors/app"):
        assert browser.get(path).status_code == 302, path
    assert browser.post("/login/factors/app", {"code": "123456"}).status_code == 401
    json = {"X-CSRFToken": browser.token}
    for path in ("/login/passkey/new", "/login/passkey/keep"):
        assert browser.client.post(path, json={}, headers=json).status_code == 401, path


def test_guessing_the_second_factor_is_stopped(app: Flask, armed: Armed) -> None:
    browser = half_in(app)
    answers = [browser.post("/login/second", {"code": "000000"}) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    other = half_in(app)  # another browser, the same person
    assert other.post("/login/second", {"code": code_of(armed[0], steps=1)}).status_code == 429


def test_a_recovery_code_lets_in_once(app: Flask, armed: Armed) -> None:
    code = armed[1][0]
    first, second = half_in(app), half_in(app)
    assert first.post("/login/second", {"recovery": code.upper()}).status_code == 302
    assert second.post("/login/second", {"recovery": code}).status_code == 422
    with work.unit(writes=False):
        used = work.session().scalars(select(RecoveryCode.used_at)).all()
        assert len([moment for moment in used if moment]) == 1
        verbs = set(work.session().scalars(select(AuditRow.verb)))
        assert "recovery-code-used" in verbs


def test_a_recovery_code_of_another_user_does_not_fit(app: Flask, armed: Armed) -> None:
    real("manager", email="wu@firm.example")
    other = staff.Browser(app)
    other.sign_in("wu@firm.example")
    set_up(other)
    browser = half_in(app, "wu@firm.example")
    assert browser.post("/login/second", {"recovery": armed[1][0]}).status_code == 422
    assert browser.post("/login/second", {"code": code_of(armed[0], steps=1)}).status_code == 422


def test_secrets_of_the_second_factor_are_sealed_at_rest(app: Flask, armed: Armed) -> None:
    key, codes = armed
    plain = key.replace("-", "")
    assert letters.rows_that_hold(plain, *codes, *(code.replace("-", "") for code in codes)) == []
