"""Reads of custom fields and their values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import get_locale
from sqlalchemy import ColumnElement, Date, cast, func, select, type_coerce

from hub.clients import facts
from hub.clients.custom.models import CustomField
from hub.clients.custom.rules import CustomKind
from hub.clients.models import Fact
from hub.kernel import access, clock, dated, work
from hub.kernel.dated import AsOf

# Rules, the list of clients and his page ask this: the statement is built once.
_EVERY = select(CustomField).order_by(CustomField.retired_at.is_not(None), CustomField.id)


def every() -> list[CustomField]:
    """All fields, the retired ones last."""
    return list(work.once("custom-fields", lambda: work.session().scalars(_EVERY).all()))


def present() -> list[CustomField]:
    """The fields that are asked for."""
    return [field for field in every() if field.retired_at is None]


def one(field_id: int) -> CustomField:
    """A field.

    Raises: NotFound.
    """
    return access.found(work.session().get(CustomField, field_id))


def title(field: CustomField) -> str:
    """What the field is called in the reader's language."""
    return field.title_zh if str(get_locale() or "en").startswith("zh") else field.title_en


def words(field: CustomField) -> dict[str, str]:
    """A choice's value → how it is called in the reader's language."""
    language = "zh" if str(get_locale() or "en").startswith("zh") else "en"
    return {str(one["zh"]): str(one[language]) for one in field.choices}


def values_of(client_id: int) -> dict[str, Decimal | str]:
    """Field's name → what is known of a client today."""
    rows = work.session().scalars(
        select(Fact).where(
            Fact.client_id == client_id, Fact.name.startswith("custom_", autoescape=True),
            Fact.known_to.is_(None), dated.holds(Fact, clock.firm_day()),
        )
    )  # fmt: skip
    return {
        row.name: row.number if row.number is not None else str(row.text)
        for row in rows
    }  # fmt: skip


def in_use(field: CustomField, value: str | None = None) -> int:
    """Of how many clients the field (or this value of it) is or was known."""
    known = select(func.count(func.distinct(Fact.client_id))).where(Fact.name == field.name)
    if value is not None:
        known = known.where(Fact.text == value)
    return work.session().scalar(known) or 0


def value_on(field: CustomField, as_of: AsOf) -> ColumnElement[Any]:
    """The field of `Client` in a reading, as a correlated value of its own type."""
    kind = field.custom_kind
    if kind is CustomKind.NUMBER:
        return facts.value_on(field.name, as_of)
    text = facts.text_on(field.name, as_of)
    if kind is CustomKind.DAY:
        # Days are kept as ISO texts, which is what SQLite compares as days.
        return type_coerce(text, Date) if work.dialect() == "sqlite" else cast(text, Date)
    return text
