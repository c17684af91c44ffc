"""What happened with a client, told by every module on one line of time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Select,
    String,
    Subquery,
    bindparam,
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
Whose = ColumnElement[int]
Rows = Callable[[Whose], tuple[Select[Any], ...]]
CLIENT = "of_client"  # the parameter of the whole statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What one module tells of a client.

    Shape: `rows(client)` gives selects of `row(…)`, one for each kind of thing that happened; the
        client's id is a parameter there, so that one statement does for everybody;
        `told(what, detail)` says it in words; `needs` is the right to read it.
    """

    name: str
    title: Any
    needs: str
    icon: str
    rows: Rows
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


def of_client(found: tuple[Timeline, ...]) -> Subquery:
    """Everything that some sources tell of the client who is the parameter `CLIENT`, as one table.

    Shape: (at, by_day, ref, what, detail, text, source, key); `key` is unique and breaks ties.
    Raises: NotFound when there is no source.
    """
    if not found:
        raise NotFound
    told = tuple((source.name, source.rows) for source in found)
    return _built(told, work.dialect(), clock.firm_zone(), clock.firm_day())


# Seventeen selects take longer to write than to run: they are written once a day.
@lru_cache(64)
def _built(told: tuple[tuple[str, Rows], ...], dialect: str, zone: str, today: date) -> Subquery:
    del dialect, zone, today  # what days are made of, see below
    client = bindparam(CLIENT, type_=BigInteger())
    parts = [
        part.add_columns(
            literal(name, String()).label("source"),
            (literal(f"{name}-{number}-") + cast(part.selected_columns.ref, String)).label("key"),
        )
        for name, rows in told
        for number, part in enumerate(rows(client))
    ]
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
