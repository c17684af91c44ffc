"""What a client pays for an order, and to whom: every item from the running total of its fills.

Source: domain.md §1.1; rates are data with an effective date, see `hub.market.schedules`.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from hub.kernel.money import at_rate

ZERO = Decimal(0)


class Side(enum.StrEnum):
    """What an order does."""

    BUY = "buy"
    SELL = "sell"


class Payee(enum.StrEnum):
    """To whom a part of the fees goes."""

    TAX = "tax"
    EXCHANGE = "exchange"
    REGULATOR = "regulator"
    DEPOSITORY = "depository"
    FIRM = "firm"


class Quote(enum.StrEnum):
    """What the agreed rate covers."""

    ALL_IN = "all-in"  # the collected items inside the commission, too
    NET = "net"  # the firm's commission alone: they come on top


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item of the schedule on a day.

    Shape: `side` of None is both; `is_inside` items are part of an all-in commission.
    Units: `rate` a fraction of the turnover.
    """

    name: str
    payee: Payee
    rate: Decimal
    side: Side | None = None
    is_inside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the firm agreed to with an account. Units: `minimum` in yuan an order."""

    rate: Decimal
    quote: Quote
    minimum: Decimal


@dataclass(frozen=True, slots=True)
class Charge:
    """What is paid: the commission, and the schedule's items by name.

    Units: yuan. Shape: the parts by payee add to what the client pays.
    """

    commission: Decimal
    inside: dict[str, Decimal]
    outside: dict[str, Decimal]

    @property
    def paid(self) -> Decimal:
        """By the client, beside the price."""
        return self.commission + sum(self.outside.values(), ZERO)

    @property
    def net(self) -> Decimal:
        """What is left of the commission for the firm."""
        return self.commission - sum(self.inside.values(), ZERO)

    def __sub__(self, earlier: Charge) -> Charge:
        return Charge(
            self.commission - earlier.commission,
            {name: amount - earlier.inside[name] for name, amount in self.inside.items()},
            {name: amount - earlier.outside[name] for name, amount in self.outside.items()},
        )


def charge(turnover: Decimal, side: Side, terms: Terms, items: Iterable[Item]) -> Charge:
    """The fees of an order whose fills come to `turnover` yuan so far.

    Shape: each item is rounded to the fen; the minimum applies to the rounded commission, which is
        never less than the collected items that it covers.
    """
    asked = [item for item in items if item.side is None or item.side == side]
    due = {item: at_rate(turnover, item.rate) for item in asked}
    is_all_in = terms.quote == Quote.ALL_IN
    inside = {item.name: due[item] for item in due if item.is_inside and is_all_in}
    outside = {item.name: due[item] for item in due if item.name not in inside}
    agreed = at_rate(turnover, terms.rate)
    lowest = terms.minimum if turnover else ZERO
    return Charge(max(agreed, lowest, sum(inside.values(), ZERO)), inside, outside)


def of_fills(
    turnovers: Sequence[Decimal], side: Side, terms: Terms, items: Sequence[Item]
) -> list[Charge]:
    """The fees of each fill of an order: what the running total costs more than before."""
    found, total, before = [], ZERO, charge(ZERO, side, terms, items)
    for turnover in turnovers:
        total += turnover
        after = charge(total, side, terms, items)
        found.append(after - before)
        before = after
    return found


def by_payee(charged: Charge, items: Iterable[Item]) -> dict[Payee, Decimal]:
    """Who gets what of a charge: it adds to what the client pays."""
    shares = dict.fromkeys(Payee, ZERO)
    for item in items:
        shares[item.payee] += charged.inside.get(item.name, ZERO)
        shares[item.payee] += charged.outside.get(item.name, ZERO)
    shares[Payee.FIRM] += charged.net
    return shares
