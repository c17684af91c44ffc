"""Keyset paging: a place in a sorted list, and the rows after or before it."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Row, Select, TypeDecorator, literal, tuple_

from hub.kernel import work
from hub.kernel.base import Scaled
from hub.kernel.errors import Invalid

LONGEST = 600  # characters of a cursor or a text value: more is no honest link
EMPTY: Mapping[str, Any] = {}
BIGGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is sorted by; `key` is unique and breaks ties. Empty values come last.

    Shape: `filled` says that there is always a value.
    """

    name: str
    by: ColumnElement[Any]
    key: ColumnElement[Any]
    descending: bool
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """The row a page begins after (or, `backward`, ends before)."""

    backward: bool
    value: Any
    key: Any


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows in list order, and whether there are more on either side."""

    rows: Sequence[Row[Any]]
    before: bool
    after: bool


def encode(order: Order, row: Row[Any], *, backward: bool) -> str:
    """The opaque cursor of the place just after (or before) `row`."""
    parts = [order.name, order.descending, backward, _plain(row.sort_value), _plain(row.id)]
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(order: Order, cursor: str) -> Place:
    """The place a cursor names.

    Raises: Invalid for one that was not made for this order.
    """
    try:
        raw = base64.urlsafe_b64decode(cursor[:LONGEST] + "=" * (-len(cursor) % 4))
        name, descending, backward, value, key = json.loads(raw)
        if (name, descending) != (order.name, order.descending) or not isinstance(backward, bool):
            raise ValueError(name)
        typed = None if value is None else typed_value(order.by, value)
        return Place(backward, typed, typed_value(order.key, key))
    except (ValueError, TypeError, binascii.Error, InvalidOperation) as error:
        raise Invalid({"cursor": _("This link is out of date: open the list again.")}) from error


def fetch(
    statement: Select[Any], order: Order, place: Place | None, *, limit: int,
    values: Mapping[str, Any] = EMPTY,
) -> Slice:  # fmt: skip
    """The rows at `place`; `statement` selects `sort_value` and `id` among its columns.

    Shape: values first, then the rows without one, so that each half can use an index; `values`
        are those of the statement's own parameters.
    """
    backward = place is not None and place.backward
    empties = [False] if order.filled else [False, True]
    if backward:
        empties.reverse()
    if place is not None and (place.value is None) is not empties[0]:
        empties.pop(0)
    rows: list[Row[Any]] = []
    for empty in empties:
        missing = limit + 1 - len(rows)
        if missing <= 0:
            break
        here = place if place is not None and (place.value is None) is empty else None
        part = _half(statement, order, here, empty=empty, backward=backward)
        rows += work.session().execute(part.limit(missing), values).all()
    more = len(rows) > limit
    rows = rows[:limit]
    if backward:
        return Slice(rows[::-1], before=more, after=True)
    return Slice(rows, before=place is not None, after=more)


def _half(
    statement: Select[Any], order: Order, place: Place | None, *, empty: bool, backward: bool
) -> Select[Any]:
    falling = order.descending is not backward
    sorted_by = [order.key] if empty else [order.by, order.key]
    where: list[ColumnElement[bool]] = [order.by.is_(None) if empty else order.by.is_not(None)]
    if place is not None:
        here = [place.key] if empty else [place.value, place.key]
        marks = [literal(value, by.type) for value, by in zip(here, sorted_by, strict=True)]
        left, right = tuple_(*sorted_by), tuple_(*marks)
        where.append(left < right if falling else left > right)
    ends = [by.desc() if falling else by.asc() for by in sorted_by]
    return statement.where(*where).order_by(*ends)


def typed_value(column: ColumnElement[Any], value: Any) -> Any:
    """A plain value as the type of `column`.

    Raises: ValueError, TypeError or InvalidOperation when it is none.
    """
    kind = _kind(column)
    if kind is bool:
        if not isinstance(value, bool):
            raise TypeError(value)
        return value
    if kind is int:
        number = int(value)
        if abs(number) > BIGGEST:
            raise ValueError(value)
        return number
    text = str(value)
    if "\0" in text or len(text) > LONGEST:
        raise ValueError(value)
    return _parsed(kind, text)


def _kind(column: ColumnElement[Any]) -> Any:
    """The Python type of the column's values."""
    if isinstance(column.type, Scaled):
        return Decimal
    plain = column.type
    while isinstance(plain, TypeDecorator):
        plain = plain.impl_instance
    if plain.python_type is object:
        raise RuntimeError(f"{column} has no type: a list cannot be sorted by it")
    return plain.python_type


def _parsed(kind: Any, text: str) -> Any:
    if kind is Decimal:
        number = Decimal(text)
        if not number.is_finite() or abs(number) > BIGGEST // 10**9:
            raise ValueError(text)
        return number
    if kind is datetime:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError(text)
        return moment
    return date.fromisoformat(text) if kind is date else kind(text)


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
