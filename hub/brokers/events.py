"""Facts that this room tells the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from hub.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerMoved(Event):
    """From a day on a broker stands under somebody else on a line."""

    name: ClassVar[str] = "brokers.moved"
    broker_id: int
    superior_id: int | None
    line: str
    valid_from: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerLeft(Event):
    """A broker works for the firm no more from a day on."""

    name: ClassVar[str] = "brokers.left"
    broker_id: int
    left_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PostGiven(Event):
    """Somebody holds a post on some days."""

    name: ClassVar[str] = "brokers.post-given"
    post_id: int
    broker_id: int
    kind: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostEnded(Event):
    """A post ends earlier than was known, or ended."""

    name: ClassVar[str] = "brokers.post-ended"
    post_id: int
    broker_id: int
    valid_to: date
