"""The one clock engine: working time over calendars and pauses. Pure: no clock, no database.

A calendar says when work is done; a pause stops the clock. Promises to clients run in working
minutes (`add_working`), the law's deadlines in working days (`add_days`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hub.kernel.shifts import Calendar, Interval

LONGEST_DAYS = 366 * 30  # how far a deadline may lie ahead before the calendar is at fault
NOTHING = timedelta()


class ClockStopped(ValueError):
    """A pause that has no end: there is no deadline until it ends."""


class NoWorkingTime(ValueError):
    """The calendar has no working time for many years: it cannot be meant so."""


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stood still from `starts` until `ends`, or still does when that is None."""

    starts: datetime
    ends: datetime | None = None


def add_working(
    start: datetime, span: timedelta, calendar: Calendar, pauses: Sequence[Pause] = ()
) -> datetime:
    """The first moment at which `span` of working time has passed since `start`.

    Raises: ClockStopped when a pause without an end comes before it; NoWorkingTime; ValueError
        for a naive time or a negative span.
    """
    if span < NOTHING:
        raise ValueError("working time runs forward only")
    if span == NOTHING:
        return _aware(start)
    left = span
    for begins, ends in _running(calendar, _aware(start), pauses):
        if ends - begins >= left:
            return begins + left
        left -= ends - begins
    if any(pause.ends is None for pause in pauses):
        raise ClockStopped("the clock stands still: there is no deadline until it runs again")
    raise NoWorkingTime(f"calendar {calendar.name} has no working time left")


def working_between(
    start: datetime, end: datetime, calendar: Calendar, pauses: Sequence[Pause] = ()
) -> timedelta:
    """How much working time lies between two moments; negative when the end comes first."""
    start, end = _aware(start), _aware(end)
    if end < start:
        return -working_between(end, start, calendar, pauses)
    total = NOTHING
    for begins, ends in _running(calendar, start, pauses):
        if begins >= end:
            break
        total += min(ends, end) - begins
    return total


def add_days(day: date, days: int, calendar: Calendar, pauses: Sequence[Pause] = ()) -> date:
    """The last day of a term of `days` working days that begins the day after `day`.

    A working day does not count when the clock stood still through all of it; one that was
    paused in part counts.
    Raises: ClockStopped, NoWorkingTime; ValueError for a negative term.
    """
    if days < 0:
        raise ValueError("a term runs forward only")
    still = _merged(pauses)
    counted, at = 0, day
    while counted < days:
        at += timedelta(days=1)
        if (at - day).days > LONGEST_DAYS:
            if still and still[-1][1] == _FOREVER:
                raise ClockStopped("the clock stands still: there is no deadline until it runs")
            raise NoWorkingTime(f"calendar {calendar.name} has no working day left")
        counted += _counts(calendar, at, still)
    return at


def days_between(start: date, end: date, calendar: Calendar, pauses: Sequence[Pause] = ()) -> int:
    """Working days after `start` up to and with `end`; negative when the end comes first."""
    if end < start:
        return -days_between(end, start, calendar, pauses)
    still = _merged(pauses)
    return sum(_counts(calendar, day, still) for day in _days(start, end))


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a deadline lies where it does: the days it passed over.

    Shape: `days` and `paused_days` count workdays, `weekend_days` others; `holidays` and `made_up`
        are (day, name). `working` and `paused` are working time that ran, and that did not.
    """

    start: datetime
    end: datetime
    working: timedelta
    paused: timedelta
    days: int
    paused_days: int
    weekend_days: int
    holidays: tuple[tuple[date, str], ...]
    made_up: tuple[tuple[date, str], ...]
    calendar: str
    version: str


def explain(
    start: datetime, end: datetime, calendar: Calendar, pauses: Sequence[Pause] = ()
) -> Explanation:
    """What lies between a start and a deadline, so that the deadline explains itself."""
    start, end = _aware(start), _aware(end)
    # A deadline at midnight is the end of the day before.
    days = list(_days(calendar.day_of(start), calendar.day_of(end - timedelta(microseconds=1))))
    closed = [day for day in days if not calendar.is_workday(day)]
    still = _merged(pauses)
    ran = working_between(start, end, calendar, pauses)
    counted = sum(_counts(calendar, day, still) for day in days)
    named = [(day, calendar.special[day].why) for day in days if day in calendar.special]
    return Explanation(
        start=start, end=end, working=ran,
        paused=working_between(start, end, calendar) - ran,
        days=counted, paused_days=len(days) - len(closed) - counted,
        weekend_days=sum(day not in calendar.special for day in closed),
        holidays=tuple(item for item in named if not calendar.is_workday(item[0])),
        made_up=tuple(item for item in named if calendar.is_workday(item[0])),
        calendar=calendar.name, version=calendar.version,
    )  # fmt: skip


_FOREVER = datetime.max.replace(tzinfo=UTC)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a naive time was given where an aware one is needed")
    return moment.astimezone(UTC)


def _days(start: date, end: date) -> Iterator[date]:
    """The days after `start`, up to and with `end`."""
    yield from (start + timedelta(days=step + 1) for step in range((end - start).days))


def _merged(pauses: Sequence[Pause]) -> list[Interval]:
    """Pauses in order, those that touch made one."""
    found: list[Interval] = []
    for begins, ends in sorted((_aware(one.starts), _end(one)) for one in pauses):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        elif begins < ends:
            found.append((begins, ends))
    return found


def _end(pause: Pause) -> datetime:
    return _FOREVER if pause.ends is None else _aware(pause.ends)


def _counts(calendar: Calendar, day: date, still: Sequence[Interval]) -> bool:
    """Whether a day is a workday on which the clock ran at all."""
    return any(
        not any(begins <= shift[0] and shift[1] <= ends for begins, ends in still)
        for shift in calendar.shifts(day)
    )


def _running(calendar: Calendar, start: datetime, pauses: Sequence[Pause]) -> Iterator[Interval]:
    """Stretches of working time from `start` on, pauses cut out."""
    still = _merged(pauses)
    first = calendar.day_of(start)
    for day in _days(first - timedelta(days=1), first + timedelta(days=LONGEST_DAYS)):
        for begins, ends in calendar.shifts(day):
            yield from _without(max(begins, start), ends, still)
        if still and still[-1][1] == _FOREVER and calendar.end_of(day) >= still[-1][0]:
            return


def _without(begins: datetime, ends: datetime, still: Sequence[Interval]) -> Iterator[Interval]:
    for pause_begins, pause_ends in still:
        if pause_ends <= begins or pause_begins >= ends:
            continue
        if begins < pause_begins:
            yield begins, pause_begins
        begins = max(begins, pause_ends)
    if begins < ends:
        yield begins, ends
