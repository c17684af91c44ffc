"""What a message says that nobody may read later, and the time after which it is not sent."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import or_, select, update

from channels.deliveries.models import Batch, Delivery
from channels.deliveries.prepare import close_if_done
from channels.deliveries.rules import OPEN, BatchState, State
from hub.kernel import clock, seals, work
from hub.kernel.base import table_of

_PURPOSE = "message"
_deliveries = table_of(Delivery)


def closed(secret: Mapping[str, str]) -> str | None:
    """Secret variables as the batch keeps them until it is over."""
    return seals.seal(_PURPOSE, json.dumps(dict(secret))) if secret else None


def opened(sealed: str | None) -> dict[str, str]:
    """Secret variables again, for the worker who sends; none when they are gone."""
    text = seals.open_sealed(_PURPOSE, sealed) if sealed else None
    return {} if text is None else dict(json.loads(text))


def discreet(text: str, secret: Mapping[str, str]) -> str:
    """A provider's words without what the message said."""
    for value in secret.values():
        text = text.replace(value, "***")
    return text


def expire() -> None:
    """Job: end what is too late to be sent, paused or held batches too; forget what it said."""
    session, now = work.session(), clock.now()
    late = select(Batch.id).where(
        Batch.expires_at <= now, Batch.state.not_in((BatchState.DONE, BatchState.CANCELLED))
    )
    for batch_id in session.scalars(late).all():
        lapse(batch_id)
    over = or_(Batch.expires_at <= now, Batch.state.in_((BatchState.DONE, BatchState.CANCELLED)))
    session.execute(update(Batch).where(Batch.sealed.is_not(None), over).values(sealed=None))


def lapse(batch_id: int) -> None:
    """Whatever of a batch still waits has come too late."""
    session = work.session()
    session.execute(
        update(_deliveries)
        .where(
            _deliveries.c.batch_id == batch_id,
            _deliveries.c.state.in_((State.QUEUED, State.CHECKING)),
        )
        .values(state=State.EXPIRED, reason="too_late", due_at=None, at=clock.now())
    )
    batch = session.get_one(Batch, batch_id, with_for_update=True, populate_existing=True)
    if batch.state == BatchState.SENDING:
        close_if_done(batch_id)
    elif not session.scalar(
        select(Delivery.id).where(Delivery.batch_id == batch_id, Delivery.state.in_(OPEN)).limit(1)
    ):
        batch.state, batch.done_at, batch.sealed = BatchState.CANCELLED, clock.now(), None
