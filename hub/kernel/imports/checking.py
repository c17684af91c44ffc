"""The second pass: lines → typed rows or reasons. Parsing holds no lock; the rest is SQL."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, insert, select

from hub.kernel import access, work
from hub.kernel.base import table_of
from hub.kernel.imports.kinds import Context, ImportField, Kind, Refused, kind
from hub.kernel.imports.models import Import, Line, Row, State
from hub.kernel.imports.passes import SLICE_ROWS, announce, clear, context_of, ended, present
from hub.kernel.imports.rights import worker
from hub.kernel.imports.rounds import Turn, end_of, following, turn_of
from hub.kernel.imports.slices import Slice, slice_of
from hub.kernel.sentences import N_

Plan = Sequence[tuple[int, ImportField]]
Staged = tuple[int, int, str, str | None]  # seq, line, cells, reasons
NEUTRALISED = ("'=", "'+", "'-", "'@", "'\t", "'\r")


@dataclass(frozen=True, slots=True)
class Task:
    """A slice of lines to judge; without lines there was clearing to do, or a later round is on."""

    import_id: int
    run: int
    turn: Turn
    cleared: bool
    lines: list[Staged]
    plan: Plan
    key: str
    context: Context


def claim(owner: str, import_id: int, run: int) -> Task | None:
    """The next slice; None when all lines are judged or the pass was given up."""
    del owner
    row = present(import_id, run, State.CHECKING)
    if row is None:
        return None
    item = kind(row.kind)
    turn = turn_of(row)
    cleared = not row.cursor and clear(import_id, Row)
    lines = [] if cleared or turn.round else staged(import_id, turn.next, SLICE_ROWS)
    columns = plan(item, row.mapping)
    return Task(import_id, run, turn, cleared, lines, columns, item.key, context_of(row))


def staged(import_id: int, first: int, count: int) -> list[Staged]:
    """The lines from seq `first` on."""
    line = table_of(Line).c
    query = (
        select(line.seq, line.line, line.cells, line.reasons)
        .where(line.import_id == import_id, line.seq >= first)
        .order_by(line.seq)
        .limit(count)
    )
    return [tuple(found) for found in work.session().execute(query)]


def plan(item: Kind, mapping: Mapping[str, str]) -> Plan:
    """Column numbers and their fields."""
    fields = item.all_fields
    return [(int(place), fields[name]) for place, name in mapping.items() if name in fields]


def act(task: Task) -> list[dict[str, Any]]:
    """Judge the slice, with no unit open."""
    return [_row(task, *line) for line in task.lines]


def _row(task: Task, seq: int, line: int, cells: str, refused: str | None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    reasons: list[Any] = []
    if refused is None:
        values, reasons = judge(json.loads(cells), task.plan, task.context)
        refused = json.dumps(reasons, ensure_ascii=False) if reasons else None
    key = values.get(task.key)
    return {
        "import_id": task.import_id,
        "seq": seq,
        "line": line,
        "key": None if key is None or refused else str(key),
        "values": values,
        "reasons": refused,
    }


def judge(
    cells: Sequence[str], plan: Plan, context: Context
) -> tuple[dict[str, Any], list[list[Any]]]:
    """Parse the cells of one line.

    Shape: (field → value, [[field, msgid, args], …]).
    """
    values: dict[str, Any] = {}
    reasons: list[list[Any]] = []
    for place, field in plan:
        text = cleaned(cells[place])
        if not text:
            if field.required:
                reasons.append([field.name, N_("must not be empty"), {}])
            continue
        try:
            value = field.parse(text, context)
        except Refused as problem:
            reasons.append([field.name, problem.text, problem.args_])
            continue
        if field.many and field.name in values:
            value = values[field.name] + [one for one in value if one not in values[field.name]]
        values[field.name] = value
    return values, reasons


def cleaned(cell: str) -> str:
    """A cell without white space around it and without the mark that a reject file adds."""
    text = cell.strip()
    return text[1:] if text.startswith(NEUTRALISED) else text


def record(task: Task, outcome: list[dict[str, Any]]) -> None:
    """Store the slice, let SQL refuse what only a set can show, and move on, in one unit."""
    row = present(task.import_id, task.run, State.CHECKING)
    if row is None or task.cleared or turn_of(row) != task.turn:
        return
    actor = worker(row)
    if actor is None:
        return
    if outcome:
        work.session().execute(insert(table_of(Row)), outcome)
        last = outcome[-1]["seq"] + 1
    else:
        last = end_of(row.id, task.turn, SLICE_ROWS) if task.turn.round else task.turn.next
    with access.acting(actor):
        if last == task.turn.next:
            _end_round(row, task.turn)
        else:
            _judge(row, slice_of(row, actor, task.turn, last), task.turn)


def _judge(row: Import, part: Slice, turn: Turn) -> None:
    """Have the rows of a slice checked and counted; those who wait count when they are settled."""
    run_checks(part)
    bad, good = count(row, part)
    row.bad += bad
    row.good += good
    done, settled = row.good + row.bad, turn.settled + good
    row.cursor = replace(turn, next=part.last, settled=settled, done=done).plain()
    if done >= row.lines:
        ended(row, State.CHECKED)
    else:
        announce(row)


def _end_round(row: Import, turn: Turn) -> None:
    number, refused = following(row.id, turn)
    row.bad += refused
    if number is None:
        ended(row, State.CHECKED)
    else:
        row.cursor = Turn(round=number, done=turn.done).plain()


def run_checks(part: Slice) -> None:
    """Refuse doubles within the file, then whatever the kind and its guests refuse."""
    if part.kind.key in part.mapped and not part.kind.key_repeats:
        _refuse_doubles(part)
    step: Callable[[Slice], None]
    for step in part.kind.checks():
        step(part)


def _refuse_doubles(part: Slice) -> None:
    rows, earlier = part.rows, table_of(Row).alias("earlier")
    first = (
        select(func.min(earlier.c.line))
        .where(earlier.c.import_id == rows.c.import_id, earlier.c.key == rows.c.key)
        .where(earlier.c.line < rows.c.line, earlier.c.reasons.is_(None))
        .correlate(rows)
        .scalar_subquery()
    )
    part.refuse(
        first.is_not(None),
        N_("line %(line)s has the same value"),
        field=part.kind.key,
        line=first,
    )


def count(row: Import, part: Slice) -> tuple[int, int]:
    """Add what became, or would become, of the good rows of the slice.

    Shape: how many of its rows are refused, and how many are settled, and well.
    """
    bad = good = 0
    refused, outcome = part.rows.c.reasons.is_not(None), part.rows.c.outcome
    query = select(refused, outcome, func.count()).where(part.inside()).group_by(refused, outcome)
    for is_bad, name, number in work.session().execute(query):
        if is_bad:
            bad += number
            continue
        good += number
        if name == "created":
            row.created += number
        elif name == "updated":
            row.updated += number
        else:
            row.unchanged += number
    return bad, good


def count_bad(part: Slice) -> int:
    """How many rows of the slice are refused."""
    query = select(func.count()).where(part.inside(), part.rows.c.reasons.is_not(None))
    return int(work.session().scalar(query) or 0)


def restart(row: Import) -> None:
    """Forget the outcome of an earlier check."""
    row.good = row.bad = 0
    row.created = row.updated = row.unchanged = 0
