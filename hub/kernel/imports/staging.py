"""The first pass: bytes → lines. Resumable at any line; no lock is held while reading."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import insert, select

from hub.kernel import work
from hub.kernel.base import table_of
from hub.kernel.imports import mapping
from hub.kernel.imports.models import Import, Line, Part, Row, State
from hub.kernel.imports.passes import announce, clear, ended, present
from hub.kernel.imports.reading import (
    MAX_COLUMNS,
    MAX_RECORD_BYTES,
    Cursor,
    Record,
    ragged,
    reader_for,
)
from hub.kernel.imports.sniff import Form
from hub.kernel.sentences import N_, kept

PART_BYTES = 262_144
WINDOW_PARTS = 2 + MAX_RECORD_BYTES // PART_BYTES  # always more than the longest record


@dataclass(frozen=True, slots=True)
class Task:
    """A stretch of the file to read; without `data` there was only clearing to do."""

    import_id: int
    run: int
    filename: str
    form: Form
    cursor: Cursor
    data: bytes | None
    is_end: bool
    header: list[str]


@dataclass(slots=True)
class Outcome:
    """What a stretch gave: lines to store, the header from the first one, or a problem."""

    cursor: Cursor
    header: list[str] = field(default_factory=list)
    problem: str = ""
    lines: list[dict[str, Any]] = field(default_factory=list)


def claim(owner: str, import_id: int, run: int) -> Task | None:
    """The next stretch; None when the file is read or the pass was given up."""
    del owner
    row = present(import_id, run, State.STAGING)
    if row is None:
        return None
    form = Form(**row.form)
    cursor = Cursor(**row.cursor) if row.cursor else Cursor(byte=form.skip)
    data: bytes | None = None
    if row.cursor or not (clear(import_id, Row) or clear(import_id, Line)):
        data = _bytes_from(import_id, cursor.byte)
    is_end = data is not None and cursor.byte + len(data) >= row.size_bytes
    return Task(import_id, run, row.filename, form, cursor, data, is_end, list(row.header))


def _bytes_from(import_id: int, byte: int) -> bytes:
    first = byte // PART_BYTES
    query = (
        select(Part.data)
        .where(Part.import_id == import_id, Part.seq >= first, Part.seq < first + WINDOW_PARTS)
        .order_by(Part.seq)
    )
    return b"".join(work.session().scalars(query))[byte - first * PART_BYTES :]


def act(task: Task) -> Outcome | None:
    """Read the stretch, with no unit open."""
    if task.data is None:
        return None
    reader = reader_for(task.filename)
    stretch = reader.read(task.data, task.cursor, form=task.form, is_end=task.is_end)
    outcome = Outcome(stretch.cursor, header=task.header)
    records = stretch.records
    seq = task.cursor.seq
    if not outcome.header and records:
        outcome.header, outcome.problem = _header(records[0], task.form)
        if outcome.problem:
            return outcome
        if task.form.header:
            records, seq = records[1:], seq + 1
    width = len(outcome.header)
    outcome.lines = [
        _line(task.import_id, seq + at, ragged(record, width)) for at, record in enumerate(records)
    ]
    return outcome


def _header(record: Record, form: Form) -> tuple[list[str], str]:
    """Shape: (names of the columns, a problem that ends the pass or "")."""
    if record.reasons:
        _, text, args = record.reasons[0]
        whole = N_("The header cannot be read: %(why)s. Choose another encoding, or mend the file.")
        return [], kept(whole, {"why": [text, args]})
    if len(record.cells) > MAX_COLUMNS:
        text = N_("The header has %(count)s columns, at most %(most)s are taken.")
        return [], kept(text, {"count": len(record.cells), "most": MAX_COLUMNS})
    return mapping.column_names(record.cells if form.header else [""] * len(record.cells)), ""


def _line(import_id: int, seq: int, record: Record) -> dict[str, Any]:
    return {
        "import_id": import_id,
        "seq": seq,
        "line": record.line,
        "cells": json.dumps(record.cells, ensure_ascii=False),
        "reasons": json.dumps(record.reasons, ensure_ascii=False) if record.reasons else None,
    }


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
    row.header = outcome.header
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


def restart(row: Import, form: Form) -> None:
    """Forget what was read, so that the next pass begins anew with `form`."""
    row.form = replace(form, sure=True).plain()
    row.header, row.mapping, row.lines = [], {}, 0
    row.problem, row.good, row.bad = None, 0, 0
