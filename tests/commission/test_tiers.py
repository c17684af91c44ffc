"""Tiers: the published example, every mode by the same definitions, sums that do not move."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.commission.tiers import Counting, Earned, Edge, Fault, Shape, Table, Tier, earn
from hub.kernel.money import FEN, to_fen

LIMITS = ("0", "1000", "3000", "8000", "20000")
RATES, SUMS = ("0.01", "0.02", "0.03", "0.05"), (10, 40, 100, 2_000)
# Source: domain.md §2.1, figures published by a vendor of an incentive system.
AMOUNTS = [Decimal(amount) for amount in (200, 300, 1_500, 1_200, 2_000, 4_500)]


def published(
    shape: Shape, counting: Counting = Counting.TRANSACTION, edge: Edge = Edge.LOWER
) -> Table:
    limits = [Decimal(limit) for limit in LIMITS]
    tiers = [
        Tier(low=low, high=high, rate=Decimal(rate), fixed=Decimal(fixed))
        for (low, high), rate, fixed in zip(pairwise(limits), RATES, SUMS, strict=True)
    ]
    if shape != Shape.INTERPOLATED:
        last = tiers[-1]
        tiers[-1] = Tier(low=last.low, high=None, rate=last.rate)
    return Table(tiers=tuple(tiers), counting=counting, shape=shape, edge=edge)


def totals(found: list[Earned]) -> list[Decimal]:
    return [one.total for one in found]


def numbers(*values: float) -> list[Decimal]:
    return [Decimal(str(value)) for value in values]


def test_the_published_example_earns_164_and_149() -> None:
    split = totals(earn(published(Shape.SPLIT), AMOUNTS))
    assert split == numbers(2, 3, 20, 14, 30, 95)
    assert sum(split) == 164
    interpolated = totals(earn(published(Shape.INTERPOLATED), AMOUNTS))
    assert interpolated == numbers(2, 3, 20, 14, 30, 80)
    assert sum(interpolated) == 149


# The total is 9,700: worked by hand from the definitions.
@pytest.mark.parametrize(("shape", "counting", "want"), [
    (Shape.WHOLE, Counting.TRANSACTION, (2, 3, 30, 24, 40, 135)),
    (Shape.SPLIT, Counting.PERIOD, (285,)),  # 10 + 40 + 150 + 85
    (Shape.WHOLE, Counting.PERIOD, (485,)),  # 9,700 × 5%
    (Shape.INTERPOLATED, Counting.PERIOD, ("433.33",)),  # 10 + 40 + 100 + 2,000 × 1,700 / 12,000
    (Shape.SPLIT, Counting.CUMULATIVE, (2, 3, 25, 26, 60, 169)),
    (Shape.WHOLE, Counting.CUMULATIVE, (2, 3, 35, 56, 60, 329)),
    (Shape.INTERPOLATED, Counting.CUMULATIVE, (2, 3, 25, 24, 40, "339.33")),
])  # fmt: skip
def test_every_mode_follows_from_the_same_definitions(
    shape: Shape, counting: Counting, want: tuple[object, ...]
) -> None:
    table = published(shape, counting)
    assert totals(earn(table, AMOUNTS)) == [Decimal(str(one)) for one in want]


def test_crossing_a_limit_pays_the_difference_as_a_line_of_its_own() -> None:
    table = published(Shape.WHOLE, Counting.CUMULATIVE)
    found = earn(table, AMOUNTS)
    assert [one.earlier for one in found] == numbers(0, 0, 5, 20, 0, 104)
    assert [one.own for one in found] == numbers(2, 3, 30, 36, 60, 225)


@pytest.mark.parametrize("shape", [Shape.WHOLE, Shape.SPLIT])
@pytest.mark.parametrize(("edge", "rate"), [(Edge.LOWER, "0.01"), (Edge.UPPER, "0.02")])
def test_the_edge_says_who_owns_the_limit_itself(shape: Shape, edge: Edge, rate: str) -> None:
    table = published(shape, edge=edge)
    limit = Decimal(1_000)
    assert table.rate_at(limit) == Decimal(rate)
    whole = limit * Decimal(rate)
    assert table.earned(limit) == (whole if shape == Shape.WHOLE else Decimal(10))


def test_a_table_with_a_hole_or_a_slip_is_refused_with_its_place() -> None:
    def faults(*tiers: tuple[object, ...], shape: Shape = Shape.SPLIT) -> list[tuple[int, Fault]]:
        made = tuple(
            Tier(low=Decimal(str(low)), high=None if high is None else Decimal(str(high)),
                 rate=Decimal(str(rate)))
            for low, high, rate in tiers
        )  # fmt: skip
        return Table(tiers=made, counting=Counting.PERIOD, shape=shape).faults()

    assert faults((0, 100, "0.1"), (100, None, "0.2")) == []
    assert faults() == [(0, Fault.EMPTY)]
    assert faults((5, None, "0.1")) == [(0, Fault.BEGINS_LATE)]
    assert faults((0, 100, "0.1"), (101, None, "0.2")) == [(1, Fault.GAP)]
    assert faults((0, 100, "0.1"), (99, None, "0.2")) == [(1, Fault.OVERLAP)]
    assert faults((0, None, "0.1"), (100, None, "0.2")) == [(1, Fault.OPEN_INSIDE)]
    assert faults((0, 100, "0.1"), (100, 100, "0.2")) == [(1, Fault.NO_WIDTH), (1, Fault.ENDS)]
    assert faults((0, 100, "-0.1"), (100, None, "0.2")) == [(0, Fault.NEGATIVE)]
    assert faults((0, 100, "0.1")) == [(0, Fault.ENDS)]
    assert faults((0, None, "0.1"), shape=Shape.INTERPOLATED) == [(0, Fault.OPEN_SUM)]
    assert faults((0, "0.00005", "0.1"), ("0.00005", None, "0.1")) == [(0, Fault.FINER)]


AMOUNT = st.integers(-(10**9), 10**9).map(lambda fen: Decimal(fen) / 100)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    shape, counting = draw(st.sampled_from(Shape)), draw(st.sampled_from(Counting))
    limits = sorted(draw(st.sets(st.integers(1, 10**6), min_size=1, max_size=5)))
    highs: list[int | None] = [*limits] if shape == Shape.INTERPOLATED else [*limits, None]
    lows = [0, *limits][: len(highs)]
    made = tuple(
        Tier(low=Decimal(low), high=None if high is None else Decimal(high),
             rate=Decimal(draw(st.integers(0, 9_000))) / 10_000,
             fixed=Decimal(draw(st.integers(0, 10**6))) / 100)
        for low, high in zip(lows, highs, strict=True)
    )  # fmt: skip
    edge = draw(st.sampled_from(Edge))
    return Table(tiers=made, counting=counting, shape=shape, edge=edge)


@given(tables(), st.lists(AMOUNT, max_size=8))
def test_what_is_booked_and_taken_back_leaves_nothing(table: Table, amounts: list[Decimal]) -> None:
    assert table.faults() == []
    back = [-amount for amount in reversed(amounts)]
    found = earn(table, [*amounts, *back])
    assert sum(totals(found)) == 0
    if table.counting == Counting.TRANSACTION:
        pairs = zip(found[: len(amounts)], reversed(found[len(amounts) :]), strict=True)
        assert all(one.total == -other.total for one, other in pairs)


@given(tables(), st.lists(AMOUNT, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_trades_does_not_change_a_total(
    table: Table, amounts: list[Decimal], chance: object
) -> None:
    mixed = list(amounts)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = sum(totals(earn(table, amounts))), sum(totals(earn(table, mixed)))
    assert one == other
    if table.counting == Counting.CUMULATIVE:
        assert one == to_fen(table.earned(sum(amounts, Decimal(0))))


@given(tables(), st.lists(AMOUNT.filter(lambda amount: amount >= 0), min_size=1, max_size=8))
def test_parts_of_a_growing_total_are_its_own_and_what_is_made_good(
    table: Table, amounts: list[Decimal]
) -> None:
    if table.counting != Counting.CUMULATIVE:
        return
    total = Decimal(0)
    for amount, one in zip(amounts, earn(table, amounts), strict=True):
        total += amount
        if table.shape == Shape.WHOLE and one.earlier:
            assert abs(one.own - amount * table.rate_at(total)) <= FEN
        elif table.shape != Shape.WHOLE:
            assert one.earlier == 0
