"""Dated rows of one person go to another: on a day that both have, the other's stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Table, and_, delete, insert, select, update

from hub.kernel import clock, work
from hub.kernel.base import Base, table_of
from hub.kernel.dated import FOREVER
from hub.kernel.module import Merger

Days = tuple[date, date | None]  # [first, end); an end of None is none


def without(days: Days, taken: Iterable[Days]) -> list[Days]:
    """What is left of `days` when the days `taken` go."""
    left = [(days[0], days[1] or FOREVER)]
    for first, end in taken:
        last = end or FOREVER
        left = [
            piece
            for start, until in left
            for piece in ((start, min(until, first)), (max(start, last), until))
            if piece[0] < piece[1]
        ]
    return [(start, None if until == FOREVER else until) for start, until in left]


def unite(
    model: type[Base], merger: Merger, *, keys: Sequence[str], column: str = "client_id"
) -> None:
    """Give dated rows to the one who is kept; he has one row of the same `keys` on a day.

    Shape: what he has on the same days already stays behind, and ends today.
    """
    table = table_of(model)
    mine = select(table).where(table.c[column] == merger.gone)
    for row in work.session().execute(mine).mappings().all():  # the few rows of one person
        taken = _taken(table, row, merger.kept, (*keys, column))
        if not taken:
            _write(table, row, {column: merger.kept})
            continue
        for first, end in without((row["valid_from"], row["valid_to"]), taken):
            copied = dict(row) | {column: merger.kept, "valid_from": first, "valid_to": end}
            del copied["id"]
            work.session().execute(insert(table).values(copied))
        _end(table, row)


def _taken(table: Table, row: Any, kept: int, names: Sequence[str]) -> list[Days]:
    """The days on which the one who is kept has the same, out of those of the row."""
    wanted = {name: row[name] for name in names} | {names[-1]: kept}
    if None in wanted.values():
        return []
    same = and_(*(table.c[name] == value for name, value in wanted.items()))
    rows = work.session().execute(select(table.c.valid_from, table.c.valid_to).where(same))
    first, last = row["valid_from"], row["valid_to"] or FOREVER
    return [(start, end) for start, end in rows if start < last and first < (end or FOREVER)]


def _end(table: Table, row: Any) -> None:
    """What stays behind holds no longer, from today on."""
    today = clock.firm_day()
    if row["valid_to"] is not None and row["valid_to"] <= today:
        return
    if row["valid_from"] >= today:
        work.session().execute(delete(table).where(table.c.id == row["id"]))
    else:
        _write(table, row, {"valid_to": today})


def _write(table: Table, row: Any, values: dict[str, Any]) -> None:
    work.session().execute(update(table).where(table.c.id == row["id"]).values(values))
