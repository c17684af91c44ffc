"""Claim a micro-batch: rows are `submitting`, owned and leased, before anything is sent."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, bindparam, literal, select, update
from sqlalchemy import case as sql_case

from channels.deliveries import gating, pace, words
from channels.deliveries.compose import House
from channels.deliveries.models import Batch, Content, Delivery
from channels.deliveries.prepare import close_if_done, hold
from channels.deliveries.rules import LEASE_S, BatchState, State
from hub.clients.models import Address, Client
from hub.kernel import clock, facts, parameters, work
from hub.kernel.base import table_of
from hub.kernel.errors import Invalid
from hub.kernel.messages import MessageClass
from hub.kernel.module import Later

_deliveries = table_of(Delivery)

_take = (
    update(_deliveries)
    .where(_deliveries.c.id == bindparam("row"), _deliveries.c.state == State.QUEUED)
    .values(
        state=bindparam("to"),
        reason=bindparam("because"),
        owner=bindparam("by"),
        lease_until=bindparam("lease"),
        at=bindparam("moment"),
    )
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A micro-batch of one channel, ready to be put into words.

    Shape: `rows` have id, person_id, address, language, tries and the facts by name.
    Units: `since` is monotonic seconds at the claim; `tokens` messages the pace allows.
    """

    batch_id: int
    klass: MessageClass
    channel: str
    texts: Mapping[str, Mapping[str, str]]
    fixed: Mapping[str, Any]
    content_hash: str
    room: str
    owner: str
    house: House
    sms_price: Decimal
    tokens: int
    since: float
    rows: list[Any] = field(default_factory=list)


def claim(owner: str, *, batch_id: int, first: int, last: int) -> Claimed | Later | None:
    """Claim what is queued in [first, last] and may go now; None when nothing is left there."""
    session = work.session()
    head = session.execute(_head(batch_id)).one()
    if head.state != BatchState.SENDING:
        return None
    klass = MessageClass(head.klass)
    try:
        gates = gating.binding(klass, head.gates)
    except Invalid as error:
        hold(session.get_one(Batch, batch_id), str(error))
        return None
    channel = session.scalar(_first_channel(batch_id, first, last))
    if channel is None:
        close_if_done(batch_id)
        return None
    tokens = _tokens(channel, klass)
    if isinstance(tokens, Later):
        return tokens
    query = _rows(batch_id, channel, head.texts, gates).where(Delivery.id.between(first, last))
    found = session.execute(query.limit(tokens)).all()
    open_rows = [row for row in found if not row.stop]
    _mark(owner, open_rows, [row for row in found if row.stop])
    pace.give_back(channel, tokens - len(open_rows))
    return Claimed(
        batch_id, klass, channel, head.texts, head.variables, head.hash, head.room, owner,
        house(), parameters.get("channels.sms_price"), len(open_rows), time.monotonic(), open_rows,
    )  # fmt: skip


def _tokens(channel: str, klass: MessageClass) -> int | Later:
    """How many messages may go now; Later when none."""
    pace.refresh()
    if (rest := pace.rest_s(channel)) > 0:
        return Later(seconds=rest)
    grant = pace.take(channel, klass)
    return grant.tokens or Later(seconds=max(0.05, grant.wait_s))


def house() -> House:
    """The firm's part of a message, from today's parameters."""
    return House(
        signature=parameters.get("channels.sms_signature"),
        opt_out=parameters.get("channels.sms_opt_out"),
    )


def _head(batch_id: int) -> Select[Any]:
    return (
        select(
            Batch.state, Batch.klass, Batch.gates, Batch.room, Batch.variables,
            Content.texts, Content.hash,
        )
        .join(Content, Content.id == Batch.content_id)
        .where(Batch.id == batch_id)
    )  # fmt: skip


def _queued(batch_id: int) -> Any:
    now = clock.now()
    return (
        (Delivery.batch_id == batch_id)
        & (Delivery.state == State.QUEUED)
        & (Delivery.due_at.is_(None) | (Delivery.due_at <= now))
    )


def _first_channel(batch_id: int, first: int, last: int) -> Select[Any]:
    query = select(Delivery.channel).where(_queued(batch_id), Delivery.id.between(first, last))
    return query.order_by(Delivery.id).limit(1)


def _rows(
    batch_id: int, channel: str, texts: Mapping[str, Mapping[str, str]], gates: Any
) -> Select[Any]:
    """Queued rows with address and facts; `stop` names a flag gate that has closed since."""
    known = facts.readable()
    names = sorted(words.variables_in(texts) & set(known))
    stops = [(gating.flag_stops(gate), literal(gate.name)) for gate in gates if gate.flag]
    stop = sql_case(*stops, else_="") if stops else literal("")
    return (
        select(
            Delivery.id, Delivery.person_id, Delivery.tries, Address.value.label("address"),
            Address.region, Client.language, stop.label("stop"),
            *(known[name].column().label(f"fact_{name}") for name in names),
        )
        .join(Client, Client.id == Delivery.person_id)
        .join(Address, Address.id == Delivery.address_id)
        .where(_queued(batch_id), Delivery.channel == channel)
        .order_by(Delivery.id)
        .with_for_update(of=Delivery, skip_locked=True)
    )  # fmt: skip


def _mark(owner: str, open_rows: list[Any], stopped: list[Any]) -> None:
    now = clock.now()
    lease = now + timedelta(seconds=LEASE_S)
    values = [
        {"row": row.id, "to": State.SUBMITTING, "because": "", "by": owner, "lease": lease,
         "moment": now}
        for row in open_rows
    ]  # fmt: skip
    values += [
        {"row": row.id, "to": State.SUPPRESSED, "because": row.stop, "by": None, "lease": None,
         "moment": now}
        for row in stopped
    ]  # fmt: skip
    if values:
        work.session().connection().execute(_take, values)
