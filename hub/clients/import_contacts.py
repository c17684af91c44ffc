"""The contact points of an imported file: one address per value, whoever uses it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Subquery, case, exists, func, literal, select

from hub.clients import contacts, flags
from hub.clients.models import Address, Contact
from hub.clients.rules import AddressKind
from hub.kernel import clock, work
from hub.kernel.base import table_of
from hub.kernel.imports.slices import Slice
from hub.kernel.inserts import insert_new

KINDS = {"phones": AddressKind.SMS, "emails": AddressKind.EMAIL}


def mark_new_contacts(part: Slice) -> None:
    """Tell which existing clients would get a contact point they do not have."""
    row = part.rows.c
    for field, kind in KINDS.items():
        if part.has(field):
            given = part.each(field, "value", "region", "raw")
            known = (
                exists()
                .where(Contact.client_id == given.c.target_id, Contact.address_id == Address.id)
                .where(Address.kind == kind.value, Address.value == given.c.value)
            )
            gains = select(given.c.seq).where(given.c.target_id.is_not(None), ~known)
            part.tell((row.outcome == "unchanged") & row.seq.in_(gains), outcome="updated")


def flags_of_new(part: Slice) -> ColumnElement[int]:
    """What `settle` would say of clients who come with what the file gives, and nothing else."""
    found: ColumnElement[int] = literal(0)
    for field, kind in KINDS.items():
        if part.has(field):
            bit = flags.mask(contacts.FLAG_OF[kind])
            found = found + case((part.length(field) > 0, bit), else_=0)
    return found


def reach(part: Slice) -> None:
    """Have the slice's clients reached at what the file gives; nothing is taken away.

    Shape: new clients were made with their flags, and get their first contacts at once.
    """
    row = part.rows.c
    added = sum(_attach(part, field, kind) for field, kind in KINDS.items() if part.has(field))
    if not added:
        return
    if part.some(row.outcome == "updated"):
        contacts.settle(select(row.target_id).where(part.good(), row.outcome == "updated"))
    new = select(row.target_id).where(part.good(), row.outcome == "created")
    contacts.mark_shared_of(new)


def _attach(part: Slice, field: str, kind: AddressKind) -> int:
    """Shape: how many contacts were new."""
    given = part.each(field, "value", "region", "raw")
    _make_addresses(given, kind)
    today = literal(clock.firm_day(), Contact.valid_from.type)
    first = (given.c.outcome == "created") & (given.c.place == 0)
    pairs = (
        select(given.c.target_id, Address.id, literal(kind.value), literal(""), first, today)
        .join(Address, (Address.kind == kind.value) & (Address.value == given.c.value))
        .where(given.c.outcome != "unchanged")
        .order_by(given.c.seq, given.c.place)
    )
    columns = ["client_id", "address_id", "kind", "label", "is_primary", "valid_from"]
    by = ["client_id", "address_id"]
    result: Any = work.session().execute(
        insert_new(table_of(Contact), by, columns=columns, rows=pairs),
        execution_options={"preserve_rowcount": True},
    )
    return int(result.rowcount)


def _make_addresses(given: Subquery, kind: AddressKind) -> None:
    region, raw = func.nullif(given.c.region, ""), given.c.raw
    rows = (
        select(literal(kind.value), given.c.value, region, raw, literal(0))
        .where(given.c.outcome != "unchanged")
        .order_by(given.c.seq, given.c.place)
    )
    columns = ["kind", "value", "region", "raw", "flags"]
    work.session().execute(
        insert_new(table_of(Address), ["kind", "value"], columns=columns, rows=rows)
    )
