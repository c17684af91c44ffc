"""What a campaign's words consist of and where it may stand: no database, no web."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

LANGUAGES = ("zh", "en")
PARTS = ("subject", "text", "html", "sms")
CHANNEL_PARTS = {"email": ("subject", "text", "html"), "sms": ("sms",)}

DRAFT = "draft"
NAME_MOST = 120  # characters
GROWTH_PERCENT = 1  # how much an audience may grow between the look and the click
GROWTH_LEAST = 10  # people

Texts = Mapping[str, Mapping[str, str]]


class Klass(enum.StrEnum):
    """What a campaign may be for the law: codes and notices are not campaigns."""

    PROMOTION = "promotion"
    SERVICE = "service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is decided about a campaign before it is sent."""

    name: str
    klass: Klass
    channels: tuple[str, ...]
    texts: Texts
    segment_id: int | None = None
    firm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the sender saw and confirmed.

    Shape: `people` in the audience as it was shown; `at` null sends at once.
    """

    version: int
    people: int
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A template's name, class and words."""

    name: str
    klass: Klass
    texts: Texts


@dataclass(frozen=True, slots=True)
class Cost:
    """What the SMS of a campaign will cost.

    Shape: `typical` as the median sample, `most` if each text were as long as the longest.
    """

    typical: Decimal
    most: Decimal
    currency: str


def channels_of(texts: Texts) -> tuple[str, ...]:
    """The channels that have words in any language."""
    used = {part for parts in texts.values() for part, source in parts.items() if source.strip()}
    return tuple(name for name, parts in CHANNEL_PARTS.items() if used & set(parts))


def has_outgrown(seen: int, now: int) -> bool:
    """Whether an audience has grown by more than what one may overlook."""
    return now - seen > max(GROWTH_LEAST, seen * GROWTH_PERCENT // 100)
