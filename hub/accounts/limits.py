"""How often somebody may try or ask: counted in the database, per mailbox and per address."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import structlog
from flask_babel import gettext as _
from flask_babel import lazy_gettext as l_
from sqlalchemy import delete, select

from hub.accounts.models import Attempt
from hub.kernel import clock, parameters, work
from hub.kernel.errors import TooMany
from hub.kernel.parameters import Parameter

log = structlog.get_logger(__name__)

IPV6_NETWORK = 64  # bits: what one household or one server commonly has for itself

LIMITS = (
    Parameter(
        name="accounts.tries_per_mailbox", title=l_("Failed sign-ins of a mailbox"), kind="int",
        default=10, unit="tries", low=Decimal(3), high=Decimal(1_000),
    ),
    Parameter(
        name="accounts.tries_per_address", title=l_("Failed sign-ins from a network address"),
        kind="int", default=100, unit="tries", low=Decimal(3), high=Decimal(100_000),
    ),
    Parameter(
        name="accounts.tries_window", title=l_("Failed sign-ins are counted for"), kind="int",
        default=15, unit="minutes", low=Decimal(1), high=Decimal(1_440),
    ),
    Parameter(
        name="accounts.asks_per_mailbox", title=l_("Codes and links asked for by one person"),
        kind="int", default=5, unit="codes", low=Decimal(1), high=Decimal(100),
    ),
    Parameter(
        name="accounts.asks_per_address", title=l_("Codes and links asked for from a network"),
        kind="int", default=50, unit="codes", low=Decimal(1), high=Decimal(100_000),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Try:
    """Who is tried from where, as keyed hashes: the table names nobody."""

    mailbox: str
    address: str
    is_ask: bool = False


def tried(mailbox: str, address: str, *, secret: str, asks: bool = False) -> Try:
    """The hashes of a mailbox as typed and of a network address.

    Shape: who asks (`asks`) for a code or a link is counted apart from who tries one.
    """
    what = "ask-" if asks else ""

    def keyed(kind: str, text: str) -> str:
        return hmac.new(secret.encode(), f"{kind}:{text}".encode(), hashlib.sha256).hexdigest()

    return Try(
        keyed(f"{what}mailbox", mailbox), keyed(f"{what}address", _network(address)), is_ask=asks
    )


def begin(attempt: Try) -> int:
    """Count a try before the password is looked at, so that many at once are counted too.

    Shape: the id of the row, for `succeed`. Opens a short writing unit of its own.
    Raises: TooMany; the same for a mailbox that nobody has.
    """
    _refuse_over(attempt)  # a flood of refused tries writes nothing

    def note() -> int:
        _refuse_over(attempt)
        row = Attempt(mailbox=attempt.mailbox, address=attempt.address, at=clock.now())
        work.session().add(row)
        work.session().flush()
        return row.id

    return work.apart(note)


def look(attempt: Try) -> None:
    """Refuse a try over the limit without counting it.

    Raises: TooMany.
    """
    _refuse_over(attempt)


def note(attempt: Try) -> None:
    """Count a try that failed, in the open unit."""
    row = Attempt(mailbox=attempt.mailbox, address=attempt.address, at=clock.now())
    work.session().add(row)


def succeed(attempt_id: int) -> None:
    """The try was no failure."""
    work.session().execute(delete(Attempt).where(Attempt.id == attempt_id))


def purge() -> None:
    """Forget what lies before the window."""
    work.session().execute(delete(Attempt).where(Attempt.at <= _since()))


def _since() -> datetime:
    return clock.now() - _window()


def _window() -> timedelta:
    return timedelta(minutes=parameters.get("accounts.tries_window"))


def _refuse_over(attempt: Try) -> None:
    what = "asks" if attempt.is_ask else "tries"
    for column, value, name in (
        (Attempt.mailbox, attempt.mailbox, f"accounts.{what}_per_mailbox"),
        (Attempt.address, attempt.address, f"accounts.{what}_per_address"),
    ):
        _refuse_at(column == value, parameters.get(name), is_ask=attempt.is_ask)


def _refuse_at(condition: Any, most: int, *, is_ask: bool) -> None:
    """Refuse when the window holds `most` tries, until the oldest that counts has left it."""
    query = select(Attempt.at).where(condition, Attempt.at > _since())
    found = work.session().scalar(query.order_by(Attempt.at.desc()).offset(most - 1).limit(1))
    if found is None:
        return
    wait = max(1, int((found + _window() - clock.now()).total_seconds()) + 1)
    minutes = -(-wait // 60)
    log.warning("sign_in_throttled", asks=is_ask, retry_s=wait)
    if is_ask:
        told = _("asked for too often: try again in %(minutes)s minutes", minutes=minutes)
    else:
        told = _("too many sign-ins failed: try again in %(minutes)s minutes", minutes=minutes)
    raise TooMany(told, retry_s=wait)


def _network(address: str) -> str:
    """An IPv6 address counts by its network: one machine has countless addresses."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:  # noqa: PLR2004 - the Internet Protocol's
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network(f"{found}/{IPV6_NETWORK}", strict=False))
