"""How long sessions, codes and tokens stay: as many days as the firm says."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from hub.accounts import codes, keeping, sessions, tokens
from hub.accounts.models import Code, Session
from hub.accounts.rules import Identity, Locale, Purpose
from hub.accounts.sessions import Device, Proof
from hub.accounts.token_models import Token
from hub.kernel import access, clock, modules, parameters, work
from hub.kernel.base import Base
from hub.kernel.parameters import Parameter
from tests import programs, staff

At = Callable[[datetime], AbstractContextManager[None]]

WAYS: tuple[tuple[type[Base], Parameter, Callable[[], None]], ...] = (
    (Session, keeping.SESSIONS, keeping.purge_sessions),
    (Code, keeping.CODES, keeping.purge_codes),
    (Token, keeping.TOKENS, keeping.purge_tokens),
)


@pytest.fixture
def signed_in_once(app: Flask) -> int:
    """A user with a session, a code and a token → the token's id."""
    del app
    with work.unit():
        user_id = staff.user("manager")
        device = Device(name="Firefox", network="203.0.113.7")
        sessions.open_for(user_id, Proof(via="password", factors=1), device, stays=False)
        codes.ask(Purpose.SIGN_IN, Identity("email", "li@firm.example"), Locale.EN)
        return programs.token(user_id).id


def left(model: type[Base]) -> int:
    with work.unit(writes=False):
        return work.session().scalar(select(func.count()).select_from(model)) or 0


def purged(at: At, moment: datetime, purge: Callable[[], None], model: type[Base]) -> int:
    with at(moment), work.unit(), access.acting(access.SYSTEM):
        purge()
    return left(model)


def over(model: type[Base]) -> datetime:
    """The moment from which the days of a row count."""
    columns = {Session: Session.last_seen, Code: Code.expires_at, Token: Token.expires_at}
    with work.unit(writes=False):
        found: datetime | None = work.session().scalar(select(columns[model]))
    assert found is not None
    return found


@pytest.mark.parametrize(("model", "days", "purge"), WAYS)
def test_each_goes_when_its_days_are_over_and_no_sooner(
    signed_in_once: int, at: At, model: type[Base], days: Parameter, purge: Callable[[], None]
) -> None:
    begins = over(model)
    usual = timedelta(days=float(days.default))
    assert purged(at, begins + usual - timedelta(minutes=1), purge, model) == 1
    assert purged(at, begins + usual + timedelta(minutes=1), purge, model) == 0


@pytest.mark.parametrize(("model", "days", "purge"), WAYS)
def test_the_firm_says_for_how_many_days(
    signed_in_once: int, at: At, model: type[Base], days: Parameter, purge: Callable[[], None]
) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        parameters.set_from(days.name, "3", valid_from=clock.firm_day())
    begins = over(model)
    assert purged(at, begins + timedelta(days=2.9), purge, model) == 1
    assert purged(at, begins + timedelta(days=3.1), purge, model) == 0


def test_a_token_that_was_revoked_goes_by_the_day_of_that(signed_in_once: int, at: At) -> None:
    now = clock.now()
    with work.unit(), access.acting(access.SYSTEM):
        tokens.revoke(signed_in_once)
    usual = timedelta(days=float(keeping.TOKENS.default))
    assert purged(at, now + usual - timedelta(hours=1), keeping.purge_tokens, Token) == 1
    assert purged(at, now + usual + timedelta(hours=1), keeping.purge_tokens, Token) == 0


def test_everything_that_is_kept_for_days_is_seen_to_by_the_timetable(app: Flask) -> None:
    del app
    loaded = modules.loaded()
    kept = [keep for item in loaded.items for keep in item.retention]
    assert {keep.job for keep in kept} <= {line.job for line in loaded.cron}
    assert {keep.days for keep in kept if isinstance(keep.days, str)} <= set(parameters.named())
    tables = {keep.table for keep in kept}
    assert tables >= {"accounts_session", "accounts_attempt", "accounts_code", "accounts_token",
                      "imports_line", "imports_row", "imports_part", "sandbox.db"}  # fmt: skip
