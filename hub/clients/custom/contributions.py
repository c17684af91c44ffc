"""What custom fields give to rules, to the list of clients and to files of them."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, String, exists, select, type_coerce

from hub.clients import facts
from hub.clients.custom import queries
from hub.clients.custom.models import CustomField
from hub.clients.custom.rules import NO, RULE_KIND, YES, CustomKind, read
from hub.clients.custom.words import ANSWERS
from hub.clients.imports import refuse_foreign
from hub.clients.models import Fact
from hub.kernel import clock, dated
from hub.kernel.base import MONEY_SCALE, Scaled
from hub.kernel.dated import AsOf
from hub.kernel.imports.kinds import Columns, Context, ImportField, Parse, Refused
from hub.kernel.imports.slices import Slice
from hub.kernel.imports.values import amount, day, yes_no
from hub.kernel.module import SegmentField
from hub.kernel.rules import Field
from hub.kernel.sentences import N_
from hub.pages.filters import Choices, Filter


def segment_fields() -> tuple[SegmentField, ...]:
    """Every field, the retired ones too: rules that ask for them go on."""
    return tuple(_segment_field(field) for field in queries.every())


def _segment_field(field: CustomField) -> SegmentField:
    asked = Field(
        name=field.name, title=queries.title(field), kind=RULE_KIND[field.custom_kind],
        choices=_choices(field),
    )  # fmt: skip
    return SegmentField(
        field=asked,
        now=lambda: queries.value_on(field, AsOf()),
        as_of=lambda as_of: queries.value_on(field, as_of),
    )


def _choices(field: CustomField) -> Choices:
    if field.custom_kind is CustomKind.YES_NO:
        return ANSWERS
    return tuple(queries.words(field).items())


def filters() -> tuple[Filter, ...]:
    """A filter of the list for each field that wants one."""
    return tuple(_filter(field) for field in queries.present() if field.is_filter)


def _filter(field: CustomField) -> Filter:
    key, label = field.name, queries.title(field)
    value = queries.value_on(field, AsOf())
    match field.custom_kind:
        case CustomKind.NUMBER:
            return Filter(key=key, label=label, kind="number", exprs=(value,))
        case CustomKind.DAY:
            return Filter(key=key, label=label, kind="date", exprs=(value,))
        case CustomKind.TEXT:
            return Filter(key=key, label=label, exprs=(value,))
        case _:
            return Filter(key=key, label=label, kind="choice", exprs=(value,),
                          choices=_choices(field))  # fmt: skip


def _import_fields() -> tuple[ImportField, ...]:
    return tuple(
        ImportField(
            name=field.name, title=queries.title(field), parse=_parser(field),
            aliases=(field.title_zh, field.title_en),
            type=BigInteger() if field.custom_kind is CustomKind.NUMBER else String(),
        )
        for field in queries.present()
    )  # fmt: skip


def _parser(field: CustomField) -> Parse:
    match field.custom_kind:
        case CustomKind.NUMBER:
            return amount
        case CustomKind.DAY:
            return day
        case CustomKind.YES_NO:
            return _yes_no
        case kind:
            both = {one["en"]: one["zh"] for one in field.choices}
            return partial(_read, kind, field.values, both)


def _yes_no(text: str, context: Context) -> str:
    return YES if yes_no(text, context) else NO


def _read(
    kind: CustomKind, values: list[str], both: dict[str, str], text: str, context: Context
) -> str:
    del context
    found = read(kind, both.get(text, text), values)
    if found is None or isinstance(found, Decimal):
        raise Refused(N_("“%(text)s” does not fit this field"), text=text[:40])
    return found


def _check(part: Slice) -> None:
    """Tell which clients a file gives a value that was not known; refuse foreign ones again."""
    row, today = part.rows.c, clock.firm_day()
    names = _mapped(part)
    for name in names:
        given = _given(part, name).subquery()
        column: Any = Fact.number if name in _numbers() else Fact.text
        known = exists().where(
            Fact.client_id == given.c.client_id, Fact.name == name, column == given.c.value,
            Fact.known_to.is_(None), dated.holds(Fact, today),
        )  # fmt: skip
        news = row.target_id.in_(select(given.c.client_id).where(~known))
        part.tell((row.outcome == "unchanged") & news, outcome="updated")
    if names:
        refuse_foreign(part)


def _apply(part: Slice) -> None:
    """Record the values of the file from today on."""
    source = f"import {part.import_id}: {part.filename}"[:255]
    for name in _mapped(part):
        given = _given(part, name)
        facts.put_all(name, given, valid_from=clock.firm_day(), source=source)


def _mapped(part: Slice) -> list[str]:
    return [field.name for field in queries.present() if part.has(field.name)]


def _numbers() -> set[str]:
    return {one.name for one in queries.present() if one.custom_kind is CustomKind.NUMBER}


def _given(part: Slice, name: str) -> Any:
    staged = part.select(name)
    value: ColumnElement[Any] = staged.c[name]
    if name in _numbers():
        value = type_coerce(value, Scaled(MONEY_SCALE))
    return select(staged.c.target_id.label("client_id"), value.label("value")).where(
        value.is_not(None), staged.c.target_id.is_not(None)
    )


columns = Columns(kind="clients", fields=(), check=_check, apply=_apply, live=_import_fields)
