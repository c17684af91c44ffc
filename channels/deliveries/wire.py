"""Act: put a claim into words and hand it to the provider. No session is open here."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from channels.deliveries import claims, compose, pace, recovery, secrets, words
from channels.deliveries.claims import Claimed
from channels.deliveries.rules import LEASE_S
from channels.providers.base import (
    Draft,
    Envelope,
    MailParts,
    Outcome,
    Provider,
    SmsParts,
    Turn,
    Unsendable,
)
from channels.providers.base import State as Told
from channels.providers.journal import Journal
from channels.providers.seal import Seal
from channels.providers.segments import segments
from channels.providers.smtp import SmtpSettings, smtp_for
from channels.providers.twilio import TwilioSettings, twilio_for
from hub.kernel import clock, owners
from hub.kernel.config import Config
from hub.kernel.errors import Invalid, Unavailable

ACT_S = 0.2  # upper lanes are looked at again after this
LONGEST_S = 2.0  # a turn with nobody waiting; what is claimed stays claimed for so long
UNFIT = frozenset({"missing_variable", "unfit_words"})


@dataclass(frozen=True, slots=True)
class Said:
    """What a provider said of one delivery, with what the try cost us."""

    outcome: Outcome
    provider: str = ""
    segments: int = 0
    cost: Decimal | None = None
    reason: str = ""


_FREE = Said(Outcome(0, Told.UNSENT))


class Wire:
    """This process's ways out of the house: made on first use, so that forks share no socket."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.leave = Seal(config.secret_key, "unsubscribe")
        self._journals: dict[int, Journal] = {}

    @property
    def journal(self) -> Journal:
        """The journal of this process."""
        pid = os.getpid()
        if pid not in self._journals:
            self._journals = {pid: Journal(recovery.journal_of(owners.me()))}
        return self._journals[pid]

    def provider(self, channel: str) -> Provider[Any]:
        """The provider of a channel.

        Raises: Unavailable when the settings name none.
        """
        if channel == "email":
            relay = SmtpSettings.from_config(self.config)
            if not relay.host:
                raise Unavailable("no mail relay: set HUB_SMTP_HOST")
            return smtp_for(relay)
        account = TwilioSettings.from_config(self.config)
        if not account.account_sid:
            raise Unavailable("no SMS account: set HUB_TWILIO_ACCOUNT_SID")
        return twilio_for(account)

    def leave_url(self, delivery_id: int) -> str:
        """The signed address that unsubscribes from what a delivery was."""
        return f"{self.config.public_url}/u/{self.leave.token(delivery_id)}"


_wire: list[Wire] = []


def bind(config: Config) -> None:
    """Make the wire of this process."""
    _wire[:] = [Wire(config)]


def part() -> None:
    """Close this process's lines to the providers, politely."""
    for channel in ("email", "sms"):
        with contextlib.suppress(Unavailable):
            _wire[0].provider(channel).close()


def leave_url(delivery_id: int) -> str:
    """The signed address that unsubscribes from what a delivery was."""
    return _wire[0].leave_url(delivery_id)


def forget_journal() -> None:
    """All outcomes of this process are recorded: the journal may begin anew."""
    _wire[0].journal.clear()


def act(claimed: Claimed) -> list[Said]:
    """Hand over what can be started in time; one word on each delivery of the claim."""
    if time.monotonic() - claimed.since > LEASE_S / 2 or _left_s(claimed) == 0:
        return [Said(Outcome(row.id, Told.UNSENT)) for row in claimed.rows]
    wire = _wire[0]
    try:
        provider = wire.provider(claimed.channel)
    except Unavailable as error:
        return [_unsent(row.id, str(error)) for row in claimed.rows]
    said: dict[int, Said] = {}
    envelopes: list[Envelope[Any]] = (
        _mails(claimed, wire) if claimed.channel == "email" else list(_texts(claimed, said))
    )
    turn = Turn(time.monotonic() + ACT_S, partial(_renewed, claimed))
    for outcome in provider.send(envelopes, turn=turn, journal=wire.journal):
        known = said.get(outcome.delivery_id, _FREE)
        reason = outcome.code if outcome.code in UNFIT else ""
        told = _discreet(outcome, claimed) if claimed.secret else outcome
        said[outcome.delivery_id] = Said(told, provider.name, known.segments, known.cost, reason)
    if claimed.channel == "sms":
        _refund_segments(said)
    return list(said.values())


