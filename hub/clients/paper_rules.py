"""Numbers of papers: what a person is known by to the law and to banks. Pure."""

from __future__ import annotations

import enum
import re

from stdnum import luhn
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

_SPACES = re.compile(r"[\s-]+")
_PASSPORT = re.compile(r"[A-Z0-9]{6,18}")
CARD_LENGTHS = range(12, 20)  # ISO/IEC 7812
SHOWN = 4  # characters at the end that stay readable


class PaperKind(enum.StrEnum):
    """A kind of number."""

    ID_NO = "id_no"
    BANK_CARD = "bank_card"


def read(kind: PaperKind, text: str) -> str | None:
    """The number in its one form; None when it cannot be one.

    Source: GB 11643 (resident identity number), GB 32100 (unified social credit code), ICAO
        9303 and travel permits by form only, ISO/IEC 7812 (bank card).
    """
    plain = _SPACES.sub("", text).upper()
    if kind is PaperKind.BANK_CARD:
        is_card = plain.isdecimal() and len(plain) in CARD_LENGTHS and luhn.is_valid(plain)
        return plain if is_card else None
    for number in (ric, uscc):
        try:
            return str(number.validate(plain))
        except ValidationError:
            continue
    # 18 characters that are neither of the two are a slip of the pen, not a passport.
    is_passport = len(plain) not in {15, 18} and bool(_PASSPORT.fullmatch(plain))
    return plain if is_passport and any(sign.isdigit() for sign in plain) else None


def masked(number: str) -> str:
    """Enough to tell it from others, not enough to use it."""
    return "*" * max(4, len(number) - SHOWN) + number[-SHOWN:]
