"""Rows that wait for others of their file: whose turn it is, and when waiting helps no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column, select, update

from hub.kernel import work
from hub.kernel.base import table_of
from hub.kernel.imports.models import Import, Row


@dataclass(frozen=True, slots=True)
class Turn:
    """Where a pass stands: in which round, at which row, how many rows it settled there."""

    round: int = 0
    next: int = 0
    settled: int = 0
    done: int = 0

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return {name: getattr(self, name) for name in Turn.__slots__}


def turn_of(row: Import) -> Turn:
    """Where the present pass stands."""
    return Turn(**row.cursor) if row.cursor else Turn()


def end_of(import_id: int, turn: Turn, count: int) -> int:
    """Behind the last of the next `count` rows of the round; where it stands if there is none."""
    rows = table_of(Row).c
    mine = (rows.import_id == import_id, _of_round(turn.round), rows.seq >= turn.next)
    some = select(rows.seq).where(*mine).order_by(rows.seq).limit(count).subquery()
    last = work.session().scalar(select(func.max(some.c.seq)))
    return turn.next if last is None else int(last) + 1


def _of_round(number: int) -> ColumnElement[bool]:
    """Condition: the row has its turn in a round; later ones are found by an index of their own."""
    rows = table_of(Row).c
    mine = rows.round == number
    return mine & (rows.round > literal_column("0")) if number else mine


def following(import_id: int, turn: Turn) -> tuple[int | None, int]:
    """The round after one that is over, and how many rows were refused instead.

    Shape: a round that settled nothing, before rounds that hold nobody else, would go on for
        ever: then all who wait are refused, each for what it waits for.
    """
    rows = table_of(Row)
    later = (
        rows.c.import_id == import_id, rows.c.round > literal_column("0"),
        rows.c.round > turn.round, rows.c.reasons.is_(None),
    )  # fmt: skip
    found = select(func.min(rows.c.round), func.count() - func.count(rows.c.waits)).where(*later)
    number, fresh = work.session().execute(found).one()
    if number is None or turn.settled or fresh:
        return number, 0
    refused: Any = work.session().execute(
        update(rows).where(*later).values(reasons=rows.c.waits, waits=None),
        execution_options={"synchronize_session": False},
    )
    return None, int(refused.rowcount)
