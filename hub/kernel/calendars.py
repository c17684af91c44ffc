"""The firm's calendars: a module's usual week, the law's holidays, what the firm signed off.

A year's days come from the `holidays` library until the firm proposes its own and a second person
releases them; from then on the release decides that year.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import holidays
from flask_babel import gettext as _
from flask_babel import lazy_gettext as l_
from sqlalchemy import Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel import access, approvals, audit, clock, modules, work, workitems
from hub.kernel.base import Base, Id, Utc
from hub.kernel.errors import Invalid, NotFound
from hub.kernel.shifts import Calendar, Period, Special

KIND = "kernel.calendar"
TO_SIGN = "kernel.sign_off_calendar"
REMIND_MONTH = 11  # the State Council announces the next year's days in November
FIRST_YEAR, LAST_YEAR = 2000, 2100
BACK, AHEAD = 25, 10  # years around today that a calendar knows the holidays of
Days = dict[date, Special]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSpec:
    """A calendar as a module names it.

    Shape: `week` seven tuples of periods, Monday first; `days(year, week)` the days unlike them.
    """

    name: str
    title: Any
    week: tuple[tuple[Period, ...], ...]
    days: Callable[[int, Sequence[Period]], Days]


class CalendarYear(Base):
    """What the firm says of one calendar's year; the newest that was released is in force."""

    __tablename__ = "kernel_calendar_year"
    __table_args__ = (Index("ix_kernel_calendar_year_calendar", "calendar", "year", "released_at"),)

    id: Mapped[Id]
    calendar: Mapped[str] = mapped_column(String(32))
    year: Mapped[int]
    days: Mapped[dict[str, Any]]  # ISO day → [[minutes, minutes] …, why]; no periods: closed
    made_by: Mapped[int | None]
    made_at: Mapped[Utc]
    released_at: Mapped[Utc | None]


_region: list[str] = ["CN"]


def live_in(region: str) -> None:
    """Set the firm's region of this process: whose holidays its offices keep."""
    _region[:] = [region]


def office_days(year: int, usual: Sequence[Period]) -> Days:
    """The public holidays of the firm's region, and the weekend days that are worked for them.

    Shape: the names in Chinese and in English, as far as the region's are known in both.
    Source: the `holidays` library; for China the State Council's yearly notices.
    """
    known = holidays.country_holidays(_region[0], years=year)
    # A language must be named: left alone the library takes that of the machine.
    spoken = [one for one in LANGUAGES if one in known.supported_languages]
    named = [
        holidays.country_holidays(_region[0], years=year, language=language)
        for language in spoken or (known.default_language,)
    ]
    special = {
        day: Special((), BOTH.join(dict.fromkeys(found[day] for found in named)))
        for day in named[0] if day.year == year
    }  # fmt: skip
    worked = [day for day in known.weekend_workdays if day.year == year]
    return special | {day: Special(tuple(usual), MAKE_UP) for day in worked}


LANGUAGES, BOTH = ("zh_CN", "en_US"), " / "
MAKE_UP = f"调休上班{BOTH}make-up workday"
MORNING, AFTERNOON = Period(9 * 60, 12 * 60), Period(13 * 60, 17 * 60)
OFFICE = CalendarSpec(
    name="office",
    title=l_("Office hours"),
    week=(*[(MORNING, AFTERNOON)] * 5, (), ()),
    days=office_days,
)


def specs() -> dict[str, CalendarSpec]:
    """Every calendar of the loaded modules."""
    return {spec.name: spec for item in modules.loaded().items for spec in item.calendars}


def get(name: str) -> Calendar:
    """A calendar as it is in force now.

    Raises: NotFound for one that no module names.
    """
    spec = specs().get(name)
    if spec is None:
        raise NotFound(f"there is no calendar {name}")
    return _built(spec, clock.firm_zone(), _region[0], clock.firm_day().year, _released(name))


@lru_cache(maxsize=32)
def _built(
    spec: CalendarSpec, zone: str, region: str, year: int, released: tuple[tuple[int, str], ...]
) -> Calendar:
    del region  # `spec.days` reads it
    special: Days = {}
    signed = dict(released)
    for number in sorted({*range(year - BACK, year + AHEAD + 1), *signed}):
        known = signed.get(number)
        special |= spec.days(number, _usual(spec)) if known is None else read(json.loads(known))
    return Calendar(name=spec.name, zone=zone, week=spec.week, special=special)


