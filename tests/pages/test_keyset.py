"""Keyset paging: whatever the ties and the empty values, each row is shown once."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from hub.kernel import work
from hub.kernel.errors import Invalid
from tests.web.gallery import listing, people

Fill = Callable[[list[dict[str, Any]]], None]

START = datetime(2026, 11, 1, tzinfo=UTC)
PERSON = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["王芳", "Li", "li", "", "ß", "=1"]),
        "city": st.none() | st.sampled_from(["Shanghai", "Beijing"]),
        "assets": st.none() | st.integers(-3, 3).map(lambda number: Decimal(number) / 4),
        "seen_at": st.none() | st.integers(0, 3).map(lambda hours: START + timedelta(hours=hours)),
        "level": st.just("C1"),
    }
)
SORTS = [f"{sign}{key}" for key in ("name", "city", "assets", "seen_at") for sign in ("", "-")]


def walk(sort: str, limit: int) -> tuple[list[int], list[int]]:
    """The ids from the first page to the last, and those on the way back."""
    base = select(people.c.id)
    ids: list[int] = []
    back: list[int] = []
    with work.unit(writes=False):
        page = listing.page(base, {"sort": sort}, limit=limit)
        assert page.prev is None
        ids += [row.id for row in page.rows]
        while page.next:
            page = listing.page(base, {"sort": sort, "cursor": page.next}, limit=limit)
            ids += [row.id for row in page.rows]
        while page.prev:
            page = listing.page(base, {"sort": sort, "cursor": page.prev}, limit=limit)
            back = [row.id for row in page.rows] + back
    return ids, back + ids[-((len(ids) - 1) % limit + 1) :] if ids else back


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=st.lists(PERSON, max_size=23), limit=st.integers(1, 7), sort=st.sampled_from(SORTS))
def test_each_row_comes_exactly_once_in_both_directions(
    fill: Fill, rows: list[dict[str, Any]], limit: int, sort: str
) -> None:
    """Also with ties and with empty values."""
    fill(rows)
    ids, there_and_back = walk(sort, limit)
    assert sorted(ids) == sorted(set(ids))
    assert len(ids) == len(rows)
    assert there_and_back == ids


@pytest.mark.parametrize("sort", ["assets", "-assets"])
def test_empty_values_come_last_whatever_the_direction(fill: Fill, sort: str) -> None:
    """On both databases, which differ in where they put NULL."""
    fill([{"name": "a", "assets": value} for value in (None, Decimal(2), None, Decimal(1))])
    with work.unit(writes=False):
        rows = listing.page(select(people.c.id), {"sort": sort}).rows
    values = [row.assets for row in rows]
    assert values[2:] == [None, None]
    assert values[:2] == sorted(values[:2], reverse=sort.startswith("-"))


def test_a_page_whose_rows_were_deleted_meanwhile_shows_the_first_page(fill: Fill) -> None:
    """Nobody is left in front of an empty page."""
    fill([{"name": str(number)} for number in range(4)])
    with work.unit(writes=False):
        cursor = listing.page(select(people.c.id), {}, limit=2).next
    fill([{"name": "0"}])
    with work.unit(writes=False):
        page = listing.page(select(people.c.id), {"cursor": str(cursor)}, limit=2)
    assert [row.name for row in page.rows] == ["0"]


def forged(*parts: object) -> str:
    """A cursor somebody wrote by hand."""
    text = "[" + ",".join(str(part) for part in parts) + "]"
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "!!!!",
        "A" * 5000,
        forged('"name"', "true", "false", '"a"', "1"),
        forged('"city"', "false", "false", '"a"', "1"),
        forged('"name"', "false", "false", '"a\\u0000"', "1"),
        forged('"name"', "false", "false", '"a"', "1" * 30),
        forged('"name"', "false", "false", '"a"', '"one"'),
        forged('"name"', "false", "7", '"a"', "1"),
        forged("{}"),
        forged(),
    ],
)
def test_a_cursor_that_was_not_made_here_is_refused(fill: Fill, cursor: str) -> None:
    """With a text for people, never a broken query."""
    fill([{"name": "a"}])
    with pytest.raises(Invalid) as caught, work.unit(writes=False):
        listing.page(select(people.c.id), {"cursor": cursor})
    assert set(caught.value.fields) == {"cursor"}


@pytest.mark.parametrize("sort", ["phone", "id; DROP TABLE", "--name", "-"])
def test_only_declared_columns_sort(fill: Fill, sort: str) -> None:
    """What is not declared is no sort."""
    fill([])
    with pytest.raises(Invalid) as caught, work.unit(writes=False):
        listing.page(select(people.c.id), {"sort": sort})
    assert set(caught.value.fields) == {"sort"}
