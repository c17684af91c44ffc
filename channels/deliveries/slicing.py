"""Freeze an audience and ask the gates about it, a slice and a commit at a time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, insert, literal, select

from channels.deliveries import asking, prepare, progress
from channels.deliveries.gating import answers, first_state
from channels.deliveries.models import Batch, Delivery, Recipient
from channels.deliveries.rules import SLICE, BatchState
from hub.kernel import outbox, work
from hub.kernel.errors import Invalid
from hub.kernel.messages import MessageClass


def freeze(batch: Batch, audience: Any) -> None:
    """Write down who is in the audience now: one bare statement."""
    ids = audience.with_only_columns(
        literal(batch.id).label("batch_id"), audience.selected_columns[0].label("person_id")
    )
    work.session().execute(
        insert(Recipient).from_select(["batch_id", "person_id"], ids, include_defaults=False)
    )


def slice_gates(batch_id: int, after: int = 0) -> None:
    """Job: ask the gates about the next slice of recipients; the last one starts the batch."""
    session = work.session()
    batch = prepare.locked(batch_id)
    if batch.state not in {BatchState.PREPARING, BatchState.CANCELLED}:
        return
    following = (
        select(Recipient.person_id)
        .where(Recipient.batch_id == batch_id, Recipient.person_id > after)
        .order_by(Recipient.person_id)
        .limit(SLICE)
        .subquery("following")
    )
    last = session.scalar(select(func.max(following.c.person_id)))
    if last is None:
        prepare.finish(batch)
        return
    try:
        write_slice(batch, after, last)
    except Invalid as error:
        prepare.hold(batch, str(error))
        return
    if batch.state == BatchState.CANCELLED:
        prepare.cancel_open(batch)
    ask_from(batch, last)
    progress.announce_later(batch_id, batch.room)


def ask_from(batch: Batch, after: int) -> None:
    """Have the gates asked about the recipients behind `after`."""
    key = f"{batch.id}:{batch.round}:{after}"
    lane = MessageClass(batch.klass).lane
    outbox.defer("channels.gates", key, lane=lane, batch_id=batch.id, after=after)


def go_on_asking(batch: Batch) -> bool:
    """Go on where a held batch stopped being prepared; False when its gates have answered."""
    session = work.session()
    last = select(func.max(Delivery.person_id)).where(Delivery.batch_id == batch.id)
    after = session.scalar(last) or 0
    rest = select(Recipient.person_id).where(
        Recipient.batch_id == batch.id, Recipient.person_id > after
    )
    if session.scalar(rest.limit(1)) is None:
        return False
    batch.state, batch.why, batch.round = BatchState.PREPARING, "", batch.round + 1
    ask_from(batch, after)
    prepare.tell(batch)
    return True


def write_slice(batch: Batch, after: int, last: int) -> None:
    """One `INSERT … SELECT`: deliveries with the first gate that stops each."""
    audience = (
        select(Recipient.person_id)
        .where(
            Recipient.batch_id == batch.id,
            Recipient.person_id > after,
            Recipient.person_id <= last,
        )
        .subquery("audience")
    )
    ask = asking.of_batch(batch)
    rows = answers(ask, audience).subquery("rows")
    columns = {
        "batch_id": literal(batch.id),
        "person_id": rows.c.person_id,
        "channel": rows.c.channel,
        "address_id": rows.c.address_id,
        "state": first_state(ask, rows),
        "reason": rows.c.reason,
        "tries": literal(0),
        "provider": literal(""),
        "provider_id": literal(""),
        "code": literal(""),
        "segments": literal(0),
    }
    work.session().execute(
        insert(Delivery).from_select(
            list(columns), select(*columns.values()), include_defaults=False
        )
    )
