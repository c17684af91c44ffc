"""The first pass: bytes → lines. Resumable at any line; no lock is held while reading."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import insert, select

from hub.kernel import work
from hub.kernel.base import table_of
from hub.kernel.imports import mapping
from hub.kernel.imports.kinds import Refused
from hub.kernel.imports.models import Import, Line, Row, State
from hub.kernel.imports.parts import Kept
from hub.kernel.imports.passes import announce, clear, ended, present
from hub.kernel.imports.readers import reader_for
from hub.kernel.imports.reading import MAX_COLUMNS, Cursor, Reader, Record
from hub.kernel.imports.sniff import TEXT, Form
from hub.kernel.sentences import N_, kept


@dataclass(frozen=True, slots=True)
class Task:
    """A stretch of the file to read, unless there was only clearing to do."""

    import_id: int
    run: int
    form: Form
    cursor: Cursor
    size: int
    cleared: bool
    header: list[str]


@dataclass(slots=True)
class Outcome:
    """What a stretch gave: lines to store, the header from the first one, or a problem."""

    cursor: Cursor
    header: list[str] = field(default_factory=list)
    problem: str = ""
    lines: list[dict[str, Any]] = field(default_factory=list)
    notices: list[Any] = field(default_factory=list)


def claim(owner: str, import_id: int, run: int) -> Task | None:
    """The next stretch; None when the file is read or the pass was given up."""
    del owner
    row = present(import_id, run, State.STAGING)
    if row is None:
        return None
    form = Form(**row.form)
    cursor = Cursor(**row.cursor) if row.cursor else Cursor(byte=form.skip)
    cleared = not row.cursor and (clear(import_id, Row) or clear(import_id, Line))
    return Task(import_id, run, form, cursor, row.size_bytes, cleared, list(row.header))


def act(task: Task) -> Outcome | None:
    """Read the stretch, with no unit open."""
    if task.cleared:
        return None
    reader = reader_for(task.form.format)
    source = Kept(task.import_id, task.size, f"{task.import_id}-{task.run}")
    try:
        stretch = reader.read(source, task.cursor, form=task.form)
    except Refused as why:
        return Outcome(task.cursor, problem=kept(why.text, why.args_))
    outcome = Outcome(stretch.cursor, header=task.header, notices=stretch.notices)
    records = stretch.records
    seq = task.cursor.seq
    if not outcome.header and records:
        outcome.header, outcome.problem = _header(records[0], task.form)
        if outcome.problem:
            return outcome
        if task.form.header:
            records, seq = records[1:], seq + 1
    outcome.lines = _lines(task, reader, records, seq, len(outcome.header))
    return outcome


def _header(record: Record, form: Form) -> tuple[list[str], str]:
    """Shape: (names of the columns, a problem that ends the pass or "")."""
    if record.reasons:
        _, text, args = record.reasons[0]
        whole = N_("The header cannot be read: %(why)s. Choose another encoding, or mend the file.")
        if form.format != TEXT:
            whole = N_("The header cannot be read: %(why)s.")
        return [], kept(whole, {"why": [text, args]})
    if len(record.cells) > MAX_COLUMNS:
        text = N_("The header has %(count)s columns, at most %(most)s are taken.")
        return [], kept(text, {"count": len(record.cells), "most": MAX_COLUMNS})
    return mapping.column_names(record.cells if form.header else [""] * len(record.cells)), ""


def _lines(
    task: Task, reader: Reader, records: list[Record], first: int, width: int
) -> list[dict[str, Any]]:
    """The records as they are stored, from a seq on."""
    fitting = (reader.fit(record, width) for record in records)
    return [
        {
            "import_id": task.import_id,
            "seq": seq,
            "line": record.line,
            "cells": json.dumps(record.cells, ensure_ascii=False),
            "reasons": json.dumps(record.reasons, ensure_ascii=False) if record.reasons else None,
        }
        for seq, record in enumerate(fitting, first)
    ]


def record(task: Task, outcome: Outcome | None) -> None:
    """Store what was read and move on, in one unit."""
    row = present(task.import_id, task.run, State.STAGING)
    if row is None or outcome is None or not _is_next(row, task.cursor):
        return
    if outcome.problem:
        row.problem = outcome.problem
        ended(row, State.FAILED)
        return
    if outcome.lines:
        work.session().execute(insert(table_of(Line)), outcome.lines)
    row.lines += len(outcome.lines)
    row.header, row.notices = outcome.header, [*row.notices, *outcome.notices]
    row.cursor = outcome.cursor.plain()
    announce(row)
    if outcome.cursor.byte >= row.size_bytes:
        _finish(row)


def _is_next(row: Import, cursor: Cursor) -> bool:
    """Whether nobody else has read this stretch meanwhile."""
    return row.cursor == cursor.plain() if row.cursor else cursor.seq == 0


def _finish(row: Import) -> None:
    if not row.lines:
        row.problem = kept(N_("There is no row below the header."), {})
        ended(row, State.FAILED)
        return
    row.notices = [*row.notices, *mapping.doubts(row.kind, row.header)]
    row.mapping = mapping.recalled(row.kind, row.header) or mapping.guess(row.kind, row.header)
    ended(row, State.STAGED)


def known(row: Import) -> list[Any]:
    """The notice that this very file was taken over before."""
    query = (
        select(Import.done_at)
        .where(Import.kind == row.kind, Import.sha256 == row.sha256, Import.id != row.id)
        .where(Import.state == State.DONE, Import.owner_id.is_not_distinct_from(row.owner_id))
        .order_by(Import.id.desc())
        .limit(1)
    )
    day = work.session().scalar(query)
    if day is None:
        return []
    text = N_("This very file was imported on %(day)s; what has not changed since stays as it is.")
    return [[text, {"day": f"{day:%Y-%m-%d}"}]]


def restart(row: Import, form: Form) -> None:
    """Forget what was read, so that the next pass begins anew with `form`."""
    row.form = replace(form, sure=True).plain()
    row.header, row.mapping, row.lines = [], {}, 0
    row.problem, row.good, row.bad, row.notices = None, 0, 0, known(row)
