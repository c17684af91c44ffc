"""The way of a file: staged, mapped, checked, taken over."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from hub.kernel import work
from hub.kernel.imports import desk
from tests.kernel.imports.conftest import Shelf
from tests.kernel.imports.trial import Book, Keyword, Loanable

PLAIN = '编号,书名,价格,keyword1,keyword2\n1,Dao,"1,200.50",a;b,c\n2,红楼梦,12万,,\n'.encode()


def books() -> list[tuple[object, ...]]:
    with work.unit(writes=False):
        query = select(Book.no, Book.title, Book.price).order_by(Book.no)
        return [tuple(row) for row in work.session().execute(query)]


def test_a_plain_file_goes_all_the_way(shelf: Shelf) -> None:
    row = shelf.take(PLAIN)
    assert (row.state, row.created, row.bad) == ("done", 2, 0)
    assert books() == [("1", "Dao", 12_005_000), ("2", "红楼梦", 1_200_000_000)]
    with work.unit(writes=False):
        assert sorted(work.session().scalars(select(Keyword.word))) == ["a", "b", "c"]


def test_the_same_file_again_changes_nothing_and_says_so(shelf: Shelf) -> None:
    shelf.take(PLAIN)
    again = shelf.take(PLAIN)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    assert "This very file" in again.notices[0][0]
