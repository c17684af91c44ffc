"""What is said about messages before and after they are sent: data of the messages port."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Line:
    """How many recipients of a channel stop at a gate; reason "" counts those who get it."""

    channel: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Report:
    """The dry run of a message.

    Shape: `people` in the audience; `lines` per channel and reason, largest first.
    """

    people: int
    lines: tuple[Line, ...]

    def reached(self, channel: str) -> int:
        """How many will get it by `channel`."""
        return sum(line.count for line in self.lines if line.channel == channel and not line.reason)

    @property
    def deliveries(self) -> int:
        """How many messages would leave, over all channels."""
        return sum(line.count for line in self.lines if not line.reason)

    @property
    def stopped(self) -> tuple[Line, ...]:
        """The lines of those who will not get it."""
        return tuple(line for line in self.lines if line.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A message as one person would get it by one channel.

    Shape: `parts` by name ("subject", "text", "html", "sms"); `problems` part → what is
        wrong with it for this person; `reason` the gate that stops it, "" when none does.
    Units: `units` are characters as the encoding counts them; `cost` per message in `currency`.
    """

    channel: str
    language: str
    parts: Mapping[str, str]
    problems: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    segments: int = 0
    encoding: str = ""
    units: int = 0
    cost: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a batch is; the counts add up to `snapshot` once the gates have answered.

    Shape: `channels` maps a channel to its states' counts, `states` sums them up.
    """

    batch: int
    state: str
    why: str
    snapshot: int
    channels: Mapping[str, Mapping[str, int]]
    states: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a delivery did not arrive, in words, and what to do about it."""

    title: Any
    cure: Any = ""
