"""How often somebody may try or ask: counted in the database, per person and per network."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import structlog
from flask_babel import gettext as _
from flask_babel import lazy_gettext as l_
from sqlalchemy import ColumnElement, delete, or_, select

from hub.accounts.models import Attempt
from hub.kernel import clock, parameters, tally, tracing, work
from hub.kernel.errors import TooMany
from hub.kernel.parameters import Parameter

log = structlog.get_logger(__name__)

IPV6_NETWORK = 64  # bits: what one household or one server commonly has for itself
DAY = timedelta(days=1)

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
    Parameter(
        name="accounts.strange_tries_per_day", kind="int", default=30, unit="tries",
        title=l_("Failed second factors of a person a day, from networks new to him"),
        low=Decimal(3), high=Decimal(1_000),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Try:
    """Who is tried from where, as keyed hashes: the table names nobody.

    Shape: `pair` is person and network together, for a second factor alone; `is_known` when he
        has come in from that network before.
    """

    mailbox: str
    address: str
    is_ask: bool = False
    pair: str | None = None
    is_known: bool = False


def tried(mailbox: str, address: str, *, secret: str, asks: bool = False) -> Try:
    """The hashes of a mailbox as typed and of a network address.

    Shape: who asks (`asks`) for a code or a link is counted apart from who tries one.
    """
    what = "ask-" if asks else ""
    return Try(
        _keyed(secret, f"{what}mailbox", mailbox),
        _keyed(secret, f"{what}address", _network(address)),
        is_ask=asks,
    )


def second(who: str, address: str, *, known: frozenset[str], secret: str) -> Try:
    """The hashes of a try of somebody's second factor; `known` are networks he came in from.

    Shape: what is tried from a known network counts for that network alone, so that whoever
        guesses elsewhere cannot shut its owner out there.
    """
    network = tracing.network_of(address) or address
    pair = _keyed(secret, "second-pair", f"{who} {network}")
    is_known = network in known
    return Try(
        pair if is_known else _keyed(secret, "second-mailbox", who),
        _keyed(secret, "second-address", network), pair=pair, is_known=is_known,
    )  # fmt: skip


def _keyed(secret: str, kind: str, text: str) -> str:
    return hmac.new(secret.encode(), f"{kind}:{text}".encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Counted:
    """A try that was counted before anything was looked at; `is_last` if no other may follow."""

    id: int
    is_last: bool


def begin(attempt: Try) -> Counted:
    """Count a try before the password is looked at, so that many at once are counted too.

    Shape: for `succeed`. Opens a short writing unit of its own.
    Raises: TooMany; the same for a mailbox that nobody has.
    """
    _refuse_over(attempt)  # a flood of refused tries writes nothing

    def note() -> Counted:
        _refuse_over(attempt)
        row = _row(attempt)
        work.session().add(row)
        work.session().flush()
        return Counted(row.id, is_last=any(map(_full_since, _rules(attempt))))

    return work.apart(note)


def look(attempt: Try) -> None:
    """Refuse a try over the limit without counting it.

    Raises: TooMany.
    """
    _refuse_over(attempt)


def note(attempt: Try) -> None:
    """Count a try that failed, in the open unit."""
    work.session().add(_row(attempt))


def succeed(attempt_id: int) -> None:
    """The try was no failure."""
    work.session().execute(delete(Attempt).where(Attempt.id == attempt_id))


def purge() -> None:
    """Forget what lies before the window; of second factors, what lies before a day."""
    now = clock.now()
    is_over = (Attempt.at <= now - _window()) & Attempt.pair.is_(None)
    work.session().execute(delete(Attempt).where(or_(is_over, Attempt.at <= now - DAY)))


def _row(attempt: Try) -> Attempt:
    return Attempt(
        mailbox=attempt.mailbox, address=attempt.address, pair=attempt.pair, at=clock.now()
    )


def _window() -> timedelta:
    return timedelta(minutes=parameters.get("accounts.tries_window"))


@dataclass(frozen=True, slots=True)
class _Rule:
    """So many tries of one kind in so long."""

    counted: ColumnElement[bool]
    most: int
    window: timedelta


def _rules(attempt: Try) -> list[_Rule]:
    """What binds a try. In a network its person is known in, others' tries do not bind him."""
    what, window = "asks" if attempt.is_ask else "tries", _window()
    most = parameters.get(f"accounts.{what}_per_mailbox")
    of_all = parameters.get(f"accounts.{what}_per_address")
    from_here = _Rule(Attempt.address == attempt.address, of_all, window)
    if attempt.pair is None:
        return [_Rule(Attempt.mailbox == attempt.mailbox, most, window), from_here]
    both = _Rule(Attempt.pair == attempt.pair, most, window)
    if attempt.is_known:
        return [both]
    a_day = parameters.get("accounts.strange_tries_per_day")
    return [both, _Rule(Attempt.mailbox == attempt.mailbox, a_day, DAY), from_here]


def _refuse_over(attempt: Try) -> None:
    for rule in _rules(attempt):
        since = _full_since(rule)
        if since is not None:
            _refuse(since + rule.window, is_ask=attempt.is_ask)


def _full_since(rule: _Rule) -> datetime | None:
    """When the oldest try that counts was made, if the window holds as many as it may."""
    query = select(Attempt.at).where(rule.counted, Attempt.at > clock.now() - rule.window)
    newest = query.order_by(Attempt.at.desc()).offset(rule.most - 1).limit(1)
    return work.session().scalar(newest)


def _refuse(until: datetime, *, is_ask: bool) -> None:
    wait = max(1, int((until - clock.now()).total_seconds()) + 1)
    minutes = -(-wait // 60)
    log.warning("sign_in_throttled", asks=is_ask, retry_s=wait)
    tally.count("refused", "ask" if is_ask else "sign-in", "too-many")
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
