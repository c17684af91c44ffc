"""How long what was needed to sign in stays: sessions, codes, tokens."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import func, true

from hub.accounts.models import Code, Session
from hub.accounts.token_models import Token
from hub.kernel import keeping, parameters
from hub.kernel.base import table_of
from hub.kernel.module import Cron, Job, Keep
from hub.kernel.parameters import Parameter

DAY_S = 86_400


def _days(name: str, title: Any, default: int) -> Parameter:
    return Parameter(
        name=name, title=title, kind="int", default=default, unit="days", low=Decimal(1),
        high=Decimal(3_650),
    )  # fmt: skip


SESSIONS = _days("accounts.keep_session_days", _("Sign-ins stay listed for"), 180)
CODES = _days("accounts.keep_code_days", _("One-time codes stay for"), 1)
TOKENS = _days("accounts.keep_token_days", _("Tokens stay listed after their end for"), 180)
PARAMETERS = (SESSIONS, CODES, TOKENS)


def purge_sessions() -> None:
    """Job: forget devices that nobody was at for long."""
    rows = table_of(Session)
    _forget(rows, rows.c.last_seen, SESSIONS, "accounts.purge_sessions")


def purge_codes() -> None:
    """Job: forget codes whose time is over."""
    rows = table_of(Code)
    _forget(rows, rows.c.expires_at, CODES, "accounts.purge_codes")


def purge_tokens() -> None:
    """Job: forget tokens that were revoked or ran out long ago."""
    rows = table_of(Token)
    ended = func.coalesce(rows.c.revoked_at, rows.c.expires_at)
    _forget(rows, ended, TOKENS, "accounts.purge_tokens")


def _forget(rows: Any, at: Any, days: Parameter, job: str) -> None:
    keeping.delete_old(rows, at, true(), days=parameters.get(days.name), job=job)


JOBS = (
    Job(name="accounts.purge_sessions", run=purge_sessions),
    Job(name="accounts.purge_codes", run=purge_codes),
    Job(name="accounts.purge_tokens", run=purge_tokens),
)
CRON = (
    Cron(job="accounts.purge_attempts", every_s=3600),
    Cron(job="accounts.purge_codes", every_s=3600),
    Cron(job="accounts.purge_sessions", every_s=DAY_S),
    Cron(job="accounts.purge_tokens", every_s=DAY_S),
)
RETENTION = (
    Keep(table="accounts_session", title=_("Sign-ins and devices"), job="accounts.purge_sessions",
         days=SESSIONS.name),
    Keep(table="accounts_attempt", title=_("Failed sign-ins"), job="accounts.purge_attempts",
         days=1),  # at most: what counts is `accounts.tries_window`
    Keep(table="accounts_code", title=_("One-time codes"), job="accounts.purge_codes",
         days=CODES.name),
    Keep(table="accounts_token", title=_("Tokens"), job="accounts.purge_tokens", days=TOKENS.name),
)  # fmt: skip
