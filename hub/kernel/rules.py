"""The one rule language: JSON conditions → SQL (segments) or → bool (surveys, alerts, points).

A rule is `{"all": [...]}`, `{"any": [...]}`, `{"not": {...}}` or a condition
`{"field": "city", "op": "is", "value": "Shanghai"}`. A condition on an unknown value is false,
except `unknown`, in both readings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import ColumnElement, String, and_, func, not_, or_, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from hub.kernel.base import MONEY_SCALE
from hub.kernel.errors import Invalid

Rule = Mapping[str, Any]

MAX_DEPTH = 8
MAX_CONDITIONS = 200
MAX_VALUES = 10_000  # in all lists of a rule; SQLite binds 32,766
TOO_LARGE = 10**14
MAX_TEXT = 500  # characters; no column that a rule reads holds more


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A fact that a rule may ask for.

    Shape: `kind` is text, choice, number, money, date, flag or set (several texts at once, whose
        column is a scalar select of them); `choices` (value, title) pairs.
    """

    name: str
    title: Any
    kind: str
    choices: tuple[tuple[str, Any], ...] = ()


_ORDERED = ("gt", "ge", "lt", "le", "between", "is", "is_not", "known", "unknown")
OPS: dict[str, tuple[str, ...]] = {
    "text": ("is", "is_not", "in", "contains", "starts", "known", "unknown"),
    "choice": ("is", "is_not", "in", "known", "unknown"),
    "number": _ORDERED,
    "money": _ORDERED,
    "date": _ORDERED,
    "flag": ("known", "unknown"),
    "set": ("has", "has_any", "has_not", "known", "unknown"),
}


class _LatinLower(GenericFunction[str]):
    """Lower case of the Latin letters only: what both databases and Python agree on."""

    type = String()
    name = "lower"
    inherit_cache = True


@compiles(_LatinLower, "postgresql")
def _latin_lower(element: Any, compiler: Any, **options: Any) -> str:
    return f'lower({compiler.process(element.clauses, **options)} COLLATE "C")'


_SQL: dict[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "is": lambda column, value: column == value,
    "is_not": lambda column, value: column != value,
    "in": lambda column, value: column.in_(value),
    "contains": lambda column, value: _LatinLower(column).contains(_lower(value), autoescape=True),
    "starts": lambda column, value: _LatinLower(column).startswith(_lower(value), autoescape=True),
    "gt": lambda column, value: column > value,
    "ge": lambda column, value: column >= value,
    "lt": lambda column, value: column < value,
    "le": lambda column, value: column <= value,
    "between": lambda column, value: column.between(value[0], value[1]),
}

_BOOL: dict[str, Callable[[Any, Any], bool]] = {
    "is": lambda fact, value: fact == value,
    "is_not": lambda fact, value: fact != value,
    "in": lambda fact, value: fact in value,
    "contains": lambda fact, value: _lower(value) in _lower(fact),
    "starts": lambda fact, value: _lower(fact).startswith(_lower(value)),
    "gt": lambda fact, value: fact > value,
    "ge": lambda fact, value: fact >= value,
    "lt": lambda fact, value: fact < value,
    "le": lambda fact, value: fact <= value,
    "between": lambda fact, value: value[0] <= fact <= value[1],
}


_SET_BOOL: dict[str, Callable[[frozenset[str], Any], bool]] = {
    "has": lambda fact, value: value in fact,
    "has_any": lambda fact, value: not fact.isdisjoint(value),
    "has_not": lambda fact, value: value not in fact,
}


def _lower(text: str) -> str:
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in text)


def check(rule: Rule, fields: Mapping[str, Field]) -> Rule:
    """The rule with typed values checked.

    Raises: Invalid naming the part that is wrong and what would be right.
    """
    counted = [0, 0]
    _walk(rule, fields, 0, counted)
    return rule


def _walk(rule: Any, fields: Mapping[str, Field], depth: int, counted: list[int]) -> None:
    counted[0] += 1
    if depth > MAX_DEPTH or counted[0] > MAX_CONDITIONS:
        raise Invalid({"rule": f"at most {MAX_DEPTH} levels and {MAX_CONDITIONS} conditions"})
    if not isinstance(rule, Mapping):
        raise Invalid({"rule": "each part is an object"})
    for word in ("all", "any"):
        if word in rule:
            if not isinstance(rule[word], list):
                raise Invalid({"rule": f"“{word}” holds a list"})
            for part in rule[word]:
                _walk(part, fields, depth + 1, counted)
            return
    if "not" in rule:
        _walk(rule["not"], fields, depth + 1, counted)
        return
    _, _, value = _typed(rule, fields)
    counted[1] += len(value) if isinstance(value, list) else 0
    if counted[1] > MAX_VALUES:
        raise Invalid({str(rule["field"]): f"at most {MAX_VALUES} values in a rule"})


