"""A message to one address, whoever uses it: codes and test sends."""

from __future__ import annotations

from channels.deliveries import gating, prepare
from channels.deliveries.models import Batch, Delivery
from channels.deliveries.rules import State
from hub.clients.addresses import point
from hub.clients.contacts import address_of
from hub.clients.rules import AddressKind
from hub.kernel import work
from hub.kernel.messages import MessageClass


def queue(batch: Batch, channels: tuple[str, ...], to: str, person_id: int | None) -> int:
    """Hand a new batch's one delivery out, past all gates but those that bind a code.

    Shape: the id of the address.
    """
    (channel,) = channels
    address_id = address_of(point(AddressKind(gating.CHANNEL_KIND[channel]), to))
    batch.gates = [gate.name for gate in gating.binding(MessageClass.CODE)]
    row = Delivery(
        batch_id=batch.id, person_id=person_id, channel=channel, address_id=address_id,
        state=State.QUEUED,
    )  # fmt: skip
    work.session().add(row)
    work.session().flush()
    prepare.finish(batch)
    return address_id
