from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.providers.segments import Encoding, Price, cost, segments

PRICES = {
    "+1": Price(Decimal("0.0079"), "USD"),
    "+86": Price(Decimal("0.045"), "CNY"),
    "+852": Price(Decimal("0.05"), "HKD"),
}


@pytest.mark.feature("M13")
@pytest.mark.parametrize(
    ("text", "encoding", "units", "count"),
    [
        ("", Encoding.GSM7, 0, 0),
        ("a" * 160, Encoding.GSM7, 160, 1),
        ("a" * 161, Encoding.GSM7, 161, 2),
        ("a" * 306, Encoding.GSM7, 306, 2),
        ("a" * 307, Encoding.GSM7, 307, 3),
        ("€" * 80, Encoding.GSM7, 160, 1),
        ("a" * 152 + "€" + "a" * 152, Encoding.GSM7, 306, 3),
        ("é" * 160, Encoding.GSM7, 160, 1),
        ("ç" * 71, Encoding.UCS2, 71, 2),
        ("你" * 70, Encoding.UCS2, 70, 1),
        ("你" * 71, Encoding.UCS2, 71, 2),
        ("a" * 160 + "’", Encoding.UCS2, 161, 3),
        ("你" * 66 + "😀" + "你" * 66, Encoding.UCS2, 134, 3),
        ("^{}[]~\\|€", Encoding.GSM7, 18, 1),
    ],
)
def test_a_text_is_counted_as_carriers_count_it(
    text: str, encoding: Encoding, units: int, count: int
) -> None:
    counted = segments(text)
    assert (counted.encoding, counted.units, counted.count) == (encoding, units, count)


def test_the_character_that_turned_the_text_is_named() -> None:
    assert segments("price: 5 €, naïve").outside == "ï"
    assert not segments("plain").outside


@pytest.mark.feature("M13")
@pytest.mark.parametrize(("size", "count"), [(70, 1), (71, 2), (134, 2), (135, 3)])
def test_a_china_gateway_counts_every_character_once(size: int, count: int) -> None:
    for mark in "a€你😀":
        assert segments(mark * size, china=True).count == count


@given(st.text(max_size=400), st.booleans())
def test_parts_hold_all_units_and_the_last_one_is_not_empty(text: str, china: bool) -> None:
    counted = segments(text, china=china)
    alone, part = (160, 153) if counted.encoding is Encoding.GSM7 else (70, 67)
    if counted.units <= alone:
        assert counted.count == (1 if text else 0)
    else:
        assert counted.count * part >= counted.units
        assert counted.count >= -(-counted.units // part)
        assert counted.units > (counted.count - 1) * (part - 1)
    assert 0 <= counted.left < alone + (not text)


@given(st.text(min_size=1, max_size=300), st.text(max_size=20))
def test_a_longer_text_never_costs_less(text: str, more: str) -> None:
    assert segments(text + more).count >= segments(text).count


def test_the_longest_prefix_names_the_price() -> None:
    text = segments("a" * 161)
    assert cost("+8613800138000", text, PRICES) == (Decimal("0.090"), "CNY")
    assert cost("+85291234567", text, PRICES) == (Decimal("0.10"), "HKD")
    assert cost("+4479123", text, PRICES) is None
