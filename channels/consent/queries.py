"""Reads of the ledger: what an address said, newest first."""

from __future__ import annotations

from sqlalchemy import select

from channels.consent.models import Consent, Suppression, Wording
from hub.clients.models import Address, Client, Contact
from hub.kernel import access
from hub.kernel.access import Actor
from hub.kernel.base import Rows


def ledger(actor: Actor, client_id: int | None = None) -> Rows:
    """Statements about addresses of clients the actor may see.

    Shape: Consent, Address, Contact, Client and Wording are joined; the list chooses columns.
    """
    query = (
        select(Consent.id)
        .join(Address, Address.id == Consent.address_id)
        .join(Contact, Contact.address_id == Address.id)
        .join(Client, Client.id == Contact.client_id)
        .outerjoin(Wording, Wording.id == Consent.wording_id)
        .where(access.scope(actor, "client", Client.id))
    )
    return query if client_id is None else query.where(Client.id == client_id)


def suppressions(actor: Actor) -> Rows:
    """Decisions about addresses of clients the actor may see.

    Shape: id, at, client_id, address_id, address, channel, active, reason, until.
    """
    return (
        select(
            Suppression.id, Suppression.at, Contact.client_id, Suppression.address_id,
            Address.value.label("address"), Suppression.channel, Suppression.active,
            Suppression.reason, Suppression.until,
        )
        .join(Address, Address.id == Suppression.address_id)
        .join(Contact, Contact.address_id == Address.id)
        .where(access.scope(actor, "client", Contact.client_id))
    )  # fmt: skip
