"""What happened with a client, told by every module on one line of time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Select,
    String,
    Subquery,
    cast,
    false,
    func,
    literal,
    true,
    type_coerce,
    union_all,
)

from hub.kernel import access, clock, modules, work
from hub.kernel.base import UtcTime
from hub.kernel.errors import NotFound

_NOTHING = literal("", String())


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What one module tells of a client.

    Shape: `rows(client_id)` gives selects of `row(…)`, one for each kind of thing that happened;
        `told(what, detail)` says it in words; `needs` is the right to read it.
    """

    name: str
    title: Any
    needs: str
    icon: str
    rows: Callable[[int], tuple[Select[Any], ...]]
    told: Callable[[str, str], Any]


def row(  # noqa: PLR0913 - the columns of a line, all by name
    ref: Any, *, at: Any = None, day: Any = None, what: Any, detail: Any = None, text: Any = None
) -> tuple[ColumnElement[Any], ...]:
    """The columns of one line: when (a moment, or a day alone), what, and words that people wrote.

    Shape: `ref` is the number of the row behind it; `what` and `detail` are codes.
    """
    moment = at if day is None else _of_day(day)
    return (
        moment.label("at"), (true() if day is not None else false()).label("by_day"),
        ref.label("ref"), _text(what).label("what"), _text(detail).label("detail"),
        func.coalesce(_text(text), "").label("text"),
    )  # fmt: skip


def every() -> tuple[Timeline, ...]:
    """What all modules tell, in their order."""
    return tuple(source for module in modules.loaded().items for source in module.timeline)


def sources(client_id: int) -> tuple[Timeline, ...]:
    """What the present actor may read of a client, in the order of the modules."""
    actor = access.current()
    return tuple(
        source
        for source in every()
        if actor.holds(source.needs) and access.may(actor, source.needs, client_id)
    )


def of_client(client_id: int) -> Subquery:
    """Everything that the present actor may read of a client, as one table.

    Shape: (at, by_day, ref, what, detail, text, source, key); `key` is unique and breaks ties.
    """
    parts = [
        part.add_columns(
            literal(source.name, String()).label("source"),
            (literal(f"{source.name}-{number}-") + cast(part.selected_columns.ref, String)).label(
                "key"
            ),
        )
        for source in sources(client_id)
        for number, part in enumerate(source.rows(client_id))
    ]
    if not parts:
        raise NotFound
    return union_all(*parts).subquery("timeline")


def begins(day: Any) -> ColumnElement[Any]:
    """The moment a day begins where the firm is, of a column of days."""
    zone = clock.firm_zone()
    if work.dialect() == "sqlite":
        # SQLite knows no zones: a day begins as far from midnight UTC as today does.
        midnight = datetime.combine(clock.firm_day(), time.min, UTC)
        seconds = int((clock.start_of(clock.firm_day()) - midnight).total_seconds())
        return type_coerce(func.datetime(day, f"{seconds} seconds"), UtcTime())
    return type_coerce(func.timezone(zone, cast(day, DateTime())), UtcTime())


def _text(value: Any) -> ColumnElement[Any]:
    if value is None:
        return _NOTHING
    return literal(value, String()) if isinstance(value, str) else cast(value, String)


def _of_day(day: Any) -> ColumnElement[Any]:
    """A day as its first moment in UTC: told as a day, and sorted among moments."""
    if work.dialect() == "sqlite":
        return type_coerce(cast(day, String) + " 00:00:00.000000", UtcTime())
    return type_coerce(func.timezone("UTC", cast(day, DateTime())), UtcTime())
