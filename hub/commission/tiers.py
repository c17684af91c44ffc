"""Tables of tiers: what an amount earns, alone, in a period, or as a total grows.

Source: domain.md §2 rules 1–3; the modes are those of incentive systems, see docs/commission.md.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from hub.kernel.money import DIGITS, to_fen

ZERO = Decimal(0)


class Counting(enum.StrEnum):
    """Which amount is looked up."""

    TRANSACTION = "transaction"  # each by itself
    PERIOD = "period"  # the sum of the period, once
    CUMULATIVE = "cumulative"  # what the total earns after it, less what it earned before it


class Shape(enum.StrEnum):
    """What a tier does to the amounts below it."""

    SPLIT = "split"  # each part at the rate of its own tier
    WHOLE = "whole"  # everything at the rate of the tier that the amount reaches
    INTERPOLATED = "interpolated"  # each tier pays a sum, by the part of it that is reached


class Edge(enum.StrEnum):
    """Which tier owns the limit itself."""

    LOWER = "lower"
    UPPER = "upper"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """Amounts from `low` to `high`; None is no end.

    Units: yuan; `rate` a fraction; `fixed` yuan for the whole of the tier, interpolated alone.
    """

    low: Decimal
    high: Decimal | None
    rate: Decimal = ZERO
    fixed: Decimal = ZERO


class Fault(enum.StrEnum):
    """Why a table is refused."""

    EMPTY = "empty"
    BEGINS_LATE = "begins-late"  # the first tier does not begin at 0
    GAP = "gap"
    OVERLAP = "overlap"
    NO_WIDTH = "no-width"
    OPEN_INSIDE = "open-inside"  # a tier without an end is followed by another
    ENDS = "ends"  # amounts above the last tier would earn nothing
    OPEN_SUM = "open-sum"  # a sum cannot be shared out over a tier without an end
    NEGATIVE = "negative"
    FINER = "finer"  # limits and what is earned at them have at most four digits after the point


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Tiers in order, and how they are read.

    Shape: an amount below zero, a reversal, earns the exact negative of what it earned.
    """

    tiers: tuple[Tier, ...]
    counting: Counting
    shape: Shape
    edge: Edge = Edge.LOWER

    def faults(self) -> list[tuple[int, Fault]]:
        """(number of the tier from 0, what is wrong); nothing when the table may be used."""
        if not self.tiers:
            return [(0, Fault.EMPTY)]
        return [(number, fault) for number in range(len(self.tiers)) for fault in self._of(number)]

    def _of(self, number: int) -> Iterator[Fault]:
        tier = self.tiers[number]
        before = ZERO if not number else self.tiers[number - 1].high
        if before is None:
            yield Fault.OPEN_INSIDE
        elif tier.low != before:
            late = Fault.GAP if number else Fault.BEGINS_LATE
            yield late if tier.low > before else Fault.OVERLAP
        if tier.high is not None and tier.high <= tier.low:
            yield Fault.NO_WIDTH
        if tier.rate < 0 or tier.fixed < 0:
            yield Fault.NEGATIVE
        is_last = number == len(self.tiers) - 1
        if self.shape == Shape.INTERPOLATED:
            if tier.high is None:
                yield Fault.OPEN_SUM
        elif is_last and tier.high is not None:
            yield Fault.ENDS
        if tier.high is not None and not _is_fine(tier.high, (tier.high - tier.low) * tier.rate):
            yield Fault.FINER

    def earned(self, amount: Decimal) -> Decimal:
        """f(amount), not rounded; above an interpolated table every sum is paid."""
        if amount < 0:
            return -self.earned(-amount)
        with localcontext(prec=DIGITS):
            if self.shape == Shape.WHOLE:
                return amount * self.rate_at(amount)
            return sum((self._part(tier, amount) for tier in self.tiers), ZERO)

    def rate_at(self, amount: Decimal) -> Decimal:
        """The rate of the tier that holds an amount."""
        return self._tier(abs(amount)).rate

    def _tier(self, amount: Decimal) -> Tier:
        for tier in self.tiers:
            if tier.high is None or amount < tier.high:
                return tier
            if amount == tier.high and self.edge == Edge.LOWER:
                return tier
        return self.tiers[-1]

    def _part(self, tier: Tier, amount: Decimal) -> Decimal:
        top = amount if tier.high is None else min(amount, tier.high)
        inside = max(top - tier.low, ZERO)
        if self.shape == Shape.SPLIT:
            return inside * tier.rate
        assert tier.high is not None
        share = Fraction(inside) / Fraction(tier.high - tier.low) * Fraction(tier.fixed)
        return Decimal(share.numerator) / Decimal(share.denominator)


def _is_fine(*amounts: Decimal) -> bool:
    with localcontext(prec=DIGITS):
        return all(amount * 10_000 == (amount * 10_000).to_integral_value() for amount in amounts)


@dataclass(frozen=True, slots=True)
class Earned:
    """What one amount earns: `own` for itself, `earlier` for what came before it, to the fen.

    Shape: `earlier` is a line of its own: crossing a limit of a whole table pays it.
    """

    own: Decimal
    earlier: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """Both together."""
        return self.own + self.earlier


def earn(table: Table, amounts: Sequence[Decimal], *, before: Decimal = ZERO) -> list[Earned]:
    """What amounts earn one after the other; a period's table pays once, on their sum.

    Shape: one result for each amount, or one for the period; `before` is the total of the interval
        before the first of them.
    """
    if table.counting == Counting.TRANSACTION:
        return [Earned(to_fen(table.earned(amount))) for amount in amounts]
    with localcontext(prec=DIGITS):
        if table.counting == Counting.PERIOD:
            return [Earned(to_fen(table.earned(sum(amounts, ZERO))))]
        found, total = [], before
        for amount in amounts:
            found.append(_step(table, total, total + amount))
            total += amount
    return found


def _step(table: Table, total: Decimal, after: Decimal) -> Earned:
    """From one total to the next; rounded at the totals, so that the parts add to the whole."""
    gained = to_fen(table.earned(after)) - to_fen(table.earned(total))
    if table.shape != Shape.WHOLE:
        return Earned(gained)
    own = to_fen((after - total) * table.rate_at(after))
    if table.rate_at(after) == table.rate_at(total) or not total:
        own = gained
    return Earned(own, gained - own)
