"""When work is done: a week of periods, and the days unlike their weekday. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of work within a day.

    Units: minutes after local midnight, 0 ≤ starts < ends ≤ 1440.
    Raises: ValueError.
    """

    starts: int
    ends: int

    def __post_init__(self) -> None:
        if not 0 <= self.starts < self.ends <= DAY_MINUTES:
            raise ValueError(f"not a stretch of one day: {self.starts} to {self.ends} minutes")


@dataclass(frozen=True, slots=True)
class Special:
    """A day unlike its weekday: closed without periods, else a workday of these; `why` says it."""

    periods: tuple[Period, ...] = ()
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """When work is done, in local time.

    Shape: `week` holds seven days' periods, Monday first, in order and apart; `special` the days
        unlike them: holidays, and make-up workdays on a weekend.
    """

    name: str
    zone: str
    week: tuple[tuple[Period, ...], ...]
    special: Mapping[date, Special] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if len(self.week) != 7:  # noqa: PLR2004 - days of a week
            raise ValueError("a week has seven days")
        for periods in (*self.week, *(item.periods for item in self.special.values())):
            if any(left.ends > right.starts for left, right in pairwise(periods)):
                raise ValueError("the periods of a day follow each other and do not overlap")

    @cached_property
    def version(self) -> str:
        """A short hash of all that decides deadlines: kept beside each of them."""
        days = {str(day): _plain(item.periods) for day, item in sorted(self.special.items())}
        said = [self.name, self.zone, [_plain(periods) for periods in self.week], days]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:12]

    def periods(self, day: date) -> tuple[Period, ...]:
        """When work is done on a day; empty when it is closed."""
        found = self.special.get(day)
        return self.week[day.weekday()] if found is None else found.periods

    def is_workday(self, day: date) -> bool:
        """Whether there is any work on a day."""
        return bool(self.periods(day))

    def day_of(self, moment: datetime) -> date:
        """The local day of a moment."""
        return moment.astimezone(ZoneInfo(self.zone)).date()

    def end_of(self, day: date) -> datetime:
        """The moment a local day is over: a deadline of days ends here."""
        return self._moment(day, DAY_MINUTES)

    def shifts(self, day: date) -> tuple[Interval, ...]:
        """The day's periods as moments; one that a clock change swallows is left out."""
        found = self._known.get(day)
        if found is None:
            both = (
                (self._moment(day, period.starts), self._moment(day, period.ends))
                for period in self.periods(day)
            )
            found = self._known[day] = tuple(shift for shift in both if shift[0] < shift[1])
        return found

    @cached_property
    def _known(self) -> dict[date, tuple[Interval, ...]]:
        """Days worked out before: a desk asks the same few hundred again and again."""
        return {}

    def _moment(self, day: date, minute: int) -> datetime:
        over, rest = divmod(minute, DAY_MINUTES)
        local = datetime.combine(day + timedelta(days=over), time(rest // 60, rest % 60))
        return local.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)


def _plain(periods: Iterable[Period]) -> list[list[int]]:
    return [[period.starts, period.ends] for period in periods]
