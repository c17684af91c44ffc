"""Reads of deliveries: one, a person's, a batch's."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import literal, select

from channels.deliveries.models import Batch, Delivery
from hub.clients import queries as clients
from hub.clients.models import Address, Client
from hub.kernel import access, work
from hub.kernel.access import Actor
from hub.kernel.base import Rows
from hub.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Told:
    """What a delivery said to whom, as far as its recipient may see it."""

    delivery_id: int
    klass: str
    channel: str
    address_id: int
    address: str


def told(delivery_id: int) -> Told:
    """The delivery behind a signed link.

    Raises: NotFound.
    """
    row = (
        work.session()
        .execute(
            select(Batch.klass, Delivery.channel, Delivery.address_id, Address.value)
            .join(Batch, Batch.id == Delivery.batch_id)
            .join(Address, Address.id == Delivery.address_id)
            .where(Delivery.id == delivery_id)
        )
        .first()
    )
    if row is None:
        raise NotFound
    return Told(delivery_id, row.klass, row.channel, row.address_id, row.value)


def of_batch(actor: Actor, batch_id: int) -> Rows:
    """A batch's deliveries to people the actor may see.

    Shape: id, person_id, name, channel, address, state, reason, code, tries, at.
    """
    return (
        select(
            Delivery.id, Delivery.person_id, Client.name, Delivery.channel,
            Address.value.label("address"), Delivery.state, Delivery.reason, Delivery.code,
            Delivery.tries, Delivery.segments, Delivery.cost, Delivery.at,
        )
        .join(Client, Client.id == Delivery.person_id)
        .outerjoin(Address, Address.id == Delivery.address_id)
        .where(Delivery.batch_id == batch_id)
        .where(access.scope(actor, "client", Delivery.person_id))
    )  # fmt: skip


def of_client(actor: Actor, client_id: int) -> Rows:
    """Deliveries to one client and to those merged into him, if the actor may see him.

    Shape: id, at, channel, klass, cause, state, reason.
    """
    return (
        select(
            Delivery.id, Delivery.at, Delivery.channel, Batch.klass, Batch.cause, Delivery.state,
            Delivery.reason,
        )
        .join(Batch, Batch.id == Delivery.batch_id)
        .where(Delivery.person_id.in_(clients.rows_of(client_id)))
        .where(access.scope(actor, "client", literal(client_id, Client.id.type)))
    )  # fmt: skip
