"""Port: by what a broker's month is measured. Filled by the rooms that know the figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from hub.kernel.base import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A figure that adds up: over days, over brokers, over teams.

    Units: `unit` is "people" or "yuan"; amounts of either are Money, so that all add up exactly.
    Shape: `rows(first, end)` selects (broker_id, day, amount) of the days [first, end).
    """

    name: str
    title: Any
    unit: Literal["people", "yuan"]
    rows: Callable[[date, date], Rows]


_measures: dict[str, Measure] = {}


def contribute(measure: Measure) -> None:
    """Add a measure; the same name again takes its place."""
    _measures[measure.name] = measure


def forget() -> None:
    """Know none: an application starts with this."""
    _measures.clear()


def every() -> tuple[Measure, ...]:
    """All measures, by name."""
    return tuple(_measures[name] for name in sorted(_measures))


def find(name: str) -> Measure | None:
    """A measure by its name."""
    return _measures.get(name)
