"""The schedule of collected items that a new firm begins with; what holds is data, by day.

Source: domain.md §1.1. Rows marked there as second-hand are defaults that a firm has to check.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from hub.market.fees import Item, Payee, Side

BEGINS = date(2015, 8, 1)  # older days need more rows
SECOND_HAND = "second-hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An item at an exchange on [valid_from, valid_to)."""

    exchange: str
    item: Item
    valid_from: date
    valid_to: date | None
    source: str


def on_day(rows: Iterable[Row], exchange: str, day: date) -> tuple[Item, ...]:
    """What is collected at an exchange on a day."""
    return tuple(
        row.item for row in rows
        if row.exchange == exchange and row.valid_from <= day
        and (row.valid_to is None or day < row.valid_to)
    )  # fmt: skip


def _of(exchanges: tuple[str, ...], item: Item, *since: tuple[date, str, str]) -> tuple[Row, ...]:
    """Rates of an item, each with its first day and its source, in order."""
    ends = [*(day for day, _rate, _source in since[1:]), None]
    return tuple(
        Row(
            exchange=exchange, item=replace(item, rate=Decimal(rate)), valid_from=first,
            valid_to=end, source=source,
        )
        for exchange in exchanges
        for (first, rate, source), end in zip(since, ends, strict=True)
    )  # fmt: skip


_ZERO = Decimal(0)
STAMP = Item(name="stamp-duty", payee=Payee.TAX, rate=_ZERO, side=Side.SELL)
TRANSFER = Item(name="transfer", payee=Payee.DEPOSITORY, rate=_ZERO)
HANDLING = Item(name="handling", payee=Payee.EXCHANGE, rate=_ZERO, is_inside=True)
REGULATORY = Item(name="regulatory", payee=Payee.REGULATOR, rate=_ZERO, is_inside=True)
MAINLAND, BEIJING = ("XSHG", "XSHE"), ("BJSE",)

DEFAULT: tuple[Row, ...] = (
    *_of(
        MAINLAND + BEIJING, STAMP, (BEGINS, "0.001", "MoF/STA"),
        (date(2023, 8, 28), "0.0005", "MoF/STA 2023 no. 39"),
    ),
    *_of(
        MAINLAND, TRANSFER, (BEGINS, "0.00002", "ChinaClear"),
        (date(2022, 4, 29), "0.00001", "ChinaClear, 2022-04-28"),
    ),
    *_of(
        BEIJING, TRANSFER, (BEGINS, "0.000025", SECOND_HAND),
        (date(2022, 4, 29), "0.00001", SECOND_HAND),
    ),
    *_of(
        MAINLAND, HANDLING, (BEGINS, "0.0000487", "exchanges"),
        (date(2023, 8, 28), "0.0000341", "exchanges' notices, 2023-08"),
    ),
    *_of(
        BEIJING, HANDLING, (BEGINS, "0.00025", "BSE"),
        (date(2023, 8, 28), "0.000125", "BSE 2023 no. 54"),
    ),
    *_of(MAINLAND + BEIJING, REGULATORY, (BEGINS, "0.00002", "NDRC 2012 no. 2119")),
)  # fmt: skip