def _typed(condition: Rule, fields: Mapping[str, Field]) -> tuple[Field, str, Any]:
    name = condition.get("field")
    field = fields.get(name) if isinstance(name, str) else None
    if field is None:
        raise Invalid({"rule": f"there is no field “{name}”"})
    op = condition.get("op")
    if op not in OPS[field.kind]:
        allowed = ", ".join(OPS[field.kind])
        raise Invalid({field.name: f"“{op}” does not fit this field; one of: {allowed}"})
    if op in {"known", "unknown"}:
        return field, op, None
    value = condition.get("value")
    many = 2 if op == "between" else None
    if op in {"in", "between", "has_any"}:
        items = value if isinstance(value, list) else []
        if not items or (many and len(items) != many):
            raise Invalid({field.name: "two values" if many else "at least one value"})
        return field, op, [value_of(field, item) for item in items]
    return field, op, value_of(field, value)


def value_of(field: Field, value: Any) -> Any:
    """A JSON value as the field's type.

    Raises: Invalid naming the field.
    """
    try:
        match field.kind:
            case "number" | "money":
                number = Decimal(str(value).replace(",", ""))
                if not number.is_finite() or not -TOO_LARGE < number < TOO_LARGE:
                    raise ValueError
                if field.kind == "money" and number * MONEY_SCALE % 1:
                    raise ValueError
                return number
            case "date":
                return date.fromisoformat(str(value))
            case _:
                if not isinstance(value, str) or not value or "\0" in value:
                    raise ValueError
                if len(value.encode().decode()) > MAX_TEXT:
                    raise ValueError
                return value
    except (ValueError, InvalidOperation) as error:
        wish = {"number": "a number", "money": "an amount", "date": "a day as 2026-01-31"}
        text = wish.get(field.kind, f"a text of 1 to {MAX_TEXT} characters")
        raise Invalid({field.name: f"{text} is needed, not {str(value)[:40]!r}"}) from error


def to_sql(
    rule: Rule, fields: Mapping[str, Field], columns: Mapping[str, Callable[[], Any]]
) -> ColumnElement[bool]:
    """The rule as a condition; `columns` builds each field's column when it is asked for."""
    if "all" in rule:
        return and_(true(), *(to_sql(part, fields, columns) for part in rule["all"]))
    if "any" in rule:
        parts = [to_sql(part, fields, columns) for part in rule["any"]]
        return or_(*parts) if parts else not_(true())
    if "not" in rule:
        # A comparison with an unknown value is NULL in SQL; here it is false, so “not” of it holds.
        return not_(func.coalesce(to_sql(rule["not"], fields, columns), not_(true())))
    field, op, value = _typed(rule, fields)
    return _condition_sql(field.kind, op, value, columns[field.name]())


def _condition_sql(kind: str, op: str, value: Any, column: Any) -> ColumnElement[bool]:
    if kind == "set":
        return _set_sql(column.element, op, value)
    if kind == "flag":
        return column if op == "known" else not_(column)  # type: ignore[no-any-return]
    if op in {"known", "unknown"}:
        return column.is_not(None) if op == "known" else column.is_(None)  # type: ignore[no-any-return]
    return _SQL[op](column, value)


def _set_sql(values: Any, op: str, value: Any) -> ColumnElement[bool]:
    """A condition on a select of texts; an empty set is known to lack everything."""
    found: ColumnElement[bool] = values.exists()
    if op in _SET_BOOL:
        one = values.selected_columns[0]
        found = values.where(one.in_(value) if op == "has_any" else one == value).exists()
    return not_(found) if op in {"unknown", "has_not"} else found


def holds(rule: Rule, fields: Mapping[str, Field], facts: Mapping[str, Any]) -> bool:
    """Whether the rule holds for `facts`: a field's name → its value, None when unknown."""
    if "all" in rule:
        return all(holds(part, fields, facts) for part in rule["all"])
    if "any" in rule:
        return any(holds(part, fields, facts) for part in rule["any"])
    if "not" in rule:
        return not holds(rule["not"], fields, facts)
    field, op, value = _typed(rule, fields)
    fact = facts.get(field.name)
    if field.kind == "set" and op in _SET_BOOL:
        return _SET_BOOL[op](frozenset(fact or ()), value)
    unknown = not fact if field.kind in {"flag", "set"} else fact is None
    if op in {"known", "unknown"}:
        return unknown == (op == "unknown")
    return not unknown and _BOOL[op](fact, value)


def fields_of(rule: Rule) -> frozenset[str]:
    """Names of the fields a rule asks for."""
    for word in ("all", "any"):
        if word in rule:
            return frozenset().union(*(fields_of(part) for part in rule[word]))
    if "not" in rule:
        return fields_of(rule["not"])
    return frozenset({str(rule.get("field"))})
