"""Exact money: half-up is away from zero, parts always add to the whole."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, cast, func, type_coerce

from hub.kernel.base import MONEY_SCALE, RATE_SCALE, BigInt, Scaled

FEN = Decimal("0.01")
FEN_SCALE = MONEY_SCALE // 100  # ten-thousandths in a fen
DIGITS = 60  # more than any amount times any rate has: nothing is rounded on the way


def to_fen(amount: Decimal) -> Decimal:
    """Round to the fen, half-up away from zero, so that a reversal is the exact negative."""
    with localcontext(prec=DIGITS):
        return amount.quantize(FEN, rounding=ROUND_HALF_UP)


def at_rate(amount: Decimal, rate: Decimal) -> Decimal:
    """`amount × rate`, rounded once to the fen."""
    with localcontext(prec=DIGITS):
        return to_fen(amount * rate)


def at_rate_sql(amount: ColumnElement[Any], rate: ColumnElement[Any]) -> ColumnElement[Decimal]:
    """What `at_rate` does, as integers in the database: equal to the fen on both.

    Shape: `amount` is a Money, `rate` a Rate with |rate| ≤ 9; no product leaves 64 bits.
    """
    whole, parts = cast(amount, BigInt), cast(rate, BigInt)
    a, r = func.abs(whole), func.abs(parts)
    product = _quotient(a, RATE_SCALE) * r + _quotient(a % RATE_SCALE * r, RATE_SCALE)
    fen = _quotient(product + FEN_SCALE // 2, FEN_SCALE)
    sign = func.sign(whole) * func.sign(parts)
    return type_coerce(cast(sign, BigInt) * fen * FEN_SCALE, Scaled(MONEY_SCALE))


def _quotient(number: ColumnElement[Any], by: int) -> ColumnElement[Any]:
    # `//` would floor by way of a float on SQLite; for what is not negative `/` of integers does.
    return number.op("/", precedence=8)(by)


def split(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Share `amount` by weights with the largest-remainder method, to the fen.

    Shape: one part per weight; the parts sum to `amount` exactly.
    Raises: ValueError without a positive weight, or for an amount finer than a fen.
    """
    total = sum(map(Fraction, weights), Fraction())
    if total <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative and one must be positive")
    with localcontext(prec=DIGITS):
        fens = amount / FEN
    if fens != fens.to_integral_value():
        raise ValueError(f"{amount} is finer than a fen")
    sign = -1 if fens < 0 else 1
    whole = abs(int(fens))
    exact = [Fraction(whole) * Fraction(weight) / total for weight in weights]
    parts = [int(share) for share in exact]
    by_rest = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for index in by_rest[: whole - sum(parts)]:
        parts[index] += 1
    with localcontext(prec=DIGITS):
        return [sign * part * FEN for part in parts]
