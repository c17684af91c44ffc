"""What providers tell us later: every callback is kept, a state only moves forward."""

from __future__ import annotations

from sqlalchemy import update

from channels.deliveries import progress
from channels.deliveries.models import Batch, Delivery, Receipt
from channels.deliveries.rules import RANK, State
from hub.kernel import clock, work
from hub.kernel.errors import NotFound

# Source: Twilio, Messages resource, status values.
STATES = {
    "sent": State.SENT,
    "delivered": State.DELIVERED,
    "read": State.DELIVERED,
    "undelivered": State.FAILED,
    "failed": State.FAILED,
    "canceled": State.FAILED,
}


def note(delivery_id: int, status: str, *, code: str = "", provider_id: str = "") -> None:
    """Keep a callback; move its delivery when the callback proves more than we knew.

    Raises: NotFound for a delivery that does not exist.
    """
    session = work.session()
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        raise NotFound
    now = clock.now()
    session.add(
        Receipt(
            delivery_id=delivery_id, at=now, status=status[:32], code=code[:32],
            provider_id=provider_id[:64],
        )
    )  # fmt: skip
    to = STATES.get(status)
    of_another_try = provider_id and delivery.provider_id not in {"", provider_id[:64]}
    if to is None or of_another_try:
        return
    lower = [state for state, rank in RANK.items() if rank < RANK[to]]
    values: dict[str, object] = {"state": to, "at": now}
    if to is State.FAILED:
        values |= {"reason": "undelivered", "code": code[:32]}
    if provider_id:
        values["provider_id"] = provider_id[:64]
    session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state.in_(lower))
        .values(values)
        .execution_options(synchronize_session=False)
    )
    batch = session.get_one(Batch, delivery.batch_id)
    progress.announce_later(batch.id, batch.room)
