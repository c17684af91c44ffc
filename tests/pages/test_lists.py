"""Filters and export of the one list."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hub.kernel import work
from hub.kernel.errors import Invalid
from hub.pages import exports
from tests.web.gallery import listing, people, rows

Fill = Callable[[list[dict[str, Any]]], None]


def names(**args: str) -> list[str]:
    """The names a query leaves."""
    with work.unit(writes=False):
        return [row.name for row in listing.page(select(people.c.id), args).rows]


def test_a_text_filter_takes_percent_and_underscore_literally(fill: Fill) -> None:
    """They are no wildcards for those who type them."""
    fill([{"name": "100% sure"}, {"name": "100 sure"}, {"name": "a_b"}, {"name": "aXb"}])
    assert names(q="100%") == ["100% sure"]
    assert names(q="A_B") == ["a_b"]


def test_filters_narrow_together(fill: Fill) -> None:
    """Each one takes rows away."""
    fill(
        [
            {"name": "a", "city": "Shanghai", "assets": Decimal("0.5")},
            {"name": "b", "city": "Shanghai", "assets": Decimal(9)},
            {"name": "c", "city": "Beijing", "assets": Decimal(9)},
        ]
    )
    assert names(city="Shanghai", assets_from="0.5", assets_to="1,000") == ["a", "b"]
    assert names(city="Shanghai", assets_from="0.51") == ["b"]


def test_a_day_is_a_day_in_the_firms_zone(fill: Fill) -> None:
    """17:00 UTC is the next day in Shanghai."""
    fill([{"name": "late", "seen_at": datetime(2026, 11, 1, 17, tzinfo=UTC)}])
    assert names(seen_from="2026-11-02", seen_to="2026-11-02") == ["late"]
    assert names(seen_to="2026-11-01") == []


@pytest.mark.parametrize(
    "args",
    [
        {"city": "Atlantis"},
        {"q": "x" * 201},
        {"q": "\0"},
        {"assets_from": "many"},
        {"assets_from": "NaN"},
        {"assets_from": "1e99"},
        {"assets_to": "0.00001"},
        {"seen_from": "yesterday"},
        {"seen_to": "9999-12-31"},
    ],
)
def test_a_filter_that_cannot_be_used_says_so(fill: Fill, args: dict[str, str]) -> None:
    """By its own name."""
    fill([{"name": "a"}])
    with pytest.raises(Invalid) as caught:
        names(**args)
    assert set(caught.value.fields) == {next(iter(args)).partition("_")[0]}


def exported(app: Flask, **args: str) -> tuple[bytes, list[list[str]]]:
    """The file, raw and read."""
    with work.unit(writes=False), app.test_request_context():
        answer = exports.csv_file(listing, select(people.c.id), args)
        answer.direct_passthrough = False
        raw = answer.get_data()
        answer.close()
    return raw, list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "＝"])
def test_the_export_lets_no_spreadsheet_compute_a_name(app: Flask, fill: Fill, start: str) -> None:
    """Formula characters are neutralised, also the full-width ones."""
    fill([{"name": f"{start}cmd|' /C calc'!A0", "assets": Decimal("-1.50")}])
    raw, lines = exported(app)
    assert raw.startswith(b"\xef\xbb\xbf")
    assert lines[1][0].startswith("'")
    assert Decimal(lines[1][3]) == Decimal("-1.50")


def test_the_export_has_every_row_in_the_order_of_the_page(app: Flask, fill: Fill) -> None:
    """Not only those of the first page, and masked as on the page."""
    fill(rows(65))
    _raw, lines = exported(app, sort="-assets")
    assert len(lines) == 66
    amounts = [Decimal(line[3]) for line in lines[1:] if line[3]]
    assert amounts == sorted(amounts, reverse=True)
    assert all(line[3] == "" for line in lines[-10:])
    assert lines[1][4].count("*") == 4
