"""Files that people really send: each gives a clear answer, and the good rows get in."""

from __future__ import annotations

import csv
import dataclasses
import io

import pytest
from flask import Flask

from hub.kernel import work
from hub.kernel.errors import Invalid
from hub.kernel.imports import desk, queries, rejects
from hub.kernel.sentences import shown
from tests.kernel.imports.conftest import Shelf


def said(shelf: Shelf, number: int) -> str:
    with work.unit(writes=False):
        return queries.problem(queries.one(number))


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_any_usual_text_is_taken(shelf: Shelf, ends: str, encoding: str) -> None:
    text = ends.join(["编号,书名", "1,红楼梦一二三四五六七八", "2,𠮷㐀水浒传三国演义西游记", ""])
    row = shelf.take(text.encode(encoding))
    assert (row.created, row.bad) == (2, 0)


def test_a_million_character_field_is_one_reject(shelf: Shelf) -> None:
    row = shelf.take(b"no,title\n1,Dao\n2," + b"x" * 1_000_000 + b"\n3,Yi\n")
    assert (row.created, row.bad) == (2, 1)
    assert shelf.problems(row.id) == [(3, "the line is longer than 524288 bytes")]


def test_ten_thousand_columns_are_refused(shelf: Shelf) -> None:
    number = shelf.upload(b",".join(b"c%d" % n for n in range(10_000)) + b"\n1\n")
    assert "10000 columns, at most 200" in said(shelf, number)


def test_only_a_header_says_so(shelf: Shelf) -> None:
    assert "no row below the header" in said(shelf, shelf.upload(b"no,title\n"))


@pytest.mark.parametrize("data", [b"", b"\n\n  \n", b"\xef\xbb\xbf"])
def test_an_empty_file_says_so(shelf: Shelf, data: bytes) -> None:
    with pytest.raises(Invalid, match="empty"):
        shelf.upload(data)


def test_no_header_is_noticed(shelf: Shelf) -> None:
    row = shelf.see(shelf.upload(b"13800000001,wang@x.example\n13800000002,li@x.example\n"))
    assert "looks like data" in row.notices[0][0]


def test_columns_of_the_same_name_are_told_apart(shelf: Shelf) -> None:
    row = shelf.see(shelf.upload(b"no,title,title\n1,Dao,De\n"))
    assert row.header == ["no", "title", "title (3)"]
    assert row.mapping == {"0": "no", "1": "title"}
    assert "same name" in shown(row.notices[0])


def test_ragged_rows_are_refused_with_their_line(shelf: Shelf) -> None:
    row = shelf.take(b"no,title\n1,Dao\n2\n3,a,b\n4,Yi,\n")
    assert (row.created, row.bad) == (2, 2)
    lines = dict(shelf.problems(row.id))
    assert "only 1 columns where the header has 2" in lines[3]
    assert "3 columns where the header has 2" in lines[4]


def test_a_wrong_encoding_names_line_and_byte(shelf: Shelf) -> None:
    data = "no,title\n1,Dao\n2,中文\n".encode() + b"3,\xff\xfe\n" + "4,书\n".encode() * 10
    number = shelf.upload(data)
    with work.unit():
        from_user = queries.one(number)
        assert from_user.state == "asking"

    shelf.do(desk.choose_form, number, "utf-8", ",")
    shelf.do(desk.check, number)
    assert "byte 3 of the line (ff) is not UTF-8" in dict(shelf.problems(number))[4]


def test_the_reject_file_is_harmless_and_can_be_taken_again(shelf: Shelf) -> None:
    data = 'no,title,price\n1,=1+1,five\n2,@x,"6,00"\n3,-y,7\n'
    row = shelf.take(data.encode())
    assert (row.created, row.bad) == (1, 2)
    with work.unit(writes=False), rejects.write(queries.one(row.id)) as file:
        raw = file.read()
    assert raw.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert lines[0] == ["no", "title", "price", "Line", "Reason"]
    assert [line[1] for line in lines[1:]] == ["'=1+1", "'@x"]
    assert "five” is no amount" in lines[1][4]
    mended = raw.replace(b"five", b"5").replace(b'"6,00"', b"600")
    assert shelf.take(mended).created == 2


def test_a_file_over_the_limit_is_refused_and_forgotten(shelf: Shelf, app: Flask) -> None:
    config = app.config["HUB"]
    app.config["HUB"] = dataclasses.replace(config, upload_limit_mb=1)
    try:
        with pytest.raises(Invalid, match="larger than 1 MB"):
            shelf.upload(b"no,title\n" + b"1,Dao\n" * 1_000_000)
    finally:
        app.config["HUB"] = config


@pytest.mark.database("sqlite")
def test_five_megabytes_are_read_in_slices(shelf: Shelf) -> None:
    body = b"".join(b"%d,Title of the book number %d\n" % (n, n) for n in range(120_000))
    row = shelf.see(shelf.upload(b"no,title\n" + body))
    assert (row.state, row.lines) == ("staged", 120_000)
