"""How many segments a text message needs, and what they cost.

Source: 3GPP TS 23.038 (alphabet), TS 23.040 (parts).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
_ALPHABET = _BASIC | _EXTENSION


class Encoding(Enum):
    """How a carrier counts a text."""

    GSM7 = "gsm-7"
    UCS2 = "ucs-2"
    CHINA = "china"


_ALONE = {Encoding.GSM7: 160, Encoding.UCS2: 70, Encoding.CHINA: 70}
_PART = {Encoding.GSM7: 153, Encoding.UCS2: 67, Encoding.CHINA: 67}


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text costs on the air.

    Units: `units` septets (GSM-7), UTF-16 code units (UCS-2) or characters (China);
    `left` units free in the last part.
    """

    encoding: Encoding
    units: int
    count: int
    left: int
    outside: str  # first character that turned the text to UCS-2, or empty


@dataclass(frozen=True, slots=True)
class Price:
    """What one segment costs; a unit price is a rate, so it is exact and unrounded."""

    per_segment: Decimal
    currency: str  # ISO 4217


def segments(text: str, *, china: bool = False) -> Segments:
    """Count a text; `china` counts as mainland gateways do: every character 1, always 70/67."""
    outside = ""
    if china:
        encoding, widths = Encoding.CHINA, None
    elif _ALPHABET.issuperset(text):
        encoding = Encoding.GSM7
        widths = [2 if mark in _EXTENSION else 1 for mark in text]
    else:
        encoding = Encoding.UCS2
        outside = next(mark for mark in text if mark not in _ALPHABET)
        widths = [2 if mark > "\uffff" else 1 for mark in text]
    units = len(text) if widths is None else sum(widths)
    if units <= _ALONE[encoding]:
        return Segments(encoding, units, min(units, 1), _ALONE[encoding] - units, outside)
    count, used = _packed(widths or [1] * units, _PART[encoding])
    return Segments(encoding, units, count, _PART[encoding] - used, outside)


def _packed(widths: list[int], room: int) -> tuple[int, int]:
    """Parts needed and units used in the last: a two-unit character never straddles parts."""
    count, used = 1, 0
    for width in widths:
        if used + width > room:
            count, used = count + 1, 0
        used += width
    return count, used


def price_for(number: str, prices: Mapping[str, Price]) -> Price | None:
    """The price of the longest country prefix that fits an E.164 number; None if there is none.

    Shape: `prices` maps prefixes such as "+86" or "+8610" to a price.
    """
    for end in range(len(number), 0, -1):
        if price := prices.get(number[:end]):
            return price
    return None


def cost(number: str, text: Segments, prices: Mapping[str, Price]) -> tuple[Decimal, str] | None:
    """Exact cost and currency of a counted text to a number; None where no price is known."""
    price = price_for(number, prices)
    return None if price is None else (price.per_segment * text.count, price.currency)
