"""Workbooks: whatever a spreadsheet does to a table, a row is read as meant, or refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from hub.kernel import work
from hub.kernel.errors import Invalid
from hub.kernel.imports import book_reading, desk, forgetting, workbook
from hub.kernel.imports.models import Part
from hub.kernel.sentences import shown
from tests.kernel.imports.conftest import Shelf
from tests.kernel.imports.trial import Book

pytestmark = pytest.mark.database("sqlite")

DAY = datetime(2026, 3, 31)  # noqa: DTZ001 - a day as a spreadsheet keeps it
HEAD = ["编号", "书名", "价格", "Bought on"]


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def table(*rows: list[Any], change: Callable[[Any], object] = lambda _sheet: None) -> bytes:
    book = Workbook()
    sheet = book.active
    for row in (HEAD, *rows):
        sheet.append(row)
    change(sheet)
    return saved(book)


def books() -> list[tuple[Any, ...]]:
    with work.unit(writes=False):
        rows = select(Book.no, Book.title, Book.price, Book.bought_on).order_by(Book.no)
        return [tuple(row) for row in work.session().execute(rows)]


def test_numbers_days_and_zeros_are_read_as_they_are_meant(shelf: Shelf) -> None:
    def zeros(sheet: Any) -> None:
        sheet["A4"].number_format = "00000"

    row = shelf.take(
        table(
            [13800000001, "Phone", 12.5, DAY],
            ["007", "Text", "1,200", date(2026, 1, 2)],
            [42, "Zeros", 3, None],
            [],
            ["8", True, None, "2026/2/3"],
            change=zeros,
        )
    )
    assert (row.state, row.created, row.bad) == ("done", 4, 0), shelf.problems(row.id)
    assert books() == [
        ("00042", "Zeros", 30_000, None), ("007", "Text", 12_000_000, date(2026, 1, 2)),
        ("13800000001", "Phone", 125_000, date(2026, 3, 31)), ("8", "TRUE", None, date(2026, 2, 3)),
    ]  # fmt: skip


def test_what_a_spreadsheet_spoils_is_refused_with_its_line(shelf: Shelf) -> None:
    def ugly(sheet: Any) -> None:
        sheet.merge_cells("A5:A6")
        sheet.row_dimensions[7].hidden = True

    number = shelf.upload(
        table(
            [110105194912310021, "Lost digits"],
            ["2", "=A1&A2"],
            ["3", "#N/A"],
            ["4", "Merged"],
            ["5", "Merged too"],
            ["6", "Hidden"],
            change=ugly,
        ),
        "books.xlsx",
    )
    shelf.do(desk.check, number)
    told = dict(shelf.problems(number))
    assert "shortened by a spreadsheet" in told[2]
    assert "formula without a result" in told[3]
    assert "error of the spreadsheet" in told[4]
    assert all("merged" in told[line] for line in (5, 6))
    assert shelf.see(number).good == 1
    notices = [shown(notice) for notice in shelf.see(number).notices]
    assert any("1 rows are hidden" in text for text in notices)
    assert any("formulas" in text for text in notices)


def test_of_several_sheets_one_is_chosen(shelf: Shelf) -> None:
    book = Workbook()
    book.active.title = "封面"
    book.active.append(["Report"])
    hidden, sheet = book.create_sheet("Old"), book.create_sheet("Books")
    hidden.sheet_state = "hidden"
    sheet.append(HEAD)
    sheet.append(["1", "Dao"])
    number = shelf.upload(saved(book), "books.xlsx")
    row = shelf.see(number)
    assert (row.state, row.form["sheets"]) == ("asking", ["封面", "Books", "Old"])
    with pytest.raises(Invalid, match="sheet"):
        shelf.do(desk.choose_form, number, sheet="Nowhere")
    shelf.do(desk.choose_form, number, sheet="Books")
    shelf.do(desk.check, number)
    shelf.do(desk.apply, number)
    assert books() == [("1", "Dao", None, None)]


def test_a_long_sheet_is_read_on_by_another_worker(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book_reading, "MAX_ROWS_READ", 7)
    kept = book_reading.BookReader._sheet

    def forgetful(self: book_reading.BookReader, *values: Any) -> Any:
        if values[1].line == 8 and self._kept:
            self._kept[1].file.close()
            self._kept = None  # the second step is another process's
        return kept(self, *values)

    monkeypatch.setattr(book_reading.BookReader, "_sheet", forgetful)
    number = shelf.upload(table(*([str(n), f"Book {n}"] for n in range(30))), "books.xlsx")
    shelf.do(desk.check, number)
    row = shelf.see(number)
    assert (row.state, row.lines, row.good) == ("checked", 30, 30)


def bomb(name: str, size: int) -> bytes:
    """A workbook, one part of which says that it unpacks to more than anybody reads."""
    made = io.BytesIO(table(["1", "Dao"]))
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"\0" * (size * workbook.MB))
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (bomb("xl/theme/theme9.xml", 17), "unpacks to more than"),
        (b"PK\x03\x04 and then nothing", "cannot be read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "password"),
    ],
    ids=["bomb", "broken", "old or locked"],
)
def test_a_workbook_that_cannot_be_read_says_what_to_do(
    shelf: Shelf, data: bytes, said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        shelf.upload(data, "books.xlsx")


def test_a_workbook_is_no_larger_than_its_limit(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.kernel.imports.intake.BOOK_MOST_MB", 0)
    with pytest.raises(Invalid, match="larger than 0 MB"):
        shelf.upload(table(["1", "Dao"]), "books.xlsx")


def test_who_is_forgotten_leaves_the_workbook(shelf: Shelf) -> None:
    number = shelf.take(table(["1", "Dao"], ["2", "Yi"])).id
    with work.unit():
        forgetting.forget("books", "1")
    with work.unit(writes=False):
        data = b"".join(work.session().scalars(select(Part.data).order_by(Part.seq)))
    assert "Dao" not in data.decode()
    assert "2,Yi" in data.decode()
    assert shelf.see(number).form["format"] == "csv"
