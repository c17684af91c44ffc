"""The reader of text tables: comma-separated values in any of the known encodings."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hub.kernel.imports.reading import (
    MAX_RECORD_BYTES,
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


class _Stop(Exception):
    """The present record will not end; `reason` says why, None when bytes are missing."""

    def __init__(self, reason: Reason | None) -> None:
        super().__init__()
        self.reason = reason


class CsvReader:
    """Comma-separated values in any of the known encodings, with quotes and line breaks."""

    def read(self, source: Source, cursor: Cursor, *, form: Form) -> Stretch:
        """Read what the next window of bytes holds."""
        data = source.window(cursor.byte)
        is_end = cursor.byte + len(data) >= source.size
        return records_of(data, cursor, form=form, is_end=is_end)

    def fit(self, record: Record, width: int) -> Record:
        """The record, refused when it has not as many cells as the header."""
        return ragged(record, width)


def records_of(data: bytes, cursor: Cursor, *, form: Form, is_end: bool) -> Stretch:
    """Read at most 5,000 records from the bytes; an unfinished one is left for the next step."""
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
                stretch.records.append(judged(line, cells))
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
