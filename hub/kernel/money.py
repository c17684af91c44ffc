"""Exact money: half-up is away from zero, parts always add to the whole."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")


def to_fen(amount: Decimal) -> Decimal:
    """Round to the fen, half-up away from zero, so that a reversal is the exact negative."""
    return amount.quantize(FEN, rounding=ROUND_HALF_UP)


def at_rate(amount: Decimal, rate: Decimal) -> Decimal:
    """`amount × rate`, rounded once to the fen."""
    return to_fen(amount * rate)


def split(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Share `amount` by weights with the largest-remainder method, to the fen.

    Shape: one part per weight; the parts sum to `amount` exactly.
    Raises: ValueError without a positive weight, or for an amount finer than a fen.
    """
    total = sum(weights, Decimal())
    if total <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative and one must be positive")
    fens = amount / FEN
    if fens != fens.to_integral_value():
        raise ValueError(f"{amount} is finer than a fen")
    sign = -1 if fens < 0 else 1
    whole = abs(int(fens))
    exact = [whole * weight / total for weight in weights]
    parts = [int(share) for share in exact]
    by_rest = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for index in by_rest[: whole - sum(parts)]:
        parts[index] += 1
    return [sign * part * FEN for part in parts]
