"""The filters of a list: untrusted query values → SQL conditions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_

from hub.kernel import clock
from hub.kernel.base import MONEY_SCALE, UtcTime
from hub.kernel.errors import Invalid

Choices = tuple[tuple[str, Any], ...]

LONGEST = 200  # characters of a filter's text
BIGGEST = Decimal(10) ** 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One thing a list can be narrowed by.

    Shape: `exprs` are the columns looked at (a text may be in any of them); `where(value)` replaces
        the condition; `choices` are (value, label) pairs or a function that gives them.
        "date" and "number" read `<key>_from` and `<key>_to`, both ends included; `known()` is
        the address of the words that a text offers, fetched when somebody goes there.
    """

    key: str
    label: Any
    kind: Literal["text", "choice", "date", "number"] = "text"
    exprs: tuple[Any, ...] = ()
    choices: Choices | Callable[[], Choices] = ()
    where: Callable[[Any], ColumnElement[bool]] | None = None
    hint: Any = ""
    known: Callable[[], str] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The query arguments it reads."""
        if self.kind in {"date", "number"}:
            return (f"{self.key}_from", f"{self.key}_to")
        return (self.key,)

    def offered(self) -> Choices:
        """The choices of this moment."""
        return self.choices() if callable(self.choices) else self.choices


@dataclass(frozen=True, slots=True)
class Chosen:
    """A filter with what the visitor chose, as typed."""

    filter: Filter
    values: Mapping[str, str]
    choices: Choices = ()

    @property
    def active(self) -> bool:
        """Whether it narrows the list."""
        return any(self.values.values())


def choose(filters: tuple[Filter, ...], args: Mapping[str, str]) -> tuple[Chosen, ...]:
    """Read the filters out of the query."""
    return tuple(
        Chosen(
            each,
            {name: str(args.get(name, "")).strip() for name in each.names},
            each.offered() if each.kind == "choice" else (),
        )
        for each in filters
    )


def conditions(chosen: tuple[Chosen, ...]) -> list[ColumnElement[bool]]:
    """SQL of the active filters.

    Raises: Invalid naming the filter whose value cannot be used.
    """
    found: list[ColumnElement[bool]] = []
    for each in chosen:
        if each.active:
            found += _condition(each)
    return found


def _condition(chosen: Chosen) -> list[ColumnElement[bool]]:
    this = chosen.filter
    match this.kind:
        case "text":
            return [_text(this, chosen.values[this.key])]
        case "choice":
            return [_choice(chosen, chosen.values[this.key])]
        case "date":
            return _between(this, chosen.values, _days)
        case "number":
            return _between(this, chosen.values, _numbers)


def _text(this: Filter, value: str) -> ColumnElement[bool]:
    if len(value) > LONGEST or "\0" in value:
        raise Invalid({this.key: _("Type at most %(most)s characters.", most=LONGEST)})
    if this.where is not None:
        return this.where(value)
    return or_(*(expr.icontains(value, autoescape=True) for expr in this.exprs))


def _choice(chosen: Chosen, value: str) -> ColumnElement[bool]:
    this = chosen.filter
    known = {str(offered): offered for offered, _label in chosen.choices}
    if value not in known:
        raise Invalid({this.key: _("Choose one of the list.")})
    if this.where is not None:
        return this.where(known[value])
    return or_(*(expr == known[value] for expr in this.exprs))


Ends = Callable[..., Any]


def _between(this: Filter, values: Mapping[str, str], end: Ends) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    low, high = (values[name] for name in this.names)
    for expr in this.exprs:
        try:
            if low:
                found.append(expr >= end(expr, low, is_last=False))
            if high:
                last = end(expr, high, is_last=True)
                found.append(expr < last if isinstance(expr.type, UtcTime) else expr <= last)
        except (ValueError, InvalidOperation, OverflowError) as error:
            raise Invalid({this.key: _refusal(this)}) from error
    return found


def _refusal(this: Filter) -> str:
    if this.kind == "date":
        return str(_("Write a day like 2026-01-31."))
    return str(_("Write a number like 1200 or 0.5."))


def _days(expr: Any, text: str, *, is_last: bool) -> date | datetime:
    """A day; for a moment's column, where it begins (or, the last one, where it ends)."""
    day = date.fromisoformat(text)
    if not isinstance(expr.type, UtcTime):
        return day
    return clock.end_of(day) if is_last else clock.start_of(day)


def _numbers(expr: Any, text: str, *, is_last: bool) -> Decimal | int:
    del is_last
    number = Decimal(text.replace(",", ""))
    if not number.is_finite() or abs(number) > BIGGEST:
        raise ValueError(text)
    if number * MONEY_SCALE != (number * MONEY_SCALE).to_integral_value():
        raise ValueError(text)
    return int(number) if expr.type.python_type is int and number == int(number) else number
