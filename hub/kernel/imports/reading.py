"""Port: turn a stretch of a file's bytes into records. CSV is the first reader."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from hub.kernel.imports.sniff import Form
from hub.kernel.sentences import N_

MAX_RECORD_BYTES = 524_288  # a longer line is refused unread: it is no row of a table
MAX_CELL_CHARACTERS = 32_767  # what a cell of a spreadsheet holds
MAX_COLUMNS = 200
MAX_ROWS_READ = 5_000  # of one step

Reason = tuple[str, str, dict[str, Any]]  # field ("" = the line), msgid, args


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where reading goes on: always the first byte of a line."""

    byte: int = 0
    line: int = 1
    seq: int = 0
    inside_long: bool = False  # in the middle of a line that is too long

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return {name: getattr(self, name) for name in Cursor.__slots__}


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its cells, or why it cannot be read."""

    line: int
    cells: list[str]
    reasons: tuple[Reason, ...] = ()


@dataclass(slots=True)
class Stretch:
    """What one step has read."""

    cursor: Cursor
    records: list[Record] = field(default_factory=list)


class Reader(Protocol):
    """Reads one file format, resumable at any record."""

    def read(self, data: bytes, cursor: Cursor, *, form: Form, is_end: bool) -> Stretch:
        """Read whole records from `data`, the file's bytes from `cursor` on."""
        ...


class _Stop(Exception):
    """The present record will not end; `reason` says why, None when bytes are missing."""

    def __init__(self, reason: Reason | None) -> None:
        super().__init__()
        self.reason = reason


class CsvReader:
    """Comma-separated values in any of the known encodings, with quotes and line breaks."""

    def read(self, data: bytes, cursor: Cursor, *, form: Form, is_end: bool) -> Stretch:
        """Read at most 5,000 records; an unfinished one is left for the next step."""
        if cursor.inside_long:
            return _pass_over(data, cursor, is_end=is_end)
        stretch = Stretch(cursor)
        source = _Lines(data, form.encoding, is_end=is_end)
        while source.has_more() and len(stretch.records) < MAX_ROWS_READ:
            begins = source.at
            line = cursor.line + begins
            try:
                cells = source.record(form.delimiter)
            except _Stop as stop:
                if stop.reason is None:
                    break
                source.go_to(begins + 1)
                stretch.records.append(Record(line, [], (stop.reason,)))
            else:
                if any(cells):
                    stretch.records.append(_judged(line, cells))
        stretch.cursor = _advanced(cursor, source, len(stretch.records))
        if source.rest_is_too_long():
            return _begin_long(stretch, source)
        return stretch


class _Lines:
    """The lines of a stretch of bytes, decoded one by one, with what they weigh."""

    def __init__(self, data: bytes, encoding: str, *, is_end: bool) -> None:
        lines = data.splitlines(keepends=True)
        # A CR at the end may be half of a CRLF: it counts as unfinished until more is known.
        unfinished = bool(lines) and not is_end and not lines[-1].endswith(b"\n")
        self.rest = lines.pop() if unfinished else b""
        self.lines = lines
        self.encoding = encoding
        self.is_end = is_end
        self.at = 0
        self._reader: Any = None
        self._begun = 0
        self._weight = 0

    def has_more(self) -> bool:
        return self.at < len(self.lines)

    def go_to(self, at: int) -> None:
        self.at = at
        self._reader = None

    def spent(self) -> int:
        return sum(map(len, self.lines[: self.at]))

    def rest_is_too_long(self) -> bool:
        return len(self.rest) > MAX_RECORD_BYTES and not self.has_more()

    def record(self, delimiter: str) -> list[str]:
        """The next record's cells.

        Raises: _Stop.
        """
        self._begun, self._weight = self.at, 0
        if self._reader is None:
            csv.field_size_limit(2 * MAX_RECORD_BYTES)
            self._reader = csv.reader(self._feed(), delimiter=delimiter, strict=True)
        try:
            cells: list[str] = next(self._reader)
        except UnicodeDecodeError as error:
            raise _Stop(_undecodable(error, self.lines[self.at - 1])) from error
        except csv.Error as error:
            raise _Stop(("", N_("a quote stands in the middle of a field"), {})) from error
        return cells

    def _feed(self) -> Iterator[str]:
        while self.has_more():
            raw = self.lines[self.at]
            self.at += 1
            self._weight += len(raw)
            if self._weight > MAX_RECORD_BYTES:
                raise _Stop(self._too_heavy())
            yield raw.decode(self.encoding)
        if self.at == self._begun:
            return
        at, self.at = self.at, self._begun
        is_open = at > self._begun
        if is_open and not self.is_end and self._weight + len(self.rest) <= MAX_RECORD_BYTES:
            raise _Stop(None)
        raise _Stop(("", N_("a quote is opened here and never closed"), {}))

    def _too_heavy(self) -> Reason:
        if self.at - self._begun > 1:
            return ("", N_("a quote is opened here and never closed"), {})
        return too_long()


