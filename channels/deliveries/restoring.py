"""After a restore: what may have left between the backup and now is not sent a second time."""

from __future__ import annotations

from sqlalchemy import select, update

from channels.deliveries.models import Batch, Delivery
from channels.deliveries.rules import BatchState, State
from hub.kernel import clock, work
from hub.kernel.base import table_of

WHY = "restored from a backup: some may have been sent since it was made; look, then resume"
_GOING = (BatchState.SENDING, BatchState.PREPARING)


def settle() -> None:
    """Claims become uncertain, running batches wait until somebody has looked.

    The journals that could tell are not in the backup: they belong to processes that are gone.
    """
    deliveries, batches, now = table_of(Delivery), table_of(Batch), clock.now()
    work.session().execute(
        update(deliveries)
        .where(deliveries.c.state == State.SUBMITTING)
        .values(state=State.UNCERTAIN, reason="host_lost", owner=None, lease_until=None, at=now)
    )
    overdue = (Batch.state == BatchState.SCHEDULED) & (Batch.due_at <= now)
    found = select(Batch.id).where(Batch.state.in_(_GOING) | overdue)
    work.session().execute(
        update(batches).where(batches.c.id.in_(found)).values(state=BatchState.HELD, why=WHY)
    )
