"""The versions of an agreement as stretches of a line: where each begins and how long it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hub.relationship.agreements.versions import VersionLine

WIDTH = 1_000  # units of the drawing
AHEAD = timedelta(days=180)  # what is open is drawn as far as this beyond the last day known


@dataclass(frozen=True, slots=True)
class Stretch:
    """A version in the picture."""

    number: int
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Picture:
    """All stretches, and where the day of the reading is."""

    first: date
    end: date
    stretches: tuple[Stretch, ...]
    mark: int | None


def drawn(lines: Sequence[VersionLine], day: date) -> Picture | None:
    """The picture of an agreement's versions with a day marked; None when there are none."""
    if not lines:
        return None
    first = lines[0].valid_from
    last = lines[-1].valid_to or max(lines[-1].valid_from, day) + AHEAD
    days = (last - first).days

    def place(at: date) -> int:
        return (at - first).days * WIDTH // days

    stretches = tuple(
        Stretch(line.number, place(line.valid_from),
                max(4, place(line.valid_to or last) - place(line.valid_from) - 4))
        for line in lines
    )  # fmt: skip
    return Picture(first, last, stretches, place(day) if first <= day < last else None)
