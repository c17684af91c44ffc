"""Things to do: who, until when, what caused them, what came of them.

A room opens one when something needs a person; the bell counts them, one list shows them. The
same cause has one open item, however often it is reported.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Index, Select, String, Text, func, insert, literal, select, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel import access, audit, clock, live, modules, work
from hub.kernel.base import Base, Id, Rows, Utc, table_of
from hub.kernel.errors import Conflict, Invalid
from hub.kernel.shifts import Calendar
from hub.kernel.worktime import add_working


class ItemState(enum.StrEnum):
    """Where a work item stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"  # its cause is gone


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkKind:
    """A kind of thing to do.

    Shape: `outcomes` are the words an item may end with and their titles; `link(subject_id)` →
        the path of the page where it is done; `within` working time of `calendar()` sets its
        due moment when none is given.
    """

    name: str
    title: Any
    outcomes: Sequence[tuple[str, Any]]
    link: Callable[[int], str]
    within: timedelta | None = None
    calendar: Callable[[], Calendar] | None = None


class WorkItem(Base):
    """One thing to do. Holds ids; whom it is about is told by the page it leads to."""

    __tablename__ = "kernel_workitem"
    __table_args__ = (
        Index(
            "uq_kernel_workitem_cause", "cause", unique=True,
            sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'"),
        ),
        Index("ix_kernel_workitem_owner", "owner_id", "state", "due_at"),
        Index("ix_kernel_workitem_pool", "pool", "state", "due_at"),
    )  # fmt: skip

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(64))
    cause: Mapped[str]
    subject_id: Mapped[int]
    label: Mapped[str] = mapped_column(default="")  # a number or word that names nobody
    owner_id: Mapped[int | None]  # user; None while it waits in a pool
    pool: Mapped[str] = mapped_column(String(64), default="")  # a permission: who may take it
    state: Mapped[str] = mapped_column(String(16), default=ItemState.OPEN)
    opened_at: Mapped[Utc]
    due_at: Mapped[Utc | None]
    calendar: Mapped[str] = mapped_column(String(32), default="")  # name and version due_at used
    outcome: Mapped[str] = mapped_column(String(32), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    done_by: Mapped[int | None]
    done_at: Mapped[Utc | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be done.

    Shape: `cause` is "<room>.<kind>:<id>"; `owner_id` a user, or `pool` the permission whose
        holders may take it.
    """

    kind: str
    cause: str
    subject_id: int
    owner_id: int | None = None
    pool: str = ""
    due_at: datetime | None = None
    label: str = ""


def kinds() -> dict[str, WorkKind]:
    """Every kind of the loaded modules."""
    return {kind.name: kind for item in modules.loaded().items for kind in item.work_kinds}


def begin(wish: Wish) -> int:
    """Open an item → its id; one that is open for the same cause stands.

    Raises: Invalid for neither owner nor pool.
    """
    session = work.session()
    found = session.scalar(
        select(WorkItem.id).where(WorkItem.cause == wish.cause, WorkItem.state == ItemState.OPEN)
    )
    if found is not None:
        return found
    if wish.owner_id is None and not wish.pool:
        raise Invalid({"owner": _("Somebody must do it: name a person or a pool.")})
    kind, now = kinds()[wish.kind], clock.now()
    due, used = wish.due_at, ""
    if due is None and kind.within is not None and kind.calendar is not None:
        calendar = kind.calendar()
        due, used = add_working(now, kind.within, calendar), f"{calendar.name} {calendar.version}"
    row = WorkItem(
        kind=wish.kind, cause=wish.cause, subject_id=wish.subject_id, label=wish.label,
        owner_id=wish.owner_id, pool=wish.pool, state=ItemState.OPEN, opened_at=now, due_at=due,
        calendar=used,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _ring(row)
    return row.id


def begin_all(kind: str, rows: Rows, *, due_at: datetime | None = None) -> None:
    """Open an item for each of `rows`: cause, subject_id, owner_id, label; in one statement.

    Shape: what was begun for a cause before, open or done, is not begun again; what was dropped
        is, once its cause is there again.
    """
    table, found = table_of(WorkItem), rows.subquery()
    fixed = {
        "kind": kind, "pool": "", "state": ItemState.OPEN, "opened_at": clock.now(),
        "due_at": due_at, "calendar": "", "outcome": "", "note": "",
    }  # fmt: skip
    same = (table.c.cause == found.c.cause, table.c.state != ItemState.DROPPED)
    begun = select(table.c.id).where(*same).exists()
    values = [literal(value, table.c[name].type) for name, value in fixed.items()]
    chosen = select(
        found.c.cause, found.c.subject_id, found.c.owner_id, found.c.label, *values
    ).where(~begun)
    names = ["cause", "subject_id", "owner_id", "label", *fixed]
    work.session().execute(insert(table).from_select(names, chosen))
    live.push("desk:0", "bell", {})


def take(item_id: int) -> None:
    """Take an item out of its pool.

    Raises: NotFound, Conflict when somebody has it.
    """
    row = _mine_or_pooled(item_id)
    if row.owner_id is not None:
        raise Conflict(_("Somebody has taken this already."), code="taken")
    row.owner_id = access.current().user_id
    work.session().flush()
    audit.append("taken", "workitem", row.id)
    _ring(row)


def end(item_id: int, outcome: str, note: str = "") -> None:
    """Say what came of it.

    Raises: NotFound, Invalid for an outcome its kind does not know, Conflict when it is over.
    """
    row = _mine_or_pooled(item_id)
    known = dict(kinds()[row.kind].outcomes) if row.kind in kinds() else {}
    if outcome not in known:
        raise Invalid({"outcome": _("Choose what came of it.")})
    row.outcome, row.note = outcome, note.strip()
    _close(row, ItemState.DONE)


def drop(cause: str) -> None:
    """Its cause is gone: there is nothing to do any more."""
    query = select(WorkItem).where(WorkItem.cause == cause, WorkItem.state == ItemState.OPEN)
    for row in work.session().scalars(query):  # one at most: the cause is unique
        _close(row, ItemState.DROPPED)


def _close(row: WorkItem, state: ItemState) -> None:
    row.state, row.done_at = state, clock.now()
    row.done_by = access.current().user_id
    work.session().flush()
    audit.append(state, "workitem", row.id, {"kind": row.kind, "outcome": row.outcome})
    _ring(row)


def _mine_or_pooled(item_id: int) -> WorkItem:
    found: WorkItem | None = work.session().scalar(
        visible().where(WorkItem.id == item_id).with_for_update()
    )
    row = access.found(found)
    if row.state != ItemState.OPEN:
        raise Conflict(_("This is over already."), code="over")
    return row


def visible() -> Select[Any]:
    """The present actor's own items, and those of pools he may take from."""
    actor = access.current()
    pools = sorted(actor.permissions)
    pooled = WorkItem.owner_id.is_(None) & WorkItem.pool.in_(pools)
    return select(WorkItem).where((WorkItem.owner_id == (actor.user_id or 0)) | pooled)


def waiting() -> tuple[int, int]:
    """For the bell: how many items are open for the present actor, and how many are late."""
    found = visible().where(WorkItem.state == ItemState.OPEN)
    late = func.count().filter(WorkItem.due_at < clock.now())
    row = work.session().execute(found.with_only_columns(func.count(), late)).one()
    return int(row[0]), int(row[1])


def _ring(row: WorkItem) -> None:
    """Tell the bells: the owner's, or everybody's who may take it."""
    if row.owner_id is not None:
        live.push(f"user:{row.owner_id}", "bell", {"item": row.id})
    if row.pool:
        live.push("desk:0", "bell", {"item": row.id})
