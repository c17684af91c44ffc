"""How a client can be reached: add, remove, choose the primary one; keep the flags true."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, select, update
from sqlalchemy.orm import aliased

from hub.clients import queries
from hub.clients.addresses import Point, pseudonym
from hub.clients.events import ContactRemoved
from hub.clients.flags import set_flags
from hub.clients.models import Address, Client, Contact, PastContact
from hub.clients.rules import AddressKind
from hub.kernel import access, audit, clock, outbox, work
from hub.kernel.base import table_of
from hub.kernel.inserts import insert_new
from hub.kernel.module import Merger
from hub.kernel.uniting import unite

FLAG_OF = {AddressKind.SMS: "has_sms", AddressKind.EMAIL: "has_email"}


def address_of(point: Point) -> int:
    """The id of the address, made if it is new."""
    values = {"kind": point.kind, "value": point.value, "region": point.region, "raw": point.raw}
    new = insert_new(table_of(Address), ["kind", "value"])
    work.session().execute(new.values(flags=0, **values))
    found = select(Address.id).where(Address.kind == point.kind, Address.value == point.value)
    return work.session().execute(found).scalar_one()


def add(client_id: int, point: Point, *, label: str = "") -> None:
    """Let a client be reached at `point`; the first of its kind becomes the primary one.

    Raises: NotFound, Forbidden.
    """
    queries.operable(client_id, "clients.write")
    attach(client_id, point, label=label)
    audit.append("contact-added", "client", client_id, {"kind": point.kind})


def attach(client_id: int, point: Point, *, label: str = "") -> None:
    """Join client and address; a second time changes nothing."""
    session, address_id = work.session(), address_of(point)
    known = select(Contact.id).where(
        Contact.client_id == client_id, Contact.address_id == address_id
    )
    if session.scalar(known) is None:
        row = Contact(client_id=client_id, address_id=address_id, kind=point.kind, label=label)
        session.add(row)
        session.flush()
    settle(select(Client.id).where(Client.id == client_id))


def remove(client_id: int, contact_id: int) -> None:
    """The client is reached at an address no longer; the days he was, and the address, stay.

    Raises: NotFound, Forbidden.
    """
    queries.operable(client_id, "clients.write")
    row = _contact(client_id, contact_id)
    address_id, kind = row.address_id, row.kind
    _keep_days(row)
    work.session().execute(delete(Contact).where(Contact.id == contact_id))
    settle(select(Client.id).where(Client.id == client_id))
    _mark_shared(select(Address.id).where(Address.id == address_id))
    audit.append("contact-removed", "client", client_id, {"kind": kind, "address": address_id})
    outbox.publish(ContactRemoved(client_id=client_id, address_id=address_id))


def make_primary(client_id: int, contact_id: int) -> None:
    """Have messages of its kind go to this contact first.

    Raises: NotFound, Forbidden.
    """
    queries.operable(client_id, "clients.write")
    session, row = work.session(), _contact(client_id, contact_id)
    kind, address_id = row.kind, row.address_id
    same = (Contact.client_id == client_id, Contact.kind == kind)
    session.execute(update(Contact).where(*same).values(is_primary=False))
    session.execute(update(Contact).where(Contact.id == contact_id).values(is_primary=True))
    audit.append("contact-primary", "client", client_id, {"kind": kind, "address": address_id})


def erase(client_id: int) -> None:
    """Forget every contact of a person.

    Shape: an address that nobody else uses becomes a keyed hash: an opt-out outlives the person.
    """
    session = work.session()
    mine = _ever_used(Contact.client_id == client_id, PastContact.client_id == client_id)
    others = _ever_used(Contact.client_id != client_id, PastContact.client_id != client_id)
    only = select(Address).where(Address.id.in_(mine), Address.id.not_in(others))
    used = list(session.scalars(mine))
    for address in session.scalars(only):
        address.value, address.raw = pseudonym(address.value), ""
    session.flush()
    session.execute(delete(Contact).where(Contact.client_id == client_id))
    session.execute(delete(PastContact).where(PastContact.client_id == client_id))
    settle(select(Client.id).where(Client.id == client_id))
    _mark_shared(select(Address.id).where(Address.id.in_(used)))


def merge(merger: Merger) -> None:
    """Have the one who is kept be reached as the other was; his own first contacts stay first."""
    session = work.session()
    known = {row.address_id: row for row in _all_of(merger.kept)}
    for row in _all_of(merger.gone):
        same = known.get(row.address_id)
        if same is not None:
            same.valid_from = min(same.valid_from, row.valid_from)
            session.delete(row)
            continue
        taken = any(one.kind == row.kind and one.is_primary for one in known.values())
        row.client_id, row.is_primary = merger.kept, row.is_primary and not taken
    session.flush()
    unite(PastContact, merger, keys=("address_id",))


def _all_of(client_id: int) -> list[Contact]:
    return list(work.session().scalars(select(Contact).where(Contact.client_id == client_id)))


def settle(clients: Select[Any]) -> None:
    """Put right what follows from the contacts of these clients, set-based.

    Shape: `clients` selects client ids; each kind gets a primary contact, `has_*` and
        `shared` flags become true to the rows.
    """
    _choose_primary(clients)
    for kind, flag in FLAG_OF.items():
        has = exists().where(Contact.client_id == Client.id, Contact.kind == kind)
        set_flags(flag, select(Client.id).where(Client.id.in_(clients), has), True)
        set_flags(flag, select(Client.id).where(Client.id.in_(clients), ~has), False)
    _mark_shared(select(Contact.address_id).where(Contact.client_id.in_(clients)))


def mark_shared_of(clients: Select[Any]) -> None:
    """Flag the addresses of these clients that others use too, where nobody lost any."""
    theirs = select(Contact.address_id).where(Contact.client_id.in_(clients))
    set_flags("shared", shared_addresses().where(Contact.address_id.in_(theirs)), True)


def shared_addresses() -> Select[Any]:
    """Addresses that more than one client uses."""
    several = func.count() > 1
    return select(Contact.address_id).group_by(Contact.address_id).having(several)


def _contact(client_id: int, contact_id: int) -> Contact:
    """The contact, if it is this client's."""
    mine = select(Contact).where(Contact.id == contact_id, Contact.client_id == client_id)
    return access.found(work.session().scalar(mine))


