"""Client fees: the worked values, fills that add to the order, parts that add to the whole."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.market.fees import Charge, Payee, Quote, Side, Terms, by_payee, charge, of_fills
from hub.market.schedules import DEFAULT, on_day

TODAY = date(2026, 11, 27)
ALL_IN = Terms(rate=Decimal("0.00025"), quote=Quote.ALL_IN, minimum=Decimal(5))
NET = Terms(rate=Decimal("0.00025"), quote=Quote.NET, minimum=Decimal(5))


def of(side: str, turnover: int, day: date = TODAY, terms: Terms = ALL_IN) -> Charge:
    return charge(Decimal(turnover), Side(side), terms, on_day(DEFAULT, "XSHG", day))


# Source: domain.md §1.1, the worked values: commission, stamp, transfer, paid, handling,
# regulatory, net.
@pytest.mark.parametrize(("side", "turnover", "day", "want"), [
    ("buy", 10_000, TODAY, "5.00 0 0.10 5.10 0.34 0.20 4.46"),
    ("sell", 10_500, TODAY, "5.00 5.25 0.11 10.36 0.36 0.21 4.43"),
    ("sell", 1_000_000, TODAY, "250.00 500.00 10.00 760.00 34.10 20.00 195.90"),
    ("sell", 1_000_000, date(2023, 8, 25), "250.00 1000.00 10.00 1260.00 48.70 20.00 181.30"),
    ("sell", 1_000_000, date(2022, 4, 28), "250.00 1000.00 20.00 1270.00 48.70 20.00 181.30"),
])  # fmt: skip
def test_the_worked_values(side: str, turnover: int, day: date, want: str) -> None:
    found = of(side, turnover, day)
    told = (
        found.commission, found.outside.get("stamp-duty", Decimal(0)), found.outside["transfer"],
        found.paid, found.inside["handling"], found.inside["regulatory"], found.net,
    )  # fmt: skip
    assert told == tuple(map(Decimal, want.split()))


def test_a_net_quote_lists_the_collected_items_apart() -> None:
    found = of("buy", 10_000, terms=NET)
    assert (found.commission, found.net, found.paid) == tuple(map(Decimal, ("5", "5", "5.64")))
    assert found.outside == {
        "transfer": Decimal("0.10"), "handling": Decimal("0.34"), "regulatory": Decimal("0.20"),
    }  # fmt: skip


def test_nobody_is_charged_less_than_what_is_collected() -> None:
    low = Terms(rate=Decimal("0.00001"), quote=Quote.ALL_IN, minimum=Decimal(0))
    found = of("buy", 1_000_000, terms=low)
    assert (found.commission, found.net) == (Decimal("54.10"), Decimal(0))


def test_the_first_fill_pays_the_minimum_and_later_ones_nothing_until_it_is_passed() -> None:
    fills = [Decimal(8_000), Decimal(8_000), Decimal(8_000)]
    parts = of_fills(fills, Side.BUY, ALL_IN, on_day(DEFAULT, "XSHG", TODAY))
    assert [part.commission for part in parts] == [5, 0, 1]


def test_days_decide_between_two_rates_on_the_day_itself() -> None:
    before, since = (of("sell", 1_000_000, date(2023, 8, day)) for day in (27, 28))
    assert before.outside["stamp-duty"] == 2 * since.outside["stamp-duty"] == 1_000
    beijing = on_day(DEFAULT, "BJSE", TODAY)
    assert sum(item.rate for item in beijing if item.is_inside) == Decimal("0.000145")


TERMS = st.builds(
    Terms, rate=st.integers(0, 3_000).map(lambda parts: Decimal(parts) / 10**6),
    quote=st.sampled_from(Quote), minimum=st.sampled_from([Decimal(0), Decimal(5), Decimal("0.1")]),
)  # fmt: skip
FILLS = st.lists(st.integers(1, 10**10).map(lambda fen: Decimal(fen) / 100), max_size=8)


@given(FILLS, st.sampled_from(Side), TERMS, st.sampled_from(["XSHG", "XSHE", "BJSE"]),
       st.dates(date(2015, 8, 1), TODAY))  # fmt: skip
def test_fills_add_to_the_order_and_payees_to_what_the_client_pays(
    fills: list[Decimal], side: Side, terms: Terms, exchange: str, day: date
) -> None:
    items = on_day(DEFAULT, exchange, day)
    whole = charge(sum(fills, Decimal(0)), side, terms, items)
    parts = of_fills(fills, side, terms, items)
    assert sum(part.paid for part in parts) == (whole.paid if fills else 0)
    assert sum(part.net for part in parts) == (whole.net if fills else 0)
    for part in parts:
        assert part.commission >= 0
        shares = by_payee(part, items)
        assert sum(shares.values()) == part.paid
        assert shares[Payee.FIRM] == part.net
    if fills:
        assert whole.net >= 0
        assert by_payee(whole, items)[Payee.TAX] == whole.outside.get("stamp-duty", 0)
