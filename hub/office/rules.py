"""What an operator may do to a row, and what he may read of it. Pure."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from typing import Any

LONGEST = 200  # characters of a text that is shown
TOO_TELLING = 10**7  # a number from here on may be a phone's; ids are smaller

_MAILBOX = re.compile(r"[^\s@'\"<>=,;:()]+@[^\s@'\"<>,;:()]+")
_DIGITS = re.compile(r"\+?\d[\d\s-]{5,}\d")
_NAME = re.compile(r"[A-Za-z0-9_.:/-]*")
HIDDEN = "•••"


class Kind(enum.StrEnum):
    """Long work an operator asks for: the name of its job."""

    BACKUP = "office.backup"
    VERIFY = "office.verify"
    CHECK = "office.check"


def veiled(text: str) -> str:
    """A text without what may be a mailbox or a phone number."""
    return _DIGITS.sub(HIDDEN, _MAILBOX.sub(HIDDEN, text))[:LONGEST]


def masked(value: Any) -> Any:
    """A job's arguments as an operator may see them: ids and words of the code."""
    match value:
        case Mapping():
            return {veiled(str(key)): masked(item) for key, item in value.items()}
        case list() | tuple():
            return [masked(item) for item in value]
        case bool() | None:
            return value
        case int() | float() if abs(value) < TOO_TELLING:
            return value
        case str() if _NAME.fullmatch(value):
            return veiled(value)
    return HIDDEN
