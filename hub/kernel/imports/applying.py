"""The third pass: checked rows → the kind's own tables, a slice per unit, each one resumable."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hub.kernel import access, audit, clock
from hub.kernel.imports import figures, mapping
from hub.kernel.imports.checking import count, count_bad
from hub.kernel.imports.kinds import kind
from hub.kernel.imports.models import Import, State
from hub.kernel.imports.passes import announce, ended, present
from hub.kernel.imports.rights import worker
from hub.kernel.imports.rounds import Turn, end_of, following, turn_of
from hub.kernel.imports.slices import Slice, slice_of


@dataclass(frozen=True, slots=True)
class Task:
    """The slice that comes next."""

    import_id: int
    run: int
    turn: Turn
    last: int  # exclusive; where it stands: nothing is left of this round


def claim(owner: str, import_id: int, run: int) -> Task | None:
    """The next slice; None when all is taken over or the pass was given up."""
    del owner
    row = present(import_id, run, State.APPLYING)
    if row is None:
        return None
    turn, item = turn_of(row), kind(row.kind)
    figures.renew(item, row.lines, turn.done)
    return Task(import_id, run, turn, end_of(import_id, turn, item.rows_at_once))


def act(task: Task) -> None:
    """Nothing to do outside the database."""
    del task


def record(task: Task, outcome: None) -> None:
    """Take the slice over and move on, in one unit."""
    del outcome
    row = present(task.import_id, task.run, State.APPLYING)
    if row is None or turn_of(row) != task.turn:
        return
    actor = worker(row)
    if actor is None:
        return
    with access.acting(actor):
        if task.last == task.turn.next:
            _end_round(row, task.turn)
        else:
            _take_over(row, slice_of(row, actor, task.turn, task.last), task.turn)


def _take_over(row: Import, part: Slice, turn: Turn) -> None:
    before = count_bad(part)
    for check in part.kind.checks():  # the world may have changed since the dry check
        check(part)
    for step in part.kind.applies():
        step(part)
    bad, good = count(row, part)
    late = bad - before
    row.bad, row.good = row.bad + late, row.good - late
    settled, done = turn.settled + good, turn.done + part.last - part.first
    row.cursor = replace(turn, next=part.last, settled=settled, done=done).plain()
    announce(row)


def _end_round(row: Import, turn: Turn) -> None:
    number, refused = following(row.id, turn)
    row.bad, row.good = row.bad + refused, row.good - refused
    if number is not None:
        row.cursor = Turn(round=number, done=turn.done).plain()
        return
    row.done_at = clock.now()
    mapping.remember(row.kind, row.header, row.mapping)
    detail = {name: getattr(row, name) for name in ("created", "updated", "unchanged", "bad")}
    audit.append("imported", row.kind, row.id, detail | {"sha256": row.sha256})
    ended(row, State.DONE)
