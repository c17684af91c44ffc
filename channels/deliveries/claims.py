"""Claim a micro-batch: rows are `submitting`, owned and leased, before anything is sent."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import Select, bindparam, literal, or_, select, update
from sqlalchemy import case as sql_case

from channels.deliveries import gating, pace, secrets, words
from channels.deliveries.compose import House
from channels.deliveries.models import Batch, Content, Delivery
from channels.deliveries.prepare import close_if_done, hold, locked
from channels.deliveries.rules import LEASE_S, BatchState, State
from hub.clients.models import Address, Client, Contact
from hub.kernel import clock, facts, parameters, runner, work
from hub.kernel.base import table_of
from hub.kernel.errors import Invalid
from hub.kernel.messages import Gate, MessageClass
from hub.kernel.module import Later

_deliveries = table_of(Delivery)
_batches = table_of(Batch)
_contents = table_of(Content)

_take = (
    update(_deliveries)
    .where(_deliveries.c.id.in_(bindparam("rows", expanding=True)))
    .where(_deliveries.c.state == State.QUEUED)
    .values(
        state=bindparam("to"),
        reason=bindparam("because"),
        owner=bindparam("by"),
        lease_until=bindparam("lease"),
        provider_id="",
        at=bindparam("moment"),
    )
)


_state = select(_batches.c.state).where(_batches.c.id == bindparam("batch"))
_heads = (
    select(
        _batches.c.state, _batches.c.klass, _batches.c.gates, _batches.c.room,
        _batches.c.variables, _batches.c.sealed, _batches.c.expires_at,
        _contents.c.texts, _contents.c.hash,
    )
    .join(_contents, _contents.c.id == _batches.c.content_id)
    .where(_batches.c.id == bindparam("batch"))
)  # fmt: skip
_first_open = (
    select(_deliveries.c.channel)
    .where(
        _deliveries.c.batch_id == bindparam("batch"),
        _deliveries.c.id.between(bindparam("first"), bindparam("last")),
        _deliveries.c.state == State.QUEUED,
        or_(_deliveries.c.due_at.is_(None), _deliveries.c.due_at <= bindparam("now")),
    )
    .order_by(_deliveries.c.id)
    .limit(1)
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
    secret: Mapping[str, str]
    expires_at: datetime | None
    content_hash: str
    room: str
    owner: str
    house: House
    sms_price: Decimal
    tokens: int
    since: float
    rows: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ready:
    """What may be claimed now: a channel with something queued, and its tokens."""

    channel: str | None
    tokens: int


def ready(*, batch_id: int, first: int, last: int) -> Ready | Later:
    """Ask the pace before a unit is open: Redis may be slow, the database must not wait.

    Raises: Unavailable without Redis.
    """
    with work.unit(writes=False):
        head = _head(batch_id)
        channel = _first_channel(batch_id, first, last)
        pace.refresh()
    if head.state != BatchState.SENDING or channel is None or _is_late(head):
        return Ready(None, 0)
    if (rest := pace.rest_s(channel)) > 0:
        return Later(seconds=rest)
    grant = pace.take(channel, MessageClass(head.klass))
    return Ready(channel, grant.tokens) if grant.tokens else Later(seconds=max(0.05, grant.wait_s))


def claim(
    owner: str, *, ready: Ready, batch_id: int, first: int, last: int
) -> Claimed | Later | None:
    """Claim what is queued in [first, last] and may go now; None when nothing is left there."""
    head = _head(batch_id)
    gates = _gates(batch_id, head) if head.state == BatchState.SENDING else None
    if gates is None:
        _refund(ready, ready.tokens)
        return None
    if _is_late(head):
        _refund(ready, ready.tokens)
        secrets.lapse(batch_id)
        return None
    if ready.channel is None:
        return _nothing_left(batch_id, first, last)
    query = _rows(batch_id, ready.channel, head, gates).where(Delivery.id.between(first, last))
    found = work.session().execute(query.limit(ready.tokens)).all()
    open_rows = [row for row in found if not row.stop]
    _mark(owner, open_rows, [row for row in found if row.stop])
    _refund(ready, ready.tokens - len(open_rows))
    return Claimed(
        batch_id, MessageClass(head.klass), ready.channel, head.texts, head.variables,
        secrets.opened(head.sealed), head.expires_at, head.hash, head.room, owner, house(),
        parameters.get("channels.sms_price"), len(open_rows), time.monotonic(), list(open_rows),
    )  # fmt: skip


def may_go_on(claimed: Claimed) -> bool:
    """Whether a claim may be sent on: its batch still goes, and no upper lane waits."""
    with work.unit(writes=False):
        if runner.is_awaited(claimed.klass.lane):
            return False
        found = work.session().connection().scalar(_state, {"batch": claimed.batch_id})
        return bool(found == BatchState.SENDING)


def _is_late(head: Any) -> bool:
    return head.expires_at is not None and head.expires_at <= clock.now()


def _gates(batch_id: int, head: Any) -> tuple[Gate, ...] | None:
    """The pinned gates; without one of them the batch is held."""
    try:
        return gating.binding(MessageClass(head.klass), head.gates)
    except Invalid as error:
        hold(locked(batch_id), str(error))
        return None


def _nothing_left(batch_id: int, first: int, last: int) -> Later | None:
    """The end of a chunk, unless the outcomes recorded just now put something back."""
    if _first_channel(batch_id, first, last) is not None:
        return Later(seconds=0)
    close_if_done(batch_id)
    return None


def _refund(ready: Ready, tokens: int) -> None:
    if ready.channel is not None and tokens > 0:
        work.after_commit(partial(pace.give_back, ready.channel, tokens))


def house() -> House:
    """The firm's part of a message, from today's parameters."""
    return House(
        signature=parameters.get("channels.sms_signature"),
        opt_out=parameters.get("channels.sms_opt_out"),
    )


def _head(batch_id: int) -> Any:
    return work.session().connection().execute(_heads, {"batch": batch_id}).one()


def _first_channel(batch_id: int, first: int, last: int) -> str | None:
    """The channel of the first row of a chunk that may go now."""
    values = {"batch": batch_id, "first": first, "last": last, "now": clock.now()}
    found: str | None = work.session().connection().scalar(_first_open, values)
    return found


def _rows(batch_id: int, channel: str, head: Any, gates: tuple[Gate, ...]) -> Select[Any]:
    """Queued rows with address and facts; `stop` names what has closed since the gates answered.

    An address that was taken from its client meanwhile is none; only codes, and the tests that
    travel as codes, go to an address that nobody has written down, or to nobody's client.
    """
    known = facts.readable()
    names = sorted(words.variables_in(head.texts) & set(known))
    stops = [(gating.flag_stops(gate), literal(gate.name)) for gate in gates if gate.flag]
    of_code = {gate.name for gate in gating.binding(MessageClass.CODE)}
    if {gate.name for gate in gates} - of_code:
        stops.insert(0, (Contact.id.is_(None), literal(gating.NO_ADDRESS)))
    stop = sql_case(*stops, else_="") if stops else literal("")
    return (
        select(
            Delivery.id, Delivery.person_id, Delivery.tries, Address.value.label("address"),
            Address.region, Client.language, stop.label("stop"),
            *(known[name].column().label(f"fact_{name}") for name in names),
        )
        .outerjoin(Client, Client.id == Delivery.person_id)
        .join(Address, Address.id == Delivery.address_id)
        .outerjoin(
            Contact,
            (Contact.client_id == Delivery.person_id)
            & (Contact.address_id == Delivery.address_id),
        )
        .where(
            Delivery.batch_id == batch_id, Delivery.channel == channel,
            Delivery.state == State.QUEUED,
            or_(Delivery.due_at.is_(None), Delivery.due_at <= clock.now()),
        )
        .order_by(Delivery.id)
        .with_for_update(of=Delivery, skip_locked=True)
    )  # fmt: skip


def _mark(owner: str, open_rows: list[Any], stopped: list[Any]) -> None:
    now = clock.now()
    connection = work.session().connection()
    groups: dict[str, list[int]] = {}
    for row in stopped:
        groups.setdefault(row.stop, []).append(row.id)
    claim = {"to": State.SUBMITTING, "because": "", "by": owner}
    stops = {"to": State.SUPPRESSED, "by": None, "lease": None, "moment": now}
    if open_rows:
        lease = now + timedelta(seconds=LEASE_S)
        rows = [row.id for row in open_rows]
        connection.execute(_take, claim | {"rows": rows, "lease": lease, "moment": now})
    for reason, rows in groups.items():
        connection.execute(_take, stops | {"rows": rows, "because": reason})
