"""What is true on a day and known since a moment: how it is asked, corrected, and kept single.

A row holds on [valid_from, valid_to), as known on [known_from, known_to). A correction closes
`known_to` and inserts, so any past reading can be repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    Table,
    and_,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, aliased

from hub.kernel import clock, work
from hub.kernel.base import Base, Day, Utc, guard, table_of

TICK = timedelta(microseconds=1)
FOREVER = date(9999, 12, 31)  # stands for "no end" where an end is needed

Mine = Callable[[Any], ColumnElement[bool]]
First = Callable[[Any], ColumnElement[Any]]


class Dated:
    """Columns of what is true on some days."""

    valid_from: Mapped[Day]
    valid_to: Mapped[date | None]


class Known(Dated):
    """Columns of what is true on some days and was known in some time."""

    known_from: Mapped[Utc]
    known_to: Mapped[Utc | None]


@dataclass(frozen=True, slots=True)
class AsOf:
    """A reading: how it was on a day, as known at a moment (now, when not given)."""

    day: date = field(default_factory=clock.firm_day)
    known_at: datetime | None = None


def holds(row: Any, day: Any) -> ColumnElement[bool]:
    """Condition: the row is true on a day."""
    return and_(row.valid_from <= day, or_(row.valid_to.is_(None), row.valid_to > day))


def is_on(row: Any, day: date) -> bool:
    """The same of a row in hand: whether it is true on a day."""
    return bool(row.valid_from <= day and (row.valid_to is None or row.valid_to > day))


def known(row: Any, at: datetime | None = None) -> ColumnElement[bool]:
    """Condition: the row is known now, or was at a moment."""
    if at is None:
        return row.known_to.is_(None)  # type: ignore[no-any-return]
    return (row.known_from <= at) & or_(row.known_to.is_(None), row.known_to > at)  # type: ignore[no-any-return]


def stands(row: Any, as_of: AsOf) -> ColumnElement[bool]:
    """Condition: the row is true and known in a reading."""
    return known(row, as_of.known_at) & holds(row, as_of.day)


def meets(row: Any, first: Any, end: Any) -> ColumnElement[bool]:
    """Condition: the row is true on a day of [first, end); an end of None is none."""
    later = or_(row.valid_to.is_(None), row.valid_to > first)
    return later if end is None else and_(later, row.valid_from < end)


def earlier(one: date | None, other: date | None) -> date | None:
    """The earlier of two ends; none is later than any."""
    return min((day for day in (one, other) if day is not None), default=None)


def supersede(
    model: type[Known], mine: Mine, first: date | First, end: date | None = None
) -> datetime:
    """Know nothing more of `mine` for [first, end); the days before and after stay as they were.

    Shape: `mine(row)` → condition on a row of `model`, `first(row)` → its own first day
        → the moment from which new rows are known.
    """
    moment = _moment(model, mine)
    begins = first if callable(first) else lambda _row: literal(first, model.valid_from.type)
    closes = update(model).where(mine(model), known(model), meets(model, begins(model), end))
    work.session().execute(
        closes.values(known_to=moment), execution_options={"synchronize_session": False}
    )
    old = aliased(model)
    closed = mine(old) & (old.known_to == moment)
    _keep(model, old, closed & (old.valid_from < begins(old)), moment, valid_to=begins(old))
    if end is not None:
        after = or_(old.valid_to.is_(None), old.valid_to > end)
        _keep(model, old, closed & after, moment, valid_from=end)
    return moment


def _moment(model: type[Known], mine: Mine) -> datetime:
    """Now, but later than anything of these was closed: two changes never share it."""
    last = work.session().scalar(select(func.max(model.known_to)).where(mine(model)))
    return clock.now() if last is None else max(clock.now(), last + TICK)


def _keep(
    model: type[Known], old: Any, which: ColumnElement[bool], moment: datetime, **days: Any
) -> None:
    """Pieces of rows that were closed, with other days, known from the moment on."""
    table = table_of(model)  # type: ignore[arg-type]
    fixed = {
        name: value if isinstance(value, ColumnElement) else literal(value, table.c[name].type)
        for name, value in (days | {"known_from": moment}).items()
    }
    names = [column.name for column in table.columns if column.name not in {"id", "known_to"}]
    values = [fixed.get(name, getattr(old, name)) for name in names]
    work.session().execute(insert(model).from_select(names, select(*values).where(which)))


_TRIGGER = """
CREATE TRIGGER IF NOT EXISTS {table}_{name}_{verb} BEFORE {verb} ON {table}
WHEN {new} AND EXISTS (
  SELECT 1 FROM {table} s WHERE {same} AND {old} AND s.id IS NOT NEW.id
    AND s.valid_from < coalesce(NEW.valid_to, '9999-12-31')
    AND NEW.valid_from < coalesce(s.valid_to, '9999-12-31'))
BEGIN SELECT RAISE(ABORT, '{table}: {says}'); END"""

_EXCLUDE = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'ex_{table}_{name}')
  THEN
    ALTER TABLE {table} ADD CONSTRAINT ex_{table}_{name}
    EXCLUDE USING gist ({keys}daterange(valid_from, valid_to) WITH &&) WHERE ({where});
  END IF;
END $$"""


def one_a_day(
    model: type[Base], name: str, *, keys: Sequence[str], where: Sequence[str] = (), says: str
) -> None:
    """Have the database refuse two rows with the same `keys` on one day.

    Shape: `where` are SQL conditions on a row that `{row}` stands before, "{row}line = 'mentor'";
        of a table with `known_to`, only what is known now counts.
    """
    table = table_of(model)
    known_now = ["{row}known_to IS NULL"] if "known_to" in table.columns else []
    conditions = [*known_now, *(f"{{row}}{key} IS NOT NULL" for key in keys), *where]
    says = says.replace("'", "")

    def about(row: str) -> str:
        return " AND ".join(one.replace("{row}", row) for one in conditions) or "1=1"

    same = " AND ".join(f"s.{key} = NEW.{key}" for key in keys) or "1=1"
    trigger = tuple(
        _TRIGGER.format(
            table=table.name, name=name, verb=verb, new=about("NEW."), old=about("s."), same=same,
            says=says,
        )
        for verb in ("INSERT", "UPDATE")
    )  # fmt: skip
    ranges = "".join(f"{_as_range(table, key)} WITH &&, " for key in keys)
    exclude = _EXCLUDE.format(table=table.name, name=name, keys=ranges, where=about(""))
    guard(model, sqlite=trigger, postgresql=(exclude,))


def _as_range(table: Table, name: str) -> str:
    """A column as a range: those are compared without an extension of the database."""
    is_text = isinstance(table.c[name].type, String)
    number = f"hashtextextended({name}, 0)" if is_text else name
    return f"int8range({number}, {number}, '[]')"
