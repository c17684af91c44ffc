"""Everyday values as people write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.kernel.imports import values
from hub.kernel.imports.checking import cleaned
from hub.kernel.imports.kinds import Context, Refused
from hub.kernel.imports.rejects import harmless

NOW = Context(region="CN", today=date(2026, 11, 23))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234,567.89", 12_345_678_900), ("123.4万", 12_340_000_000), ("1.2亿", 1_200_000_000_000),
        ("¥1,000", 10_000_000), ("￥500元", 5_000_000), ("0", 0), ("-12.5", -125_000),
        ("１２３．４万", 12_340_000_000), ("1 000", 10_000_000), ("0.0001", 1),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_people_write_it(text: str, expected: int) -> None:
    assert values.amount(text, NOW) == expected


@pytest.mark.parametrize(
    "text", ["abc", "1,23", "1.2.3", "12,34,567", "0.00001", "9" * 30, "万", ""]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        values.amount(text, NOW)


@given(st.decimals(-(10**14), 10**14, places=4))
def test_amounts_are_exact(amount: Decimal) -> None:
    assert values.amount(f"{amount:f}", NOW) == int(amount * 10_000)
    assert values.amount(f"{amount:,f}", NOW) == int(amount * 10_000)


@pytest.mark.parametrize(
    "text",
    ["2024-03-05", "2024/3/5", "20240305", "2024年3月5日", "2024.3.5", "2024-03-05 00:00:00",
     "2024-03-05T00:00"],
)  # fmt: skip
def test_a_day_is_read_in_the_usual_forms(text: str) -> None:
    assert values.day(text, NOW) == "2024-03-05"


def test_a_day_written_last_is_read_where_it_can_be_nothing_else() -> None:
    assert values.day("31.12.2024", NOW) == values.day("12/31/2024", NOW) == "2024-12-31"
    assert values.day("05/05/2024", NOW) == "2024-05-05"
    with pytest.raises(Refused, match="two dates"):
        values.day("05/03/2024", NOW)


@pytest.mark.parametrize("text", ["2023-02-29", "2024-13-01", "yesterday", "1024-01-01", "45231"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        values.day(text, NOW)


def test_a_past_day_is_not_in_the_future() -> None:
    assert values.past_day("2026-11-23", NOW) == "2026-11-23"
    with pytest.raises(Refused, match="future"):
        values.past_day("2026-11-24", NOW)


def test_yes_and_no_are_read_in_both_languages() -> None:
    assert [values.yes_no(word, NOW) for word in ("是", "Yes", "1", "同意", "TRUE")] == [1] * 5
    assert [values.yes_no(word, NOW) for word in ("否", "no", "0", "不同意", "False")] == [0] * 5
    with pytest.raises(Refused):
        values.yes_no("maybe", NOW)


def test_text_that_a_spreadsheet_shortened_is_refused() -> None:
    with pytest.raises(Refused, match="shortened"):
        values.text_of(64)("1.38E+10", NOW)


@given(st.text(max_size=20))
def test_a_harmless_cell_comes_back_as_it_was(text: str) -> None:
    plain = text.strip()
    if plain == cleaned(plain):
        assert cleaned(harmless(plain)) == plain
        assert not harmless(plain).startswith(("=", "+", "-", "@", "\t", "\r"))
