"""Take one person out of files that were taken over: his lines go, the rest is proof."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator

from sqlalchemy import delete, select, update

from hub.kernel import audit, work
from hub.kernel.base import table_of
from hub.kernel.imports.book_reading import BookReader
from hub.kernel.imports.kinds import Refused
from hub.kernel.imports.kinds import kind as kind_of
from hub.kernel.imports.models import Import, Line, Part, Row
from hub.kernel.imports.parts import PART_BYTES, Kept
from hub.kernel.imports.passes import context_of
from hub.kernel.imports.reading import Cursor
from hub.kernel.imports.sniff import BOOK, Form

_INK = re.compile(rb"[^\r\n]")
_PHONE = re.compile(r"\+\d{7,15}")


def forget(kind: str, key: str) -> None:
    """Take out every line whose key column says `key`, or reads as it, of all files of a kind.

    Shape: a text has as many bytes as before, so that the other lines stay where they were; of a
        workbook that names him the rest of its sheet stays, as text.
    """
    imports = work.session().scalars(select(Import).where(Import.kind == kind))
    for row in imports:  # files, not people: a few hundred in a firm's life
        _forget_staged(row.id, key)
        _forget_bytes(row, key)


def _forget_staged(import_id: int, key: str) -> None:
    rows, lines = table_of(Row), table_of(Line)
    his = select(rows.c.seq).where(rows.c.import_id == import_id, rows.c.key == key)
    run = work.session().execute
    run(
        update(lines).where(lines.c.import_id == import_id, lines.c.seq.in_(his)).values(cells="[]")
    )
    run(
        update(rows)
        .where(rows.c.import_id == import_id, rows.c.key == key)
        .values(values={}, reasons=None)
    )


def _forget_bytes(row: Import, key: str) -> None:
    place = next(
        (int(at) for at, name in row.mapping.items() if name == kind_of(row.kind).key), None
    )
    if row.form.get("format") == BOOK:
        if place is not None:
            _forget_in_book(row, place, key)
        return
    encoding = str(row.form.get("encoding", "utf-8"))
    query = select(Part).where(Part.import_id == row.id).order_by(Part.seq)
    parts = list(work.session().scalars(query))
    if place is None or not parts:
        return
    whole = bytearray(b"".join(part.data for part in parts))
    delimiter = str(row.form.get("delimiter", ","))
    means = _reader(row, key)
    spans = [
        span for span in _records(whole, _mark(key, encoding))
        if means(_cell(whole[slice(*span)].decode(encoding, "replace"), delimiter, place))
    ]  # fmt: skip
    if not spans:
        return
    for start, end in spans:
        whole[start:end] = _INK.sub(b" ", bytes(whole[start:end]))
    at = 0
    for part in parts:
        part.data = bytes(whole[at : at + len(part.data)])
        at += len(part.data)
    work.session().flush()
    audit.append("blanked", row.kind, row.id, {"lines": len(spans), "sha256_before": row.sha256})


def _forget_in_book(row: Import, place: int, key: str) -> None:
    """A workbook is no text to blank a line of: what is left of the sheet takes its place."""
    form, cursor, reader = Form(**row.form), Cursor(), BookReader()
    source = Kept(row.id, row.size_bytes, "")
    text, gone = io.StringIO(newline=""), 0
    writer, means = csv.writer(text), _reader(row, key)
    while cursor.byte < row.size_bytes:
        stretch = reader.read(source, cursor, form=form)
        cursor = stretch.cursor
        for record in stretch.records:
            is_his = any(map(means, record.cells[place : place + 1]))
            gone += is_his
            writer.writerow([] if is_his else record.cells)
    if gone:
        _replace(row, text.getvalue().encode())
        audit.append("blanked", row.kind, row.id, {"lines": gone, "sha256_before": row.sha256})


def _replace(row: Import, data: bytes) -> None:
    session = work.session()
    session.execute(delete(Part).where(Part.import_id == row.id))
    for seq, begin in enumerate(range(0, len(data), PART_BYTES)):
        session.add(Part(import_id=row.id, seq=seq, data=data[begin : begin + PART_BYTES]))
    row.form, row.size_bytes = Form("utf-8", ",").plain(), len(data)


def _reader(row: Import, key: str) -> Callable[[str], bool]:
    """Whether a cell of the key's column means `key`, however it is written there."""
    kind, context = kind_of(row.kind), context_of(row)
    parse = kind.all_fields[kind.key].parse

    def means(cell: str) -> bool:
        try:
            return cell == key or str(parse(cell, context)) == key
        except Refused:
            return False

    return means


def _mark(key: str, encoding: str) -> re.Pattern[bytes]:
    """What a record with the key holds somewhere: of a phone its last digits, however spaced."""
    if _PHONE.fullmatch(key):
        return re.compile(rb"[\s().-]*".join(digit.encode() for digit in key[-7:]))
    return re.compile(re.escape(key.encode(encoding, "replace")))


def _records(whole: bytearray, mark: re.Pattern[bytes]) -> Iterator[tuple[int, int]]:
    """Where the records lie that hold `mark` somewhere; a quoted one may have several lines."""
    found = mark.search(whole)
    while found is not None:
        start = whole.rfind(b"\n", 0, found.start()) + 1
        end = _end(whole, found.start())
        while whole[start:end].count(b'"') % 2 and end < len(whole):
            end = _end(whole, end + 1)
        yield start, end
        found = mark.search(whole, end)


def _end(whole: bytearray, at: int) -> int:
    found = whole.find(b"\n", at)
    return len(whole) if found < 0 else found


def _cell(text: str, delimiter: str, place: int) -> str:
    cells = next(csv.reader([text], delimiter=delimiter), [])
    return cells[place].strip() if place < len(cells) else ""
