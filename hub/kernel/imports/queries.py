"""Reads for the pages and the command line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from sqlalchemy import Select, or_, select

from hub.kernel import access, work
from hub.kernel.base import table_of
from hub.kernel.imports import checking
from hub.kernel.imports.csv_reading import records_of
from hub.kernel.imports.kinds import Kind, kind, kinds
from hub.kernel.imports.models import Import, Line, Row, State
from hub.kernel.imports.parts import Kept
from hub.kernel.imports.passes import context_of
from hub.kernel.imports.reading import Cursor
from hub.kernel.imports.sniff import ENCODINGS, Form
from hub.kernel.sentences import shown

PREVIEW_ROWS = 10
SAMPLE_BYTES = 65_536


def visible() -> Select[Any]:
    """The present actor's own imports, and everybody's of a kind whose office he holds."""
    actor = access.current()
    if actor.is_system:
        return select(Import)
    offices = [one.name for one in kinds().values() if one.office and actor.holds(one.office)]
    return select(Import).where(or_(Import.owner_id == actor.user_id, Import.kind.in_(offices)))


def one(import_id: int) -> Import:
    """An import that the present actor may see.

    Raises: NotFound.
    """
    found: Import | None = work.session().scalar(visible().where(Import.id == import_id))
    return access.found(found)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the preview and what is wrong with it."""

    text: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of the preview or of the table of rejects."""

    line: int
    cells: list[Cell]
    problems: list[str]


def preview(row: Import) -> list[Shown]:
    """The first lines, each cell judged by the present mapping."""
    item = kind(row.kind)
    lines = checking.staged(row.id, 0, PREVIEW_ROWS)
    plan = checking.plan(item, row.mapping)
    found: list[Shown] = []
    for _, line, cells_json, refused in lines:
        cells: list[str] = json.loads(cells_json)
        reasons: list[Any] = json.loads(refused) if refused else []
        if not reasons:
            _, reasons = checking.judge(cells, plan, context_of(row))
        found.append(_shown(item, row, line, cells, reasons))
    return found


def rejects(row: Import, after: int = -1, count: int = 50) -> tuple[list[Shown], int | None]:
    """Refused rows after seq `after`.

    Shape: (rows, the `after` of the next page or None).
    """
    found = list(reject_rows(row.id, after, count + 1))
    item = kind(row.kind)
    listed = [
        _shown(item, row, line, json.loads(cells), json.loads(reasons))
        for _, line, cells, reasons in found[:count]
    ]
    return listed, found[count - 1][0] if len(found) > count else None


def reject_rows(import_id: int, after: int, count: int) -> Sequence[tuple[int, int, str, str]]:
    """Seq, line, cells and reasons of refused rows, by keyset."""
    rows, lines = table_of(Row).c, table_of(Line).c
    query = (
        select(rows.seq, rows.line, lines.cells, rows.reasons)
        .join_from(
            table_of(Row),
            table_of(Line),
            (lines.import_id == rows.import_id) & (lines.seq == rows.seq),
        )
        .where(rows.import_id == import_id, rows.seq > after, rows.reasons.is_not(None))
        .order_by(rows.seq)
        .limit(count)
    )
    return [tuple(found) for found in work.session().execute(query)]


def _shown(item: Kind, row: Import, line: int, cells: list[str], reasons: list[Any]) -> Shown:
    by_field: dict[str, str] = {}
    whole: list[str] = []
    for field, text, args in reasons:
        sentence = shown([text, args])
        by_field.setdefault(field, sentence)
        title = item.all_fields[field].title if field in item.all_fields else ""
        whole.append(f"{title}: {sentence}" if title else sentence)
    shown_cells = [
        Cell(text[:80], by_field.get(str(row.mapping.get(str(place), "")), ""))
        for place, text in enumerate(cells[: max(len(row.header), 1)])
    ]
    return Shown(line, shown_cells, whole)


def samples(row: Import, count: int = 3) -> list[list[str]]:
    """A few values of each column."""
    lines = checking.staged(row.id, 0, PREVIEW_ROWS)
    columns: list[list[str]] = [[] for _ in row.header]
    for _, _, cells_json, refused in lines:
        if refused is None:
            for place, text in enumerate(json.loads(cells_json)[: len(columns)]):
                if text.strip() and len(columns[place]) < count:
                    columns[place].append(text[:40])
    return columns


def readings(row: Import) -> list[tuple[str, list[list[str]]]]:
    """The first lines as each encoding would read them, for a person to choose."""
    form, source = Form(**row.form), Kept(row.id, row.size_bytes, "")
    head = source.window(0)[:SAMPLE_BYTES]
    found: list[tuple[str, list[list[str]]]] = []
    for encoding in ENCODINGS:
        other = Form(encoding, form.delimiter)
        stretch = records_of(head, Cursor(), form=other, is_end=False)
        lines = [
            [cell[:40] for cell in record.cells] or [shown([*record.reasons[0][1:]])]
            for record in stretch.records[:5]
        ]
        found.append((encoding, lines))
    return found


def problem(row: Import) -> str:
    """Why the import failed, in the reader's language."""
    return shown(row.problem)


def notices(row: Import) -> list[str]:
    """What is worth knowing, in the reader's language."""
    found = [shown(notice) for notice in row.notices]
    if row.state == State.DONE and not row.created and not row.updated:
        found.append(gettext("Nothing has changed: everything in this file was there already."))
    return found
