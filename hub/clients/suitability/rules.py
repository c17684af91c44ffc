"""Classes of suitability and how long an assessment is good: no database, no web."""

from __future__ import annotations

import enum
from datetime import date

ENDING_DAYS = 60  # before the end, when it is time to assess anew


class SuitabilityClass(enum.StrEnum):
    """What risk a client may be offered.

    Source: domain.md 1.5 (investor suitability rules of 2017): C1 is split in the lowest class
        and the conservative one; professional investors have a class of their own.
    """

    LOWEST = "c1_lowest"
    C1 = "c1"
    C2 = "c2"
    C3 = "c3"
    C4 = "c4"
    C5 = "c5"
    PROFESSIONAL = "professional"


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 1 March for a 29 February that is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
