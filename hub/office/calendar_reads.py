"""What is asked of calendars: a year that there is, days as lines, a proposal beside what holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from hub.kernel import access, calendars, work
from hub.kernel.calendars import FIRST_YEAR, LAST_YEAR, CalendarYear
from hub.kernel.errors import Invalid, NotFound
from hub.kernel.shifts import Special
from hub.office import calendar_lines
from hub.office.calendar_lines import BadLine


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed year, and the lines by which it differs from what is in force."""

    row: CalendarYear
    added: list[str]
    gone: list[str]


def known(name: str, year: int) -> None:
    """Refuse a calendar or a year that there is none of.

    Raises: NotFound.
    """
    if name not in calendars.specs() or not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFound


def days(text: str) -> dict[date, Special]:
    """The days that lines name.

    Raises: Invalid naming the first line that cannot be read.
    """
    try:
        return calendar_lines.read(text)
    except BadLine as error:
        raise Invalid({"lines": _(
            "Line %(number)s cannot be read: “%(text)s”. Write a day, then “closed” or its hours.",
            number=error.number, text=error.text[:60],
        )}) from error  # fmt: skip


def proposal(row_id: int) -> Proposal:
    """What was proposed, beside what is in force.

    Raises: NotFound, also to whoever neither proposes nor releases.
    """
    actor = access.current()
    if not (actor.holds("calendars.write") or actor.holds("calendars.release")):
        raise NotFound
    row = access.found(work.session().get(CalendarYear, row_id))
    before, after = calendars.year_of(row.calendar, row.year), calendars.read(row.days)
    return Proposal(row, _lines(after, before), _lines(before, after))


def _lines(these: Mapping[date, Special], others: Mapping[date, Special]) -> list[str]:
    found = {day: special for day, special in these.items() if others.get(day) != special}
    return calendar_lines.written(found).splitlines()
