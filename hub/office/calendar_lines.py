"""A calendar's year as lines of text: what people edit, read back, each slip said. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from itertools import pairwise

from hub.kernel.shifts import Period, Special

_LINE = re.compile(r"(\d{4}-\d{2}-\d{2})\s+(closed|[\d:,\- ]+?)(?:\s+([^\d].*))?")
_PERIOD = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
WHY_LONGEST = 80  # characters


class BadLine(ValueError):
    """A line that cannot be read; `number` counts from 1."""

    def __init__(self, number: int, text: str) -> None:
        super().__init__(text)
        self.number, self.text = number, text


def written(days: Mapping[date, Special]) -> str:
    """One line a day: `2026-10-01 closed 国庆节` or `2026-10-10 9:00-12:00 make-up`."""
    return "\n".join(
        f"{day} {hours(special.periods) or 'closed'} {special.why}".strip()
        for day, special in sorted(days.items())
    )


def hours(periods: tuple[Period, ...]) -> str:
    """Periods as people write them."""
    return ",".join(f"{_clock(one.starts)}-{_clock(one.ends)}" for one in periods)


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def read(text: str) -> dict[date, Special]:
    """The days that lines name.

    Raises: BadLine for the first line that cannot be read or names a day again.
    """
    found: dict[date, Special] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        day, special = _read(number, line.strip())
        if day in found:
            raise BadLine(number, line)
        found[day] = special
    return found


def _read(number: int, line: str) -> tuple[date, Special]:
    match = _LINE.fullmatch(line)
    if match is None:
        raise BadLine(number, line)
    try:
        day = date.fromisoformat(match[1])
        periods = () if match[2] == "closed" else _periods(match[2])
    except ValueError as error:
        raise BadLine(number, line) from error
    return day, Special(periods, (match[3] or "").strip()[:WHY_LONGEST])


def _periods(text: str) -> tuple[Period, ...]:
    found = []
    for part in filter(None, re.split(r"[,\s]+", text)):
        match = _PERIOD.fullmatch(part)
        if match is None:
            raise ValueError(part)
        first, second, third, fourth = (int(digits) for digits in match.groups())
        found.append(Period(first * 60 + second, third * 60 + fourth))
    if not found or any(a.ends > b.starts for a, b in pairwise(found)):
        raise ValueError(text)
    return tuple(found)
