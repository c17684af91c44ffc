"""The third pass: checked rows → the kind's own tables, a slice per unit, each one resumable."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from hub.kernel import access, audit, clock, work
from hub.kernel.base import table_of
from hub.kernel.imports import mapping
from hub.kernel.imports.checking import count, count_bad
from hub.kernel.imports.intake import actor_of
from hub.kernel.imports.models import Import, Row, State
from hub.kernel.imports.passes import announce, ended, present
from hub.kernel.imports.slices import Slice, slice_of

APPLY_ROWS = 1_000  # keeps the unit under 200 ms


@dataclass(frozen=True, slots=True)
class Task:
    """The slice that comes next."""

    import_id: int
    run: int
    first: int
    last: int  # exclusive; not above `first`: nothing is left


def claim(owner: str, import_id: int, run: int) -> Task | None:
    """The next slice; None when all is taken over or the pass was given up."""
    del owner
    row = present(import_id, run, State.APPLYING)
    if row is None:
        return None
    first = int(row.cursor.get("next", 0))
    rows = table_of(Row).c
    some = (
        select(rows.seq)
        .where(rows.import_id == import_id, rows.seq >= first)
        .order_by(rows.seq)
        .limit(APPLY_ROWS)
        .subquery()
    )
    last = work.session().scalar(select(func.max(some.c.seq)))
    return Task(import_id, run, first, first if last is None else last + 1)


def act(task: Task) -> None:
    """Nothing to do outside the database."""
    del task


def record(task: Task, outcome: None) -> None:
    """Take the slice over and move on, in one unit."""
    del outcome
    row = present(task.import_id, task.run, State.APPLYING)
    if row is None or int(row.cursor.get("next", 0)) != task.first:
        return
    if task.last <= task.first:
        _finish(row)
        return
    part = slice_of(row, task.first, task.last)
    with access.acting(part.actor):
        _take_over(row, part)
    row.cursor = {"next": part.last, "done": row.cursor.get("done", 0) + task.last - task.first}
    announce(row)


def _take_over(row: Import, part: Slice) -> None:
    before = count_bad(part)
    for check in part.kind.checks():  # the world may have changed since the dry check
        check(part)
    late = count_bad(part) - before
    row.bad, row.good = row.bad + late, row.good - late
    for step in part.kind.applies():
        step(part)
    count(row, part)


def _finish(row: Import) -> None:
    row.done_at = clock.now()
    mapping.remember(row.kind, row.header, row.mapping)
    detail = {name: getattr(row, name) for name in ("created", "updated", "unchanged", "bad")}
    with access.acting(actor_of(row)):
        audit.append("imported", row.kind, row.id, detail | {"sha256": row.sha256})
    ended(row, State.DONE)
