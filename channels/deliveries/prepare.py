"""When all gates have answered: start, hold, end a batch; hand open deliveries out in chunks."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import delete, func, select, update

from channels.deliveries import asking, progress
from channels.deliveries.events import BatchMoved
from channels.deliveries.gating import SAME_ADDRESS
from channels.deliveries.models import Batch, Delivery, Recipient
from channels.deliveries.rules import CHUNK, BatchState, State
from hub.kernel import clock, outbox, tally, work
from hub.kernel.base import table_of
from hub.kernel.errors import Invalid
from hub.kernel.messages import MessageClass

_deliveries = table_of(Delivery)


def settle_shared(batch: Batch) -> None:
    """A shared address gets the message once: its first open delivery, the rest are stopped."""
    session = work.session()
    numbered = (
        select(
            Delivery.id,
            func.row_number()
            .over(partition_by=(Delivery.channel, Delivery.address_id), order_by=Delivery.id)
            .label("n"),
        )
        .where(Delivery.batch_id == batch.id, Delivery.state == State.CHECKING)
        .subquery("numbered")
    )
    doubles = select(numbered.c.id).where(numbered.c.n > 1)
    session.execute(
        update(_deliveries)
        .where(_deliveries.c.id.in_(doubles))
        .values(state=State.SUPPRESSED, reason=SAME_ADDRESS)
    )
    session.execute(
        update(_deliveries)
        .where(_deliveries.c.batch_id == batch.id, _deliveries.c.state == State.CHECKING)
        .values(state=State.QUEUED)
    )


def finish(batch: Batch) -> None:
    """All gates answered: the snapshot is what the deliveries are; start when it is time."""
    session = work.session()
    if batch.state == BatchState.PREPARING:
        settle_shared(batch)
    batch.snapshot = session.scalar(
        select(func.count()).select_from(Delivery).where(Delivery.batch_id == batch.id)
    ) or 0  # fmt: skip
    session.execute(delete(Recipient).where(Recipient.batch_id == batch.id))
    work.after_commit(partial(tally_stopped, batch.id))
    if batch.state == BatchState.CANCELLED:
        tell(batch)
        return
    if batch.due_at > clock.now():
        wait_for_its_time(batch)
    else:
        batch.state = BatchState.SCHEDULED
        start(batch.id)


def tally_stopped(batch_id: int) -> None:
    """Count whom the gates stopped, and why; read after the commit, no writer waits for it."""
    stopped = (Delivery.batch_id == batch_id) & (Delivery.state == State.SUPPRESSED)
    query = select(Delivery.channel, Delivery.reason, func.count()).where(stopped)
    with work.unit(writes=False):
        for row in work.session().execute(query.group_by(Delivery.channel, Delivery.reason)):
            tally.count("suppressed", row[0], row[1], by=row[2])


def wait_for_its_time(batch: Batch) -> None:
    """Have the batch start when it is due."""
    batch.state, batch.round = BatchState.SCHEDULED, batch.round + 1
    lane = MessageClass(batch.klass).lane
    key = f"{batch.id}:{batch.round}"
    outbox.defer("channels.start", key, at=batch.due_at, lane=lane, batch_id=batch.id)
    tell(batch)


def cancel_open(batch: Batch) -> None:
    """End everything that is still queued, for good."""
    work.session().execute(
        update(_deliveries)
        .where(
            _deliveries.c.batch_id == batch.id,
            _deliveries.c.state.in_((State.QUEUED, State.CHECKING)),
        )
        .values(state=State.CANCELLED, at=clock.now())
    )


def start(batch_id: int) -> None:
    """Job: begin sending a scheduled batch; its gates must still be the ones it was made with."""
    batch = locked(batch_id)
    if batch.state != BatchState.SCHEDULED:
        return
    try:
        asking.of_batch(batch)
    except Invalid as error:
        hold(batch, str(error))
        return
    batch.started_at = clock.now()
    send_open(batch)


def send_open(batch: Batch) -> None:
    """Set the batch sending and hand its queued deliveries out anew, in chunks of ids."""
    session = work.session()
    batch.state, batch.why, batch.round = BatchState.SENDING, "", batch.round + 1
    low, high = session.execute(
        select(func.min(Delivery.id), func.max(Delivery.id)).where(
            Delivery.batch_id == batch.id, Delivery.state == State.QUEUED
        )
    ).one()
    lane, now = MessageClass(batch.klass).lane, clock.now()
    rows = [
        {
            "key": f"channels.send:{batch.id}:{batch.round}:{first}", "job": "channels.send",
            "args": {"batch_id": batch.id, "first": first, "last": first + CHUNK - 1},
            "lane": outbox.rank(lane), "due_at": now, "created_at": now,
        }
        for first in range(low or 0, (high or -1) + 1, CHUNK)
    ]  # fmt: skip
    if rows:
        outbox.put(rows)
        work.after_commit(partial(outbox.wake, lane))
        tell(batch)
    else:
        session.flush()
        close_if_done(batch.id)


def locked(batch_id: int) -> Batch:
    """The batch, as it is now and until this unit ends: whoever moves it comes one by one."""
    return work.session().get_one(Batch, batch_id, with_for_update=True, populate_existing=True)


def hold(batch: Batch, why: str) -> None:
    """Stop before anything is sent: somebody must look at it."""
    batch.state, batch.why = BatchState.HELD, why[:255]
    tell(batch)


def tell(batch: Batch) -> None:
    """Publish that the batch moved, and show it to whoever watches."""
    outbox.publish(
        BatchMoved(batch_id=batch.id, cause=batch.cause, state=batch.state, round=batch.round)
    )
    work.after_commit(partial(progress.announce, batch.id, batch.room))


def close_if_done(batch_id: int) -> None:
    """Mark a sending batch done once nothing of it is open."""
    open_rows = select(Delivery.id).where(
        Delivery.batch_id == batch_id,
        Delivery.state.in_((State.QUEUED, State.SUBMITTING, State.CHECKING)),
    )
    session = work.session()
    locked(batch_id)  # of two workers with the last claims the second sees what the first wrote
    result: Any = session.execute(
        update(Batch)
        .where(Batch.id == batch_id, Batch.state == BatchState.SENDING, ~open_rows.exists())
        .values(state=BatchState.DONE, done_at=clock.now(), sealed=None)
    )
    if result.rowcount:
        batch = session.get_one(Batch, batch_id)
        session.refresh(batch)
        tell(batch)