def too_long() -> Reason:
    """Why a line is refused unread."""
    return ("", N_("the line is longer than %(most)s bytes"), {"most": MAX_RECORD_BYTES})


def _undecodable(error: UnicodeDecodeError, raw: bytes) -> Reason:
    bad = raw[error.start : error.end].hex(" ")
    text = N_("byte %(byte)s of the line (%(hex)s) is not %(encoding)s")
    values = {"byte": error.start + 1, "hex": bad, "encoding": error.encoding.upper()}
    return ("", text, values)


def _judged(line: int, cells: list[str]) -> Record:
    if len(max(cells, key=len)) > MAX_CELL_CHARACTERS:
        place = next(i for i, c in enumerate(cells) if len(c) > MAX_CELL_CHARACTERS)
        text = N_("column %(column)s has %(count)s characters, at most %(most)s are taken")
        values = {
            "column": place + 1, "count": len(cells[place]), "most": MAX_CELL_CHARACTERS,
        }  # fmt: skip
        return Record(line, [cell[:100] for cell in cells[:MAX_COLUMNS]], (("", text, values),))
    if any("\0" in cell for cell in cells):
        clean = [cell.replace("\0", "") for cell in cells]
        return Record(line, clean, (("", N_("the line holds a NUL character"), {}),))
    return Record(line, cells)


def ragged(record: Record, width: int) -> Record:
    """The record, refused when it has not as many cells as the header."""
    count = len(record.cells)
    if record.reasons or count == width:
        return record
    if count > width and not any(record.cells[width:]):
        return replace(record, cells=record.cells[:width])
    if count > width:
        text = N_("%(count)s columns where the header has %(width)s: is a quote missing?")
    else:
        text = N_("only %(count)s columns where the header has %(width)s")
    reason: Reason = ("", text, {"count": count, "width": width})
    return Record(record.line, record.cells[:MAX_COLUMNS], (reason,))


def _advanced(cursor: Cursor, source: _Lines, records: int) -> Cursor:
    return Cursor(
        byte=cursor.byte + source.spent(),
        line=cursor.line + source.at,
        seq=cursor.seq + records,
    )


def _begin_long(stretch: Stretch, source: _Lines) -> Stretch:
    start = stretch.cursor
    stretch.records.append(Record(start.line, [], (too_long(),)))
    stretch.cursor = replace(
        start, byte=start.byte + len(source.rest), seq=start.seq + 1, inside_long=True
    )
    return stretch


def _pass_over(data: bytes, cursor: Cursor, *, is_end: bool) -> Stretch:
    """Skip to the end of a line that is too long, without keeping it."""
    ends = [place for place in (data.find(b"\n"), data.find(b"\r")) if place >= 0]
    if not ends:
        return Stretch(replace(cursor, byte=cursor.byte + len(data), inside_long=not is_end))
    end = min(ends)
    if data[end : end + 1] == b"\r" and end + 1 == len(data) and not is_end:
        return Stretch(replace(cursor, byte=cursor.byte + end))
    end += 2 if data[end : end + 2] == b"\r\n" else 1
    after = replace(cursor, byte=cursor.byte + end, line=cursor.line + 1, inside_long=False)
    return Stretch(after)


_readers: dict[str, Reader] = {"csv": CsvReader()}


def register(suffix: str, reader: Reader) -> None:
    """Have files that end in `.suffix` read by `reader`."""
    _readers[suffix] = reader


def reader_for(filename: str) -> Reader:
    """The reader of a file by its name; text tables of any name are CSV."""
    return _readers.get(filename.rsplit(".", 1)[-1].lower(), _readers["csv"])
