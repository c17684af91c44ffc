"""Reads of the ledger: what an address said, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from channels.consent.models import Consent, Suppression, Wording
from channels.consent.rules import ASKED
from hub.clients import flags
from hub.clients.models import Address, Client, Contact
from hub.kernel import access, work
from hub.kernel.access import Actor
from hub.kernel.base import Rows
from hub.pages.formats import masked_address


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


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for one of a client's contacts: masked, as a page shows it.

    Shape: `said` has, for each class, the newest statement or None (granted, said_at, source,
        note, wording); `stop` the decision that closes the address, or None (reason, until, at).
    """

    contact_id: int
    address_id: int
    shown: str
    said: dict[str, Any]
    stop: Any


def standing(client_id: int) -> list[Standing]:
    """The client's contacts with their consents and suppressions, primary ones first."""
    rows = (
        work.session()
        .execute(
            select(
                Contact.id, Contact.address_id, Address.value,
                flags.is_set("suppressed", Address.flags).label("is_closed"),
            )
            .join(Address, Address.id == Contact.address_id)
            .where(Contact.client_id == client_id)
            .order_by(Contact.kind.desc(), Contact.is_primary.desc(), Contact.id)
        )
        .all()
    )  # fmt: skip
    ids = [row.address_id for row in rows]
    said, stops = _newest(ids), _stops(ids)
    return [
        Standing(
            row.id, row.address_id, masked_address(row.value),
            {klass.value: said.get((row.address_id, klass.value)) for klass in ASKED},
            stops.get(row.address_id) if row.is_closed else None,
        )
        for row in rows
    ]  # fmt: skip


def _newest(addresses: Sequence[int]) -> dict[tuple[int, str], Any]:
    place = func.row_number().over(
        partition_by=(Consent.address_id, Consent.klass),
        order_by=(Consent.said_at.desc(), Consent.granted, Consent.id.desc()),
    )
    ranked = (
        select(
            Consent.address_id, Consent.klass, Consent.granted, Consent.said_at, Consent.source,
            Consent.note, Wording.text.label("wording"), place.label("place"),
        )
        .outerjoin(Wording, Wording.id == Consent.wording_id)
        .where(Consent.address_id.in_(addresses))
        .subquery()
    )  # fmt: skip
    rows = work.session().execute(select(ranked).where(ranked.c.place == 1))
    return {(row.address_id, row.klass): row for row in rows}


def _stops(addresses: Sequence[int]) -> dict[int, Any]:
    newest = (
        select(func.max(Suppression.id))
        .where(Suppression.address_id.in_(addresses))
        .group_by(Suppression.address_id)
    )
    rows = work.session().scalars(
        select(Suppression).where(Suppression.id.in_(newest), Suppression.active)
    )
    return {row.address_id: row for row in rows}


def address_of(client_id: int, contact_id: int) -> int | None:
    """The address behind one of the client's contacts."""
    return work.session().scalar(
        select(Contact.address_id).where(Contact.id == contact_id, Contact.client_id == client_id)
    )


def is_beyond(actor: Actor, address_id: int) -> bool:
    """Whether a client whom the actor may not change uses the address too."""
    reached = access.scope(actor, "client.operate", Contact.client_id)
    found = select(Contact.id).where(Contact.address_id == address_id, ~reached)
    return work.session().scalar(select(found.exists())) is True
