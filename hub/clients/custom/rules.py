"""Kinds of custom fields and their values: no database, no web."""

from __future__ import annotations

import enum
from collections.abc import Collection
from datetime import date
from decimal import Decimal, InvalidOperation

TITLE_MOST, VALUE_MOST, CHOICE_MOST = 60, 200, 60  # characters
CHOICES_MOST, FIELDS_MOST = 50, 60
NUMBER_MOST = Decimal(10) ** 12
YES, NO = "yes", "no"
_PLACES = Decimal("0.0001")


class CustomKind(enum.StrEnum):
    """What a custom field holds."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    CHOICE = "choice"
    YES_NO = "yes_no"


# What rules call it.
RULE_KIND = {
    CustomKind.TEXT: "text", CustomKind.NUMBER: "number", CustomKind.DAY: "date",
    CustomKind.CHOICE: "choice", CustomKind.YES_NO: "choice",
}  # fmt: skip


def read(kind: CustomKind, text: str, choices: Collection[str]) -> Decimal | str | None:
    """The value as it is kept: a number, or a text; None when it cannot be one."""
    plain = " ".join(text.split())
    match kind:
        case CustomKind.NUMBER:
            return _number(plain)
        case CustomKind.DAY:
            return _day(plain)
        case CustomKind.CHOICE:
            return plain if plain in choices else None
        case CustomKind.YES_NO:
            return plain if plain in {YES, NO} else None
        case CustomKind.TEXT:
            return plain if plain.isprintable() and len(plain) <= VALUE_MOST else None


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    sound = number.is_finite() and abs(number) < NUMBER_MOST
    return number if sound and number == number.quantize(_PLACES) else None


def _day(text: str) -> str | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day.isoformat() if date(1900, 1, 1) <= day <= date(2200, 12, 31) else None


def listed(text: str) -> list[dict[str, str]]:
    """Choices as they are typed: one a line, “中文 / English”; the first word is the value."""
    found: dict[str, dict[str, str]] = {}
    for line in text.splitlines():
        zh, _bar, en = (part.strip() for part in line.partition("/"))
        if zh:
            found[zh] = {"zh": zh, "en": en or zh}
    return list(found.values())
