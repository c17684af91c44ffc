"""The contact points of an imported file: one address per value, whoever uses it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Subquery, exists, false, func, insert, literal, select

from hub.clients import contacts
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


def reach(part: Slice) -> None:
    """Have the slice's clients reached at what the file gives; nothing is taken away."""
    row = part.rows.c
    added = sum(_attach(part, field, kind) for field, kind in KINDS.items() if part.has(field))
    if added:
        touched = select(row.target_id).where(part.good(), row.outcome != "unchanged")
        contacts.settle(touched)


def _attach(part: Slice, field: str, kind: AddressKind) -> int:
    """Shape: how many contacts were new."""
    given = part.each(field, "value", "region", "raw")
    _make_addresses(given, kind)
    known = exists().where(Contact.client_id == given.c.target_id, Contact.address_id == Address.id)
    today = literal(clock.firm_day(), Contact.valid_from.type)
    pairs = (
        select(given.c.target_id, Address.id, literal(kind.value), literal(""), false(), today)
        .join(Address, (Address.kind == kind.value) & (Address.value == given.c.value))
        .where(~known)
        .order_by(given.c.seq, given.c.place)
    )
    columns = ["client_id", "address_id", "kind", "label", "is_primary", "valid_from"]
    result: Any = work.session().execute(
        insert(table_of(Contact)).from_select(columns, pairs),
        execution_options={"preserve_rowcount": True},
    )
    return int(result.rowcount)


def _make_addresses(given: Subquery, kind: AddressKind) -> None:
    known = exists().where(Address.kind == kind.value, Address.value == given.c.value)
    rows = (
        select(
            literal(kind.value),
            given.c.value,
            func.nullif(func.min(given.c.region), ""),
            func.min(given.c.raw),
            literal(0),
        )
        .where(~known)
        .group_by(given.c.value)
    )
    columns = ["kind", "value", "region", "raw", "flags"]
    work.session().execute(
        insert_new(table_of(Address), ["kind", "value"], columns=columns, rows=rows)
    )
