"""Who used an address from when to when: the clients of today and those before them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, cast, exists, null, or_, select, union_all

from hub.clients import queries
from hub.clients.addresses import masked
from hub.clients.models import Address, Client, Contact, PastContact
from hub.clients.rules import AddressKind
from hub.kernel import access, dated, work
from hub.kernel.dated import AsOf


@dataclass(frozen=True, slots=True)
class PastLine:
    """A contact that a client had: `shown` is masked."""

    kind: str
    label: str
    shown: str
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """A client who uses an address, or used it; nameless for readers who may not see him."""

    client_id: int | None
    name: str | None
    valid_from: date
    valid_to: date | None


def earlier(client_id: int) -> list[PastLine]:
    """The contacts that a client had, the latest first."""
    rows = work.session().execute(
        select(
            Address.kind, PastContact.label, Address.value, PastContact.valid_from,
            PastContact.valid_to,
        )
        .join(Address, Address.id == PastContact.address_id)
        .where(PastContact.client_id == client_id)
        .order_by(PastContact.valid_to.desc(), PastContact.id.desc())
    )  # fmt: skip
    return [
        PastLine(kind, label, masked(kind, value), start, end)
        for kind, label, value, start, end in rows
    ]


def owners(client_id: int, contact_id: int) -> list[Owner]:
    """Everybody who uses or used the address of a client's contact, the present ones first.

    Raises: NotFound.
    """
    mine = select(Contact.address_id).where(
        Contact.id == contact_id, Contact.client_id == client_id
    )
    address_id = access.found(work.session().scalar(mine))
    here = select(Contact.client_id, Contact.valid_from, cast(null(), Date).label("valid_to"))
    past = select(PastContact.client_id, PastContact.valid_from, PastContact.valid_to)
    used = union_all(
        here.where(Contact.address_id == address_id),
        past.where(PastContact.address_id == address_id),
    ).subquery("used")
    rows = work.session().execute(
        select(used).order_by(used.c.valid_to.is_not(None), used.c.valid_from.desc())
    )
    found = list(rows)
    names = _seen({row.client_id for row in found})
    return [
        Owner(
            client_id=row.client_id if row.client_id in names else None,
            name=names.get(row.client_id), valid_from=row.valid_from, valid_to=row.valid_to,
        )
        for row in found
    ]  # fmt: skip


def _seen(ids: set[int]) -> dict[int, str]:
    columns: tuple[Any, ...] = (Client.id, Client.name)
    rows = work.session().execute(queries.visible(*columns).where(Client.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


def reached_by(kind: AddressKind, as_of: AsOf) -> ColumnElement[bool]:
    """Condition: `Client` had a contact of a kind on a day."""
    here = exists().where(
        Contact.client_id == Client.id, Contact.kind == kind, Contact.valid_from <= as_of.day
    )
    before = exists().where(
        PastContact.client_id == Client.id, dated.holds(PastContact, as_of.day),
        Address.id == PastContact.address_id, Address.kind == kind,
    )  # fmt: skip
    return or_(here.correlate(Client), before.correlate(Client))


def personal(client_id: int) -> list[dict[str, Any]]:
    """The contacts that a person had, whole, for his own file."""
    rows = work.session().execute(
        select(Address.kind, Address.value, PastContact.valid_from, PastContact.valid_to)
        .join(Address, Address.id == PastContact.address_id)
        .where(PastContact.client_id == client_id)
    )
    return [
        {"kind": kind, "value": value, "from": start.isoformat(), "until": end.isoformat()}
        for kind, value, start, end in rows
    ]
