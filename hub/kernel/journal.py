"""What an act did to rows, row by row, so that it can be taken back exactly.

Rows are pictured before and after; the difference is kept. Taking back puts each row into its
first state, unless somebody touched since what the act had changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, Index, String, Table, and_, delete, insert, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel import work
from hub.kernel.base import Base, Id, Scaled, UtcTime, table_of

DERIVED = {"derived": True}  # info of a column that follows from other rows

Plain = dict[str, Any]
Pictures = dict[tuple[str, tuple[Any, ...]], Plain]  # (table, key) → the row


class Change(Base):
    """What became of one row by an act; `{}` stands for "was not there".

    Shape: `cause` is "<room>.<act>:<id>", `row_key` holds the columns of the primary key.
    """

    __tablename__ = "kernel_change"
    __table_args__ = (Index("ix_kernel_change_cause", "cause", "id"),)

    id: Mapped[Id]
    cause: Mapped[str] = mapped_column(String(64))
    of_table: Mapped[str] = mapped_column(String(64))
    row_key: Mapped[dict[str, Any]]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Touched:
    """A row that the act changed and somebody touched since."""

    change_id: int
    table: str


def pictures(tables: Mapping[str, tuple[str, ...]], ids: tuple[int, ...]) -> Pictures:
    """Every row that names one of `ids` in the columns given for its table."""
    session = work.session()
    session.flush()
    found: Pictures = {}
    for name, columns in tables.items():
        table = Base.metadata.tables[name]
        rows = session.execute(
            select(table).where(or_(*(table.c[one].in_(ids) for one in columns)))
        )
        for row in rows.mappings():
            plain = _plain(table, row)
            found[name, tuple(plain[column.name] for column in table.primary_key)] = plain
    return found


def note(cause: str, before: Pictures, after: Pictures) -> None:
    """Keep what differs between the two."""
    rows = [
        {
            "cause": cause, "of_table": place[0], "before": before.get(place, {}),
            "after": after.get(place, {}),
            "row_key": dict(zip(_key_names(place[0]), place[1], strict=True)),
        }
        for place in sorted(before.keys() | after.keys(), key=str)
        if before.get(place) != after.get(place)
    ]  # fmt: skip
    if rows:
        work.session().execute(insert(table_of(Change)), rows)


def touched(cause: str) -> list[Touched]:
    """What stands in the way of taking the act back exactly."""
    return [Touched(change.id, change.of_table) for change in _of(cause) if not _is_as_left(change)]


def take_back(cause: str) -> None:
    """Put every row that the act changed, and nobody touched since, into its first state."""
    changes = [change for change in _of(cause) if _is_as_left(change)]
    work.session().flush()
    for change in changes:
        if not change.before:
            table = Base.metadata.tables[change.of_table]
            work.session().execute(delete(table).where(_is(table, change)))
    for change in changes:
        if change.before and change.after:
            _restore(change)
    for change in changes:
        if not change.after:
            table = Base.metadata.tables[change.of_table]
            work.session().execute(insert(table).values(_typed(table, change.before)))
    work.session().expire_all()
    forget(cause)


def forget(cause: str) -> None:
    """Keep nothing of an act: it can be taken back no more."""
    work.session().execute(delete(Change).where(Change.cause == cause))


def knows(cause: str) -> bool:
    """Whether the act can be taken back still."""
    return (
        work.session().scalar(select(Change.id).where(Change.cause == cause).limit(1)) is not None
    )


def _of(cause: str) -> list[Change]:
    rows = select(Change).where(Change.cause == cause).order_by(Change.id)
    return list(work.session().scalars(rows))


def _is_as_left(change: Change) -> bool:
    """Whether what the act wrote stands; what others wrote beside it does not matter."""
    table = Base.metadata.tables[change.of_table]
    row = work.session().execute(select(table).where(_is(table, change))).mappings().first()
    if row is None or not change.after:
        return row is None and not change.after
    here = _plain(table, row)
    if not change.before:
        return here == change.after
    return all(here.get(name) == change.after[name] for name in _changed(change))


def _restore(change: Change) -> None:
    table = Base.metadata.tables[change.of_table]
    old = {name: change.before[name] for name in _changed(change)}
    work.session().execute(update(table).where(_is(table, change)).values(_typed(table, old)))


def _changed(change: Change) -> list[str]:
    return [name for name, value in change.before.items() if change.after.get(name) != value]


def _is(table: Table, change: Change) -> Any:
    return and_(*(table.c[name] == value for name, value in change.row_key.items()))


def _key_names(table: str) -> list[str]:
    return [column.name for column in Base.metadata.tables[table].primary_key]


def _plain(table: Table, row: Mapping[Any, Any]) -> Plain:
    """A row as JSON holds it, without what follows from other rows."""
    found: Plain = {}
    for column in table.columns:
        value = row[column]
        if column.info == DERIVED:
            continue
        if isinstance(value, (datetime, date)):
            value = value.isoformat()
        found[column.name] = str(value) if isinstance(value, Decimal) else value
    return found


def _typed(table: Table, plain: Plain) -> dict[str, Any]:
    """The same as the database takes it."""
    return {name: _value(table.c[name].type, value) for name, value in plain.items()}


def _value(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, UtcTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return Decimal(value) if isinstance(kind, Scaled) else value
