"""Money is exact: parts add to the whole, a reversal is the exact negative."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, literal, select, type_coerce, union_all

from hub.kernel import money, work
from hub.kernel.base import MONEY_SCALE, RATE_SCALE, Scaled

FEN = st.integers(-(10**15), 10**15).map(lambda fen: Decimal(fen) / 100)
AMOUNT = st.integers(-(10**17), 10**17).map(lambda parts: Decimal(parts) / MONEY_SCALE)
RATE = st.integers(-9 * RATE_SCALE, 9 * RATE_SCALE).map(lambda parts: Decimal(parts) / RATE_SCALE)
WEIGHT = st.decimals(0, 10**9, allow_nan=False) | st.integers(0, 10**30).map(Decimal)

lasting = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@given(FEN, st.lists(WEIGHT, min_size=1, max_size=12))
def test_parts_add_to_the_whole_and_none_is_off_by_a_fen(
    amount: Decimal, weights: list[Decimal]
) -> None:
    if not any(weights):
        with pytest.raises(ValueError, match="positive"):
            money.split(amount, weights)
        return
    parts = money.split(amount, weights)
    assert sum(parts) == amount
    with localcontext(prec=120):
        total = sum(weights)
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part - amount * weight / total) < money.FEN


@given(FEN, st.lists(WEIGHT, min_size=1, max_size=6).filter(any))
def test_the_split_of_a_reversal_is_the_reversal_of_the_split(
    amount: Decimal, weights: list[Decimal]
) -> None:
    assert money.split(-amount, weights) == [-part for part in money.split(amount, weights)]


def test_an_amount_finer_than_a_fen_is_not_split() -> None:
    with pytest.raises(ValueError, match="finer than a fen"):
        money.split(Decimal("0.001"), [Decimal(1)])


def test_half_a_fen_rounds_away_from_zero() -> None:
    assert money.to_fen(Decimal("0.005")) == Decimal("0.01")
    assert money.to_fen(Decimal("-0.005")) == Decimal("-0.01")


@given(AMOUNT, RATE)
def test_a_reversal_is_the_exact_negative(amount: Decimal, rate: Decimal) -> None:
    assert money.at_rate(-amount, rate) == -money.at_rate(amount, rate)


@given(AMOUNT, RATE)
def test_a_product_is_rounded_once(amount: Decimal, rate: Decimal) -> None:
    with localcontext(prec=120):
        exact = amount * rate
        assert abs(money.at_rate(amount, rate) - exact) <= Decimal("0.005")


@lasting
@given(st.lists(st.tuples(AMOUNT, RATE), min_size=1, max_size=30))
def test_both_databases_round_as_python_does(
    app: Flask, pairs: list[tuple[Decimal, Decimal]]
) -> None:
    del app
    products = [
        money.at_rate_sql(literal(a, Scaled(MONEY_SCALE)), literal(r, Scaled(RATE_SCALE)))
        for a, r in pairs
    ]
    with work.unit(writes=False):
        found = work.session().execute(select(*products)).one()
    assert list(found) == [money.at_rate(a, r) for a, r in pairs]


def test_a_column_refuses_digits_that_it_cannot_hold(app: Flask) -> None:
    del app
    with work.unit(writes=False), pytest.raises(Exception, match="more digits"):
        work.session().scalar(select(literal(Decimal("0.00001"), Scaled(MONEY_SCALE))))


def test_a_sum_is_exact_on_both_databases(app: Flask) -> None:
    del app
    tenth = select(literal(Decimal("0.1"), Scaled(MONEY_SCALE)).label("amount"))
    rows = union_all(*[tenth] * 30).subquery()
    with work.unit(writes=False):
        total = type_coerce(func.sum(rows.c.amount), Scaled(MONEY_SCALE))
        assert work.session().scalar(select(total)) == Decimal(3)
