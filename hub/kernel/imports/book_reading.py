"""The reader of workbooks: a sheet row by row, with what a look at its cells does not tell."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice, repeat
from typing import IO, Any

from openpyxl.utils.cell import range_boundaries

from hub.kernel import pulse
from hub.kernel.imports import workbook
from hub.kernel.imports.kinds import Refused
from hub.kernel.imports.reading import (
    MAX_COLUMNS,
    MAX_ROWS_READ,
    Cursor,
    Reason,
    Record,
    Source,
    Stretch,
    judged,
    ragged,
)
from hub.kernel.imports.sniff import Form
from hub.kernel.sentences import N_

MAX_ROWS = 1_048_576  # of a sheet
MERGED_MOST = 100_000  # rows that merged cells may touch
CHUNK = 1_048_576
_HIDDEN = re.compile(rb'<(?:\w+:)?row\b[^>]*\shidden="(?:1|true)"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\sref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_LONGEST = 512  # bytes of what the patterns look for

HIDDEN = N_("%(count)s rows are hidden in the workbook; they are read like the others.")
FORMULAS = N_("There are formulas in the sheet: what they last gave is read.")
TOO_MANY_MERGED = N_("Too many cells are merged: unmerge them and upload the file again.")
MERGED = N_("column %(column)s is merged with other cells: unmerge them")
NO_RESULT = N_("column %(column)s holds a formula without a result: save its value")
ERROR = N_("column %(column)s holds an error of the spreadsheet: %(text)s")


@dataclass(slots=True)
class _Look:
    """What stands in a sheet besides its values."""

    hidden: int = 0
    has_formulas: bool = False
    merged: dict[int, int] = field(default_factory=dict)  # row → the first column that is merged

    def notices(self) -> list[Any]:
        found = [[HIDDEN, {"count": self.hidden}]] if self.hidden else []
        return [*found, *([[FORMULAS, {}]] if self.has_formulas else [])]


@dataclass(slots=True)
class _Open:
    """A sheet that is being read; kept for the next step, which goes on where this one ended."""

    file: IO[bytes]
    look: _Look
    rows: Iterator[tuple[Any, Any]]  # cells, and the same as formulas
    size: int  # rows, as the sheet says


class BookReader:
    """Reads a sheet of a workbook; one stays open between two steps of the same worker."""

    def __init__(self) -> None:
        self._kept: tuple[tuple[str, str, Cursor], _Open] | None = None

    def read(self, source: Source, cursor: Cursor, *, form: Form) -> Stretch:
        """Read at most 5,000 rows."""
        sheet = self._sheet(source, cursor, form)
        try:
            return self._read(sheet, source, cursor, form)
        finally:
            if self._kept is None:
                sheet.file.close()

    def _read(self, sheet: _Open, source: Source, cursor: Cursor, form: Form) -> Stretch:
        stretch = Stretch(cursor, notices=[] if cursor.seq else sheet.look.notices())
        line = cursor.line
        for cells, formulas in islice(sheet.rows, MAX_ROWS_READ):
            if cells and (record := _record(line, cells, formulas, sheet.look)):
                stretch.records.append(record)
            line += 1
        is_end = line - cursor.line < MAX_ROWS_READ or line > MAX_ROWS
        share = min(0.99, line / max(1, sheet.size))
        byte = source.size if is_end else max(cursor.byte, int(source.size * share))
        stretch.cursor = Cursor(byte, line, cursor.seq + len(stretch.records))
        if not is_end:
            self._kept = ((source.key, form.sheet, stretch.cursor), sheet)
        return stretch

    def fit(self, record: Record, width: int) -> Record:
        """The record as wide as the header: cells that nobody filled are not stored in a sheet."""
        missing = width - len(record.cells)
        if record.reasons or missing <= 0:
            return ragged(record, width)
        return replace(record, cells=[*record.cells, *repeat("", missing)])

    def _sheet(self, source: Source, cursor: Cursor, form: Form) -> _Open:
        kept, self._kept = self._kept, None
        if kept is not None and kept[0] == (source.key, form.sheet, cursor):
            return kept[1]
        if kept is not None:
            kept[1].file.close()
        return _opened(source.whole(), form.sheet, cursor.line)


def _opened(file: IO[bytes], name: str, line: int) -> _Open:
    sheet = workbook.opened(file)[name]
    look = _look(file, sheet._worksheet_path)  # noqa: SLF001 - told nowhere else
    size = sheet.max_row or 1
    formulas: Iterator[Any] = repeat(())
    if look.has_formulas:
        formulas = _rows(workbook.opened(file, results=False)[name], line)
    return _Open(file, look, zip(_rows(sheet, line), formulas, strict=False), size)


def _rows(sheet: Any, line: int) -> Iterator[tuple[Any, ...]]:
    """The rows from one on; what a sheet says of its own size may be wrong, and is not asked."""
    sheet.reset_dimensions()
    rows = sheet.iter_rows(min_row=line, max_col=MAX_COLUMNS + 1, max_row=MAX_ROWS)
    while True:
        row = workbook.guarded(lambda: next(rows, None))
        if row is None:
            return
        yield row


def _look(file: IO[bytes], path: str) -> _Look:
    """Read the sheet once as bytes, for what its cells do not tell."""
    look, rest, refs = _Look(), b"", set[bytes]()
    with zipfile.ZipFile(file) as archive, archive.open(path) as stream:
        while chunk := stream.read(CHUNK):
            pulse.beat()
            text = rest + chunk
            # A mark that the chunk cuts in two is found whole in the next one, and only there.
            known = len(rest)
            look.hidden += sum(mark.end() > known for mark in _HIDDEN.finditer(text))
            look.has_formulas = look.has_formulas or _FORMULA.search(text) is not None
            refs.update(_MERGED.findall(text))
            rest = text[-_LONGEST:]
    for ref in refs:
        first_column, first, _last_column, last = range_boundaries(ref.decode())
        if last - first + len(look.merged) > MERGED_MOST:
            raise Refused(TOO_MANY_MERGED)
        for row in range(first, last + 1):
            look.merged[row] = min(first_column, look.merged.get(row, first_column))
    return look


def _record(line: int, cells: Any, formulas: Any, look: _Look) -> Record | None:
    """The row as a record, with the first thing that speaks against it; None for an empty one."""
    texts = [workbook.text_of(cell) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    reason = _reason(cells, formulas)
    if reason is None and line in look.merged and texts:
        reason = ("", MERGED, {"column": look.merged[line]})
    if reason is not None:
        return Record(line, texts[:MAX_COLUMNS], (reason,))
    return judged(line, texts) if texts else None


def _reason(cells: Any, formulas: Any) -> Reason | None:
    for place, cell in enumerate(cells, start=1):
        if cell.data_type == "e":
            return ("", ERROR, {"column": place, "text": str(cell.value)})
    for place, (cell, formula) in enumerate(zip(cells, formulas, strict=False), start=1):
        if formula.data_type == "f" and cell.value is None:
            return ("", NO_RESULT, {"column": place})
    return None
