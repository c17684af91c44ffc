"""What is known of a client, as the loaded modules contribute it: for rules and for words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement

from hub.kernel import modules, rules, work
from hub.kernel.dated import AsOf
from hub.kernel.errors import Invalid
from hub.kernel.module import Module, SegmentField

Give = Callable[[], tuple[SegmentField, ...]]

SAMPLES: dict[str, Any] = {
    "text": "示例",
    "choice": "示例",
    "number": Decimal(1),
    "money": Decimal("10000.00"),
    "date": date(2026, 1, 31),
}


@dataclass(frozen=True, slots=True)
class Readable:
    """A fact that a message may show."""

    title: Any
    column: Callable[[], ColumnElement[Any]]
    sample: Any


def fields() -> dict[str, SegmentField]:
    """Every contributed fact by name; those that are rows only inside a unit."""
    return work.once("facts", _fields) if work.is_open() else _fields()


def _fields() -> dict[str, SegmentField]:
    """Those that the code names, and inside a unit those that rows name."""
    return _written() | (_named(lambda module: module.live_fields) if work.is_open() else {})


def _written() -> dict[str, SegmentField]:
    return _named(lambda module: module.segment_fields)


def _named(given: Callable[[Module], Give | None]) -> dict[str, SegmentField]:
    gives = [given(module) for module in modules.loaded().items]
    return {item.field.name: item for give in gives if give is not None for item in give()}


def _asked(rule: rules.Rule) -> tuple[dict[str, SegmentField], rules.Rule]:
    """The fields a rule is checked by: those that are rows are read only when it asks for one."""
    written = _written()
    try:
        return written, rules.check(rule, _plain(written))
    except Invalid:
        known = fields()
        return known, rules.check(rule, _plain(known))


def _plain(known: dict[str, SegmentField]) -> dict[str, rules.Field]:
    return {name: item.field for name, item in known.items()}


def readable() -> dict[str, Readable]:
    """The facts that a message may show: all but yes-or-no ones."""
    return {
        name: Readable(item.field.title, item.now, SAMPLES[item.field.kind])
        for name, item in fields().items()
        if item.field.kind in SAMPLES
    }


def condition(rule: rules.Rule, as_of: AsOf | None = None) -> ColumnElement[bool]:
    """A rule over clients as SQL; of a past day when `as_of` is given.

    Raises: Invalid for a wrong rule, or naming a field that keeps no history.
    """
    known, checked = _asked(rule)
    columns: dict[str, Callable[[], Any]] = {}
    for name in rules.fields_of(checked):
        item = known[name]
        if as_of is None:
            columns[name] = item.now
        elif item.as_of is None:
            raise Invalid({name: _("“%(field)s” keeps no history: it cannot be asked of a past day",
                                   field=item.field.title)})  # fmt: skip
        else:
            columns[name] = partial(item.as_of, as_of)
    return rules.to_sql(checked, _plain(known), columns)
