"""Tokens: what they open, what closes them, what they may never do."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from hub.accounts import bearer, tokens
from hub.accounts import service as accounts
from hub.accounts.models import Attempt
from hub.accounts.rules import RoleName
from hub.accounts.token_forms import TokenWish
from hub.accounts.token_models import Token
from hub.kernel import access, audit, clock, parameters, store, work
from hub.kernel.errors import Forbidden, Invalid
from tests import programs, staff
from tests.programs import Program

At = Callable[[datetime], AbstractContextManager[None]]


@pytest.fixture
def manager(app: Flask) -> int:
    del app
    with work.unit():
        return staff.user("manager")


def made(user_id: int, *scopes: str) -> tokens.Made:
    with work.unit():
        return programs.token(user_id, *scopes)


def test_a_token_opens_what_its_owner_may(app: Flask, manager: int) -> None:
    program = Program(app, made(manager).text)
    told = program.get("/me").get_json()
    assert told["user_id"] == manager
    assert "clients.write" in told["permissions"]
    assert program.get("/clients").status_code == 200


def test_a_token_opens_no_more_than_it_was_given(app: Flask, manager: int) -> None:
    program = Program(app, made(manager, "brokers.read").text)
    assert program.get("/brokers").status_code == 200
    refused = program.get("/clients")
    assert refused.status_code == 403
    assert refused.content_type == "application/problem+json"


def test_a_token_shrinks_with_its_owners_rights(app: Flask, manager: int) -> None:
    program = Program(app, made(manager).text)
    with work.unit(), access.acting(access.SYSTEM):
        accounts.set_roles(manager, [RoleName.FINANCE])
    assert program.get("/clients").status_code == 403


def test_nobody_gives_away_a_right_that_he_has_not(app: Flask, manager: int) -> None:
    del app
    with pytest.raises(Invalid), work.unit():
        programs.token(manager, "accounts.write")


def test_a_token_makes_no_token(app: Flask, manager: int) -> None:
    program = Program(app, made(manager).text)
    wish = {"name": "another", "scopes": ["clients.read"]}
    answer = program.post("/tokens", wish)
    assert (answer.status_code, answer.get_json()["title"]) == (403, "by-token")
    with pytest.raises(Forbidden), work.unit(), access.acting(access.SYSTEM):
        tokens.create(TokenWish(name="x", scopes=frozenset({"clients.read"})))


def test_only_the_hash_of_a_token_is_kept(app: Flask, manager: int) -> None:
    del app
    text = made(manager).text
    with work.unit(writes=False):
        row = work.session().scalars(select(Token)).one()
        assert text not in str(vars(row))
        assert row.hash == tokens.digest(text)
        assert text.startswith(row.start)
        assert len(row.start) < len(text) / 3


def test_a_token_ends_with_its_days(app: Flask, manager: int, at: At) -> None:
    text = made(manager).text
    with at(clock.now() + timedelta(days=89)):
        assert Program(app, text).get("/me").status_code == 200
    with at(clock.now() + timedelta(days=90, minutes=1)):
        assert Program(app, text).get("/me").status_code == 401


def test_a_token_of_more_days_than_the_firm_allows_is_not_made(app: Flask, manager: int) -> None:
    del app
    with pytest.raises(Invalid), work.unit():
        programs.token(manager, days=366)


def test_a_locked_users_tokens_are_dead_at_once(app: Flask, manager: int) -> None:
    program = Program(app, made(manager).text)
    assert program.get("/me").status_code == 200
    with work.unit(), access.acting(access.SYSTEM):
        accounts.lock(manager)
    assert program.get("/me").status_code == 401


def test_a_revoked_token_opens_nothing_and_the_log_says_who_did_it(
    app: Flask, manager: int
) -> None:
    token = made(manager)
    program = Program(app, token.text)
    with work.unit():
        other = staff.user("finance")
        operator = staff.user("operator")
    assert Program(app, made(other).text).delete(f"/tokens/{token.id}").status_code == 404
    assert Program(app, made(operator).text).delete(f"/tokens/{token.id}").status_code == 204
    assert program.get("/me").status_code == 401
    with work.unit(writes=False):
        row = (
            work.session()
            .scalars(select(audit.AuditRow).where(audit.AuditRow.verb == "revoked"))
            .one()
        )
        assert (row.actor_id, row.subject_id) == (operator, token.id)


@pytest.mark.parametrize("text", ["", "x", "hub_" + "a" * 43, "hub_" + "ü" * 9, "x" * 5_000])
def test_a_bad_token_is_told_nothing_but_that_it_is_bad(app: Flask, text: str) -> None:
    answer = app.test_client().get(
        "/api/v1/me", headers={"Authorization": f"Bearer {text}".encode().decode("latin-1")}
    )
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    told = answer.get_json()
    assert (told["title"], told["detail"]) == ("invalid-token", "")


def test_bad_tokens_are_counted_and_then_not_even_looked_at(app: Flask) -> None:
    client = app.test_client()
    with work.unit(), access.acting(access.SYSTEM):
        parameters.set_from("accounts.tries_per_address", "5", valid_from=clock.firm_day())
    answers = [
        client.get("/api/v1/me", headers={"Authorization": f"Bearer hub_{number}"})
        for number in range(8)
    ]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 3
    assert int(answers[-1].headers["Retry-After"]) > 0
    with work.unit(writes=False):
        assert work.session().scalar(select(func.count()).select_from(Attempt)) == 5


def test_a_bad_token_on_a_write_is_counted_too(app: Flask) -> None:
    answer = app.test_client().post(
        "/api/v1/clients", json={}, headers={"Authorization": "Bearer hub_x"}
    )
    assert answer.status_code == 401
    with work.unit(writes=False):
        assert work.session().scalar(select(func.count()).select_from(Attempt)) == 1


def test_a_page_takes_no_token(app: Flask, manager: int) -> None:
    headers = {"Authorization": f"Bearer {made(manager).text}"}
    answer = app.test_client().get("/clients/", headers=headers)
    assert answer.status_code in {302, 401}


def test_the_last_use_is_noted_at_most_once_a_minute(app: Flask, manager: int, at: At) -> None:
    program = Program(app, made(manager).text)
    begin = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    used = []
    with work.unit():
        work.session().scalars(select(Token)).one().expires_at = begin + timedelta(days=9)
    for seconds in (0, 30, 59, 61):
        with at(begin + timedelta(seconds=seconds)):
            program.get("/me")
            with work.unit(writes=False):
                used.append(work.session().scalars(select(Token.used_at)).one())
    assert used == [begin, begin, begin, begin + timedelta(seconds=61)]


def test_a_program_that_asks_too_often_is_told_when_to_come_again(app: Flask, manager: int) -> None:
    token = made(manager)
    with work.unit(), access.acting(access.SYSTEM):
        tokens.set_quota(token.id, 3)
    program = Program(app, token.text)
    answers = [program.get("/me") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert answers[0].headers["RateLimit-Limit"] == "3"
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 21


def test_without_redis_a_program_goes_on_within_a_limit(app: Flask, manager: int) -> None:
    token = made(manager)
    with work.unit(), access.acting(access.SYSTEM):
        tokens.set_quota(token.id, 2)
    store.bind("")
    bearer._local.clear()
    program = Program(app, token.text)
    assert [program.get("/me").status_code for _ in range(3)] == [200, 200, 429]


def test_a_session_writes_only_with_its_own_token_against_forgery(app: Flask, manager: int) -> None:
    browser = staff.signed_in(app, manager)
    body = {"no": "A1", "name": "Li"}
    assert browser.client.get("/api/v1/me").get_json()["user_id"] == manager
    assert browser.client.post("/api/v1/clients", json=body).status_code == 400
    page = browser.get("/clients/new")
    assert page.status_code == 200
    answer = browser.client.post(
        "/api/v1/clients", json=body, headers={"X-CSRFToken": browser.token}
    )
    assert answer.status_code == 201


def test_what_a_program_does_is_logged_with_its_token(app: Flask, manager: int) -> None:
    token = made(manager)
    assert Program(app, token.text).post("/clients", {"no": "A1", "name": "Li"}).status_code == 201
    with work.unit(writes=False):
        row = (
            work.session()
            .scalars(select(audit.AuditRow).where(audit.AuditRow.subject == "client"))
            .first()
        )
        assert row is not None
        assert (row.actor_id, row.detail["token"]) == (manager, token.id)


def test_a_token_is_made_on_a_page_and_shown_once(app: Flask, manager: int) -> None:
    browser = staff.signed_in(app, manager)
    wish = {"name": "Nightly", "days": "30", "scopes": ["clients.read", "brokers.read"]}
    shown = browser.post("/tokens/new", wish)
    assert shown.status_code == 200
    text = shown.text.partition('value="hub_')[2].partition('"')[0]
    assert Program(app, f"hub_{text}").get("/brokers").status_code == 200
    assert text not in browser.get("/tokens/").text
    again = browser.post("/tokens/new", {"name": "Nightly", "scopes": ["accounts.write"]})
    assert again.status_code == 422
    with work.unit(writes=False):
        token_id = work.session().scalars(select(Token.id)).one()
    assert browser.post(f"/tokens/{token_id}/revoke").status_code == 303
    assert Program(app, f"hub_{text}").get("/brokers").status_code == 401