def _usual(spec: CalendarSpec) -> tuple[Period, ...]:
    """The hours of a make-up workday: those of the first weekday that has any."""
    return next((periods for periods in spec.week if periods), ())


def _released(name: str) -> tuple[tuple[int, str], ...]:
    """(year, days as JSON) of what is in force, one a year."""
    query = (
        select(CalendarYear.year, CalendarYear.days)
        .where(CalendarYear.calendar == name, CalendarYear.released_at.is_not(None))
        .order_by(CalendarYear.released_at, CalendarYear.id)
    )
    newest = {row.year: json.dumps(row.days) for row in work.session().execute(query)}
    return tuple(sorted(newest.items()))


def year_of(name: str, year: int) -> Days:
    """The days of one year that are unlike their weekday, as they are in force."""
    return {day: one for day, one in get(name).special.items() if day.year == year}


def is_signed_off(name: str, year: int) -> bool:
    """Whether the firm has released this year itself."""
    return year in dict(_released(name))


def propose(name: str, year: int, days: Mapping[date, Special]) -> int:
    """Propose a year's days and ask a second person to release them → the proposal's id.

    Raises: Forbidden, NotFound, Invalid.
    """
    access.demand("calendars.write")
    if name not in specs():
        raise NotFound(f"there is no calendar {name}")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid({"year": _("A year between 2000 and 2100.")})
    if any(day.year != year for day in days):
        raise Invalid({"days": _("Every day must lie in the year.")})
    row = CalendarYear(
        calendar=name, year=year, days=written(days), made_by=access.current().user_id,
        made_at=clock.now(),
    )  # fmt: skip
    work.session().add(row)
    work.session().flush()
    audit.append("proposed", "calendar-year", row.id, {"calendar": name, "year": year})
    approvals.ask(KIND, row.id, f"{name} {year}")
    return row.id


def content(row_id: int) -> Mapping[str, Any] | None:
    """What is to be released."""
    row = work.session().get(CalendarYear, row_id)
    if row is None:
        return None
    return {"calendar": row.calendar, "year": row.year, "days": row.days}


def decided(row_id: int, approved: bool) -> None:  # noqa: FBT001 - an approval's two ends
    """A released year is in force from now on; deadlines that stand keep their version."""
    if approved:
        row = access.found(work.session().get(CalendarYear, row_id))
        row.released_at = clock.now()
        work.session().flush()
        audit.append("released", "calendar-year", row.id, {"hash": _hash(row.days)})
        workitems.drop(_cause(row.calendar, row.year))


def link(row_id: int) -> str:
    """The path of a proposal's page."""
    return f"/calendars/proposals/{row_id}"


def remind() -> None:
    """Job: from November on, have somebody sign off each calendar's next year."""
    today = clock.firm_day()
    for name in specs():
        if today.month >= REMIND_MONTH and not is_signed_off(name, today.year + 1):
            workitems.begin(workitems.Wish(
                kind=TO_SIGN, cause=_cause(name, today.year + 1), subject_id=today.year + 1,
                pool="calendars.write", label=f"{name} {today.year + 1}",
                due_at=get(name).end_of(date(today.year, 12, 31)),
            ))  # fmt: skip


def _cause(name: str, year: int) -> str:
    return f"kernel.calendar:{name}:{year}"


def written(days: Mapping[date, Special]) -> dict[str, Any]:
    """Days as they are stored."""
    return {
        day.isoformat(): [[[one.starts, one.ends] for one in special.periods], special.why]
        for day, special in sorted(days.items())
    }


def read(days: Mapping[str, Any]) -> Days:
    """Stored days."""
    return {
        date.fromisoformat(day): Special(tuple(Period(*pair) for pair in pairs), why)
        for day, (pairs, why) in days.items()
    }


def workdays_in(name: str, year: int) -> int:
    """How many days of a year are worked."""
    calendar, first = get(name), date(year, 1, 1)
    days = (date(year + 1, 1, 1) - first).days
    return sum(calendar.is_workday(first + timedelta(days=step)) for step in range(days))


def _hash(days: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(days, sort_keys=True).encode()).hexdigest()
