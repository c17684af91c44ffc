"""Record what the provider said: one unit per micro-batch."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import bindparam, case, insert, or_, update

from channels.deliveries import pace, progress, wire
from channels.deliveries.claims import Claimed
from channels.deliveries.models import Attempt, Batch, Delivery
from channels.deliveries.prepare import locked
from channels.deliveries.rules import TRIES, BatchState, State, backoff_s
from channels.deliveries.wire import Said
from channels.providers.base import State as Told
from hub.kernel import clock, outbox, tally, work
from hub.kernel.base import table_of

_deliveries = table_of(Delivery)
_attempts = table_of(Attempt)

# A far worker whose lease was over has its rows uncertain already: its word settles them.
_submitting = or_(_deliveries.c.state == State.SUBMITTING, _deliveries.c.state == State.UNCERTAIN)

_settle = (
    update(_deliveries)
    .where(_deliveries.c.id.in_(bindparam("rows", expanding=True)))
    .where(_deliveries.c.owner == bindparam("by"))
    .values(
        # A callback may have overtaken the reply: then it knows better.
        state=case((_submitting, bindparam("to")), else_=_deliveries.c.state),
        reason=case((_submitting, bindparam("because")), else_=_deliveries.c.reason),
        tries=bindparam("tried"),
        due_at=bindparam("due"),
        provider=bindparam("via"),
        provider_id=bindparam("their_id"),
        code=case((_submitting, bindparam("said")), else_=_deliveries.c.code),
        segments=bindparam("parts"),
        cost=bindparam("price"),
        owner=None,
        lease_until=None,
        at=bindparam("moment"),
    )
)

RAW_LONGEST = 500


def record(claimed: Claimed, said: Sequence[Said]) -> None:
    """Write the outcomes of a claim; what was not tried is queued again."""
    now = clock.now()
    tries = {row.id: row.tries for row in claimed.rows}
    values = [_row(claimed.owner, one, tries[one.outcome.delivery_id], now) for one in said]
    values = [_in_time(value, claimed.expires_at) for value in values]
    state = locked(claimed.batch_id).state
    if state == BatchState.CANCELLED:
        values = [_cancelled(value) for value in values]
    connection = work.session().connection()
    for value, rows in _alike(values):
        connection.execute(_settle, value | {"rows": rows})
    tried = [one for one in said if one.outcome.state is not Told.UNSENT]
    if tried:
        connection.execute(insert(_attempts), [_attempt(one, now) for one in tried])
    work.after_commit(wire.forget_journal)
    work.after_commit(partial(_count, claimed.channel, said))
    _note_health(claimed, said, answered=bool(tried))
    pace.note_fit(claimed.channel, len(claimed.rows), len(tried))
    unused = claimed.tokens - len(tried)
    work.after_commit(partial(pace.give_back, claimed.channel, unused))
    _come_back(claimed, values)
    # The last word on a batch that was stopped is not followed by another.
    is_last = state != BatchState.SENDING
    progress.announce_later(claimed.batch_id, claimed.room, at_once=is_last)


def _alike(values: Iterable[dict[str, Any]]) -> Iterable[tuple[dict[str, Any], list[int]]]:
    """Outcomes that differ in their delivery only, together: one statement settles them."""
    found: dict[tuple[Any, ...], list[int]] = {}
    names: tuple[str, ...] = ()
    for value in values:
        names = tuple(name for name in value if name != "row")
        found.setdefault(tuple(value[name] for name in names), []).append(value["row"])
    return [(dict(zip(names, key, strict=True)), rows) for key, rows in found.items()]


def _cancelled(value: dict[str, Any]) -> dict[str, Any]:
    """What would wait for another try ends with its batch."""
    if value["to"] is not State.QUEUED:
        return value
    return value | {"to": State.CANCELLED, "due": None}


def _count(channel: str, said: Sequence[Said]) -> None:
    for outcome, number in Counter(one.outcome.state.value for one in said).items():
        tally.count("provider", channel, outcome, by=number)


def _in_time(value: dict[str, Any], ends: datetime | None) -> dict[str, Any]:
    """What may be tried again only after its time has come too late."""
    if ends is None or value["to"] is not State.QUEUED or (value["due"] or value["moment"]) < ends:
        return value
    return value | {"to": State.EXPIRED, "because": "too_late", "due": None}


def _note_health(claimed: Claimed, said: Sequence[Said], *, answered: bool) -> None:
    unsent = (one for one in said if one.outcome.state is Told.UNSENT)
    trouble = next((one for one in unsent if one.outcome.code), None)
    if trouble is not None and not answered:
        pace.note_trouble(claimed.channel)
        _say(claimed.batch_id, trouble.outcome.raw[:255])
    elif answered and pace.note_well(claimed.channel):
        _say(claimed.batch_id, "")


def _say(batch_id: int, why: str) -> None:
    """Show those who watch why nothing moves."""
    work.session().execute(update(Batch).where(Batch.id == batch_id).values(why=why))


def _row(owner: str, said: Said, tries: int, now: datetime) -> dict[str, Any]:
    outcome = said.outcome
    state, reason, due = State.QUEUED, "", None
    match outcome.state:
        case Told.SENT:
            state = State.SENT
        case Told.FAILED:
            state, reason = State.FAILED, said.reason or "refused"
        case Told.UNCERTAIN:
            state, reason = State.UNCERTAIN, "reply_lost"
        case Told.RETRY if tries + 1 >= TRIES:
            state, reason = State.FAILED, "gave_up"
        case Told.RETRY:
            wait = outcome.retry_s or backoff_s(tries + 1, random.random())  # noqa: S311 - jitter
            due = now + timedelta(seconds=wait)
        case Told.UNSENT:
            pass
    return {
        "row": outcome.delivery_id, "by": owner, "to": state, "because": reason,
        "tried": tries + (outcome.state is not Told.UNSENT), "due": due,
        "via": said.provider, "their_id": outcome.provider_id, "said": outcome.code,
        "parts": said.segments, "price": said.cost, "moment": now,
    }  # fmt: skip


def _attempt(said: Said, now: datetime) -> dict[str, Any]:
    outcome = said.outcome
    return {
        "delivery_id": outcome.delivery_id, "at": now, "provider": said.provider,
        "outcome": outcome.state.value, "code": outcome.code, "raw": outcome.raw[:RAW_LONGEST],
    }  # fmt: skip


def _come_back(claimed: Claimed, values: Iterable[dict[str, Any]]) -> None:
    """One job for the rows of this claim that wait for another try."""
    waiting = [(value["row"], value["due"]) for value in values if value["due"] is not None]
    if not waiting:
        return
    rows, dues = [row for row, _ in waiting], [due for _, due in waiting]
    outbox.defer(
        "channels.send", f"{claimed.batch_id}:retry:{min(rows)}:{time.time_ns()}",
        at=max(dues), lane=claimed.klass.lane,
        batch_id=claimed.batch_id, first=min(rows), last=max(rows),
    )  # fmt: skip
