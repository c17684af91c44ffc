"""What a client, a contact point and a flag may be: no database, no web."""

from __future__ import annotations

import enum
from datetime import date


class Language(enum.StrEnum):
    """The language a client is written to in."""

    ZH = "zh"
    EN = "en"


class Gender(enum.StrEnum):
    """As stated on the papers."""

    FEMALE = "female"
    MALE = "male"


class AddressKind(enum.StrEnum):
    """A kind of contact point; named like the channel that uses it."""

    SMS = "sms"
    EMAIL = "email"


class ClientFlag(enum.IntEnum):
    """Bits of clients_client.flags that this room owns."""

    HAS_SMS = 0
    HAS_EMAIL = 1
    VULNERABLE = 2
    BEREAVED = 3
    DO_NOT_CONTACT = 4


class AddressFlag(enum.IntEnum):
    """Bits of clients_address.flags that this room owns."""

    SHARED = 0
    INVALID = 1


class RevealReason(enum.StrEnum):
    """Why a whole contact or number is shown to somebody."""

    REACH = "reach"
    IDENTIFY = "identify"
    CORRECT = "correct"
    COMPLAINT = "complaint"
    AUTHORITY = "authority"
    OTHER = "other"


STATED_ASSETS = "stated_assets"
ERASED = "-"  # the name of a person who was erased


def age_on(birthday: date, day: date) -> int:
    """Full years between the two days."""
    return (_number(day) - _number(birthday)) // 10_000


def _number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day