def _discreet(outcome: Outcome, claimed: Claimed) -> Outcome:
    return replace(outcome, raw=secrets.discreet(outcome.raw, claimed.secret))


def _renewed(claimed: Claimed) -> float:
    """When the turn is to end that is over now: at once if somebody above waits, or the batch."""
    if time.monotonic() - claimed.since > LONGEST_S or claimed.expires_at is not None:
        return 0.0
    with contextlib.suppress(SQLAlchemyError):
        return time.monotonic() + ACT_S if claims.may_go_on(claimed) else 0.0
    return 0.0


def _left_s(claimed: Claimed) -> int | None:
    """Whole seconds for which the message is worth sending; None for ever."""
    if claimed.expires_at is None:
        return None
    return max(0, int((claimed.expires_at - clock.now()).total_seconds()))


def _unsent(delivery_id: int, why: str) -> Said:
    return Said(Outcome(delivery_id, Told.UNSENT, code="no-provider", raw=why))


def _unfit(error: Invalid) -> Unsendable:
    """What a message that cannot be put into words is refused with."""
    return Unsendable(
        "missing_variable" if error.code == words.MISSING else "unfit_words", str(error)
    )


def _values(claimed: Claimed, row: Any) -> dict[str, Any]:
    facts = {name: words.shown(row[place]) for name, place in _facts_in(row._fields)}
    return {**facts, **claimed.fixed, **claimed.secret}


@lru_cache(maxsize=64)
def _facts_in(fields: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Which columns of a claimed row are facts, by name."""
    places = enumerate(fields)
    return tuple((name[5:], place) for place, name in places if name.startswith("fact_"))


def _mails(claimed: Claimed, wire: Wire) -> list[Envelope[MailParts]]:
    """E-mails, each put into words when its turn comes."""
    return [
        Envelope(row.id, row.address, Draft(partial(_mail, claimed, wire, row)))
        for row in claimed.rows
    ]


def _mail(claimed: Claimed, wire: Wire, row: Any) -> MailParts:
    try:
        return compose.mail(
            claimed.texts, row.language, _values(claimed, row),
            klass=claimed.klass, leave=wire.leave_url(row.id),
        )  # fmt: skip
    except Invalid as error:
        raise _unfit(error) from error


def _texts(claimed: Claimed, said: dict[int, Said]) -> Iterator[Envelope[SmsParts]]:
    """Text messages as far as the pace allows their further segments."""
    for place, row in enumerate(claimed.rows):
        try:
            body = compose.sms(
                claimed.texts, row.language, _values(claimed, row),
                klass=claimed.klass, house=claimed.house,
            )  # fmt: skip
        except Invalid as error:
            why = _unfit(error)
            outcome = Outcome(row.id, Told.FAILED, code=why.code, raw=str(why))
            said[row.id] = Said(outcome, reason=why.code)
            continue
        count = segments(body, china=row.region == "CN").count
        if not pace.take_more("sms", claimed.klass, count - 1):
            for rest in claimed.rows[place:]:
                said[rest.id] = Said(Outcome(rest.id, Told.UNSENT))
            return
        said[row.id] = Said(
            Outcome(row.id, Told.UNSENT), segments=count, cost=claimed.sms_price * count
        )
        yield Envelope(row.id, row.address, SmsParts(body, valid_s=_left_s(claimed) or 0))


def _refund_segments(said: dict[int, Said]) -> None:
    unsent = [one for one in said.values() if one.outcome.state is Told.UNSENT]
    pace.give_back("sms", sum(max(0, one.segments - 1) for one in unsent))
    for one in unsent:
        said[one.outcome.delivery_id] = replace(one, segments=0, cost=None)
