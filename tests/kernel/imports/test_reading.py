"""Bytes → records: whatever is in the file, every line is read or refused, none is lost."""

from __future__ import annotations

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.kernel.imports.csv_reading import records_of
from hub.kernel.imports.reading import (
    MAX_RECORD_BYTES,
    Cursor,
    Record,
    ragged,
)
from hub.kernel.imports.sniff import Form

cells = st.text(
    st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), max_size=12
)
tables = st.lists(st.lists(cells, min_size=2, max_size=4), max_size=20)


def read(data: bytes, *, encoding: str = "utf-8", window: int = 1 << 20) -> list[Record]:
    """The whole file, `window` bytes at a time, as the staging pass does it."""
    cursor, found = Cursor(), []
    while cursor.byte < len(data):
        piece = data[cursor.byte : cursor.byte + window]
        is_end = cursor.byte + window >= len(data)
        stretch = records_of(piece, cursor, form=Form(encoding, ","), is_end=is_end)
        assert stretch.cursor != cursor, "the reader must always get on"
        found += stretch.records
        cursor = stretch.cursor
    return found


def cells_of(records: list[Record]) -> list[list[str]]:
    return [record.cells for record in records if not record.reasons]


def reasons_of(records: list[Record]) -> list[tuple[int, str]]:
    return [(record.line, record.reasons[0][1]) for record in records if record.reasons]


@settings(max_examples=150, deadline=None)
@given(tables, st.sampled_from(["\r\n", "\n"]), st.sampled_from(["utf-8", "gb18030"]))
def test_what_a_writer_writes_is_read_back(
    table: list[list[str]], ends: str, encoding: str
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=ends, quoting=csv.QUOTE_ALL).writerows(table)
    expected = [row for row in table if any(row)]
    assert cells_of(read(text.getvalue().encode(encoding), encoding=encoding)) == expected


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400).map(lambda data: data.replace(b"\0", b"")))
def test_any_bytes_are_read_to_the_end(data: bytes) -> None:
    read(data)


@settings(max_examples=100, deadline=None)
@given(tables, st.integers(200, 400))
def test_where_the_window_ends_makes_no_difference(table: list[list[str]], window: int) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(table)
    data = text.getvalue().encode()
    lines = data.split(b"\r\n")
    if max(map(len, lines)) < window // 4 and all(b"\r" not in x and b"\n" not in x for x in lines):
        assert cells_of(read(data, window=window)) == cells_of(read(data))


def test_every_kind_of_line_end_is_one_line() -> None:
    records = read(b"a,b\r\n1,2\r3,4\n5,6")
    assert [(record.line, record.cells) for record in records] == [
        (1, ["a", "b"]), (2, ["1", "2"]), (3, ["3", "4"]), (4, ["5", "6"]),
    ]  # fmt: skip


def test_a_quoted_line_break_stays_in_its_cell_and_line_numbers_go_on() -> None:
    records = read(b'a,b\n1,"x\ny"\n3,4\n')
    assert [(record.line, record.cells) for record in records[1:]] == [
        (2, ["1", "x\ny"]), (4, ["3", "4"]),
    ]  # fmt: skip


def test_an_unclosed_quote_costs_one_line_not_the_rest() -> None:
    records = read(b'a,b\n"open,1\n2,3\n4,5\n')
    assert reasons_of(records) == [(2, "a quote is opened here and never closed")]
    assert cells_of(records) == [["a", "b"], ["2", "3"], ["4", "5"]]


def test_a_quote_in_the_middle_of_a_field_is_refused() -> None:
    assert reasons_of(read(b'a,b\n"x"y,1\n2,3\n'))[0][0] == 2


def test_an_undecodable_byte_names_line_and_place() -> None:
    records = read(b"a,b\n1,M\xfcller\n2,ok\n")
    line, text = reasons_of(records)[0]
    assert line == 2
    assert records[1].reasons[0][2] == {"byte": 4, "hex": "fc", "encoding": "UTF-8"}
    assert "byte %(byte)s" in text
    assert cells_of(records)[-1] == ["2", "ok"]


def test_a_million_characters_in_a_field_refuse_that_line_only() -> None:
    records = read(b"a,b\n" + b"x" * 1_000_000 + b",1\n2,3\n")
    assert reasons_of(records) == [(2, "the line is longer than %(most)s bytes")]
    assert cells_of(records) == [["a", "b"], ["2", "3"]]


def test_a_line_longer_than_any_window_is_passed_over() -> None:
    records = read(b"a,b\r\n" + b"x" * 5_000_000 + b"\r\n2,3\r\n")
    assert [record.line for record in records] == [1, 2, 3]
    assert cells_of(records) == [["a", "b"], ["2", "3"]]


def test_a_cell_too_long_for_a_spreadsheet_is_refused_with_its_column() -> None:
    records = read(b"a,b\n1," + b"x" * 40_000 + b"\n")
    assert records[1].reasons[0][2]["column"] == 2


def test_a_million_lines_inside_one_quote_cost_one_line() -> None:
    many = b'a,b\n"1\n' + b"2,3\n" * (MAX_RECORD_BYTES // 2) + b"4,5\n"
    records = read(many)
    assert len(reasons_of(records)) == 1
    assert cells_of(records)[-1] == ["4", "5"]


def test_a_nul_is_refused() -> None:
    assert reasons_of(read(b"a,b\n1\0,2\n3,4\n")) == [(2, "the line holds a NUL character")]


def test_empty_lines_are_no_rows() -> None:
    assert len(read(b"a,b\n\n,\n1,2\n\n")) == 2


def test_rows_must_be_as_wide_as_the_header() -> None:
    assert ragged(Record(2, ["1"]), 2).reasons[0][2] == {"count": 1, "width": 2}
    assert ragged(Record(2, ["1", "2", "3"]), 2).reasons[0][2] == {"count": 3, "width": 2}
    assert ragged(Record(2, ["1", "2", "", ""]), 2) == Record(2, ["1", "2"])