def _keep_days(row: Contact) -> None:
    """A contact of today alone was used on no day before: the log knows of it."""
    today = clock.firm_day()
    if row.valid_from < today:
        work.session().add(
            PastContact(
                client_id=row.client_id, address_id=row.address_id, label=row.label,
                valid_from=row.valid_from, valid_to=today,
            )
        )  # fmt: skip
        work.session().flush()


def _ever_used(now: ColumnElement[bool], before: ColumnElement[bool]) -> Select[Any]:
    here, past = select(Contact.address_id).where(now), select(PastContact.address_id).where(before)
    return select(here.union(past).subquery().c.address_id)


def _choose_primary(clients: Select[Any]) -> None:
    other = aliased(Contact)
    taken = exists().where(
        other.client_id == Contact.client_id, other.kind == Contact.kind, other.is_primary
    )
    first = (
        select(func.min(Contact.id))
        .where(Contact.client_id.in_(clients), ~taken)
        .group_by(Contact.client_id, Contact.kind)
    )
    work.session().execute(
        update(Contact).where(Contact.id.in_(first)).values(is_primary=True),
        execution_options={"synchronize_session": False},
    )


def _mark_shared(addresses: Select[Any]) -> None:
    several = shared_addresses().where(Contact.address_id.in_(addresses))
    set_flags("shared", several, True)
    alone = select(Address.id).where(Address.id.in_(addresses), Address.id.not_in(several))
    set_flags("shared", alone, False)
