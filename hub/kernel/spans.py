"""Rows that hold from a day to the day before another: what holds when, and no two at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, or_

from hub.kernel.base import Base, guard, table_of

_TRIGGER = """
CREATE TRIGGER IF NOT EXISTS {table}_overlap_{verb} BEFORE {verb} ON {table}
WHEN {present} EXISTS (
  SELECT 1 FROM {table} f
  WHERE {same} {known} AND f.id IS NOT NEW.id
    AND f.valid_from < coalesce(NEW.valid_to, '9999-12-31')
    AND NEW.valid_from < coalesce(f.valid_to, '9999-12-31'))
BEGIN SELECT RAISE(ABORT, '{table}: two rows of one thing on one day'); END"""

_EXCLUDE = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'ex_{table}_overlap') THEN
    ALTER TABLE {table} ADD CONSTRAINT ex_{table}_overlap EXCLUDE USING gist (
      {same},
      daterange(valid_from, valid_to) WITH &&) {present};
  END IF;
END $$"""


def holds_on(row: Any, day: Any) -> ColumnElement[bool]:
    """Condition: the row's days hold this one."""
    open_end = or_(row.valid_to.is_(None), row.valid_to > day)
    return (row.valid_from <= day) & open_end  # type: ignore[no-any-return]


def holds(row: Any, day: date) -> bool:
    """The same of a row in hand."""
    return bool(row.valid_from <= day and (row.valid_to is None or row.valid_to > day))


def no_overlap(model: type[Base], by: Sequence[str], *, corrected: bool = False) -> None:
    """Have the database refuse two rows that agree in `by` and share a day.

    Shape: with `corrected`, only rows that are known now (`known_to` is empty) are compared; a row
        without a value in `by` is like no other.
    """
    table = table_of(model)
    same = " AND ".join(f"f.{name} = NEW.{name}" for name in by)
    only = [f"{name} IS NOT NULL" for name in by if table.c[name].nullable]
    only += ["known_to IS NULL"] if corrected else []
    trigger = {
        "table": table.name,
        "same": same,
        "known": "AND f.known_to IS NULL" if corrected else "",
        "present": "NEW.known_to IS NULL AND" if corrected else "",
    }
    guard(
        model,
        sqlite=tuple(_TRIGGER.format(verb=verb, **trigger) for verb in ("INSERT", "UPDATE")),
        postgresql=(
            _EXCLUDE.format(
                table=table.name,
                same=",\n      ".join(f"{_as_range(table, name)} WITH &&" for name in by),
                present=f"WHERE ({' AND '.join(only)})" if only else "",
            ),
        ),
    )


def _as_range(table: Any, name: str) -> str:
    """A column as a range: those are compared without an extension of the database."""
    is_text = isinstance(table.c[name].type, String)
    number = f"hashtextextended({name}, 0)" if is_text else name
    return f"int8range({number}, {number}, '[]')"
