"""The clock engine: forward and back, the cases that others get wrong, an oracle for China."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.kernel.shifts import Calendar, Period, Special
from hub.kernel.worktime import (
    ClockStopped,
    NoWorkingTime,
    Pause,
    add_days,
    add_working,
    days_between,
    explain,
    working_between,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = (Period(9 * 60, 12 * 60), Period(13 * 60, 17 * 60))
FULL = (Period(9 * 60, 17 * 60),)


def calendar(week: tuple[tuple[Period, ...], ...] = (), **special: Special) -> Calendar:
    days = {date.fromisoformat(name[1:].replace("_", "-")): one for name, one in special.items()}
    return Calendar(
        name="office", zone="Asia/Shanghai", week=week or (*[OFFICE] * 5, (), ()), special=days
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def test_unequal_closing_hours_count_each_day_by_its_own() -> None:
    """Mon 9–17, Tue 9–12, begun Mon 18:00, four hours: Wednesday at ten."""
    odd = calendar((FULL, (Period(540, 720),), FULL, FULL, FULL, (), ()))
    assert add_working(at("2026-11-23T18:00"), hours(4), odd) == at("2026-11-25T10:00")


def test_lunch_is_no_working_time() -> None:
    assert add_working(at("2026-11-23T11:00"), hours(2), calendar()) == at("2026-11-23T14:00")
    assert working_between(at("2026-11-23T12:10"), at("2026-11-23T12:50"), calendar()) == hours(0)


def test_a_span_that_fills_the_day_ends_when_the_day_ends() -> None:
    assert add_working(at("2026-11-23T09:00"), hours(7), calendar()) == at("2026-11-23T17:00")


def test_a_holiday_never_makes_a_case_due_sooner() -> None:
    plain, closed = calendar(), calendar(d2026_11_24=Special((), "Founders' day"))
    begun = at("2026-11-23T16:00")
    assert add_working(begun, hours(4), plain) == at("2026-11-24T13:00") - hours(1)
    assert add_working(begun, hours(4), closed) == at("2026-11-25T12:00")


def test_a_make_up_workday_on_a_weekend_is_worked() -> None:
    made_up = calendar(d2026_11_28=Special(OFFICE, "make-up"))
    assert add_days(date(2026, 11, 27), 1, made_up) == date(2026, 11, 28)
    assert add_days(date(2026, 11, 27), 1, calendar()) == date(2026, 11, 30)


def test_paused_time_is_kept_when_the_term_changes() -> None:
    """A new priority gives a new span; the pauses of the past still count."""
    begun = at("2026-11-23T09:00")
    paused = [Pause(at("2026-11-23T10:00"), at("2026-11-24T10:00"))]
    assert add_working(begun, hours(7), calendar(), paused) == at("2026-11-24T17:00")
    assert add_working(begun, hours(2), calendar(), paused) == at("2026-11-24T11:00")


def test_pauses_that_overlap_stop_the_clock_once() -> None:
    pauses = [
        Pause(at("2026-11-23T10:00"), at("2026-11-23T11:30")),
        Pause(at("2026-11-23T11:00"), at("2026-11-23T12:00")),
        Pause(at("2026-11-23T10:30"), at("2026-11-23T10:40")),
    ]
    assert add_working(at("2026-11-23T09:00"), hours(2), calendar(), pauses) == at(
        "2026-11-23T14:00"
    )


def test_a_pause_without_an_end_leaves_no_deadline() -> None:
    stopped = [Pause(at("2026-11-23T10:00"))]
    begun = at("2026-11-23T09:00")
    assert add_working(begun, hours(1), calendar(), stopped) == at("2026-11-23T10:00")
    with pytest.raises(ClockStopped):
        add_working(begun, hours(2), calendar(), stopped)
    with pytest.raises(ClockStopped):
        add_days(date(2026, 11, 20), 5, calendar(), stopped)
    assert working_between(begun, at("2027-11-23T09:00"), calendar(), stopped) == hours(1)


def test_a_day_paused_in_part_counts_and_one_paused_whole_does_not() -> None:
    pauses = [Pause(at("2026-11-23T10:00"), at("2026-11-25T15:00"))]
    assert add_days(date(2026, 11, 20), 3, calendar(), pauses) == date(2026, 11, 26)
    assert days_between(date(2026, 11, 20), date(2026, 11, 26), calendar(), pauses) == 3


def test_a_calendar_without_work_is_refused_and_does_not_run_forever() -> None:
    never = calendar(((),) * 7)
    with pytest.raises(NoWorkingTime):
        add_working(at("2026-11-23T09:00"), hours(1), never)
    with pytest.raises(NoWorkingTime):
        add_days(date(2026, 11, 23), 1, never)


def test_periods_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        calendar(((Period(540, 720), Period(700, 800)), *[()] * 6))
    with pytest.raises(ValueError, match="not a stretch"):
        Period(720, 540)


def test_a_clock_change_is_counted_as_it_passes() -> None:
    """In New York the night of 1 November 2026 has an hour more, that of 8 March one less."""
    whole = Calendar(name="all", zone="America/New_York", week=((Period(0, 1440),),) * 7)
    zone = ZoneInfo("America/New_York")
    autumn = datetime(2026, 11, 1, tzinfo=zone), datetime(2026, 11, 2, tzinfo=zone)
    spring = datetime(2026, 3, 8, tzinfo=zone), datetime(2026, 3, 9, tzinfo=zone)
    assert working_between(*autumn, whole) == hours(25)
    assert working_between(*spring, whole) == hours(23)


def test_a_deadline_explains_itself() -> None:
    days = calendar(
        d2026_10_01=Special((), "National Day"), d2026_10_02=Special((), "National Day"),
        d2026_10_10=Special(OFFICE, "make-up"),
    )  # fmt: skip
    begun = at("2026-09-28T09:00")
    pauses = [Pause(at("2026-10-07T00:00"), at("2026-10-09T00:00"))]
    due = days.end_of(add_days(date(2026, 9, 28), 6, days, pauses))
    told = explain(begun, due, days, pauses)
    assert (told.days, told.paused_days, told.weekend_days) == (6, 2, 2)
    assert [name for _, name in told.holidays] == ["National Day", "National Day"]
    assert told.made_up == ((date(2026, 10, 10), "make-up"),)
    assert told.paused == hours(14)
    assert told.version == days.version != calendar().version


zones = ("Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe")


def any_periods(chance: random.Random) -> tuple[Period, ...]:
    marks = sorted(chance.sample(range(1441), chance.choice((2, 2, 4, 6))))
    return tuple(Period(*pair) for pair in zip(marks[::2], marks[1::2], strict=True))


def any_calendar(chance: random.Random) -> Calendar:
    week = [any_periods(chance) if chance.random() < 0.7 else () for _ in range(7)]
    week[chance.randrange(7)] = FULL  # so that there is always some work
    days = [date(2018, 1, 1) + timedelta(days=chance.randrange(3300)) for _ in range(300)]
    special = {
        day: Special(any_periods(chance) if chance.random() < 0.3 else (), "special")
        for day in days
    }
    return Calendar(name="any", zone=chance.choice(zones), week=tuple(week), special=special)


def any_pauses(chance: random.Random, start: datetime) -> list[Pause]:
    found = []
    for _ in range(chance.randrange(4)):
        begins = start + timedelta(seconds=chance.randrange(-86_400, 30 * 86_400))
        found.append(Pause(begins, begins + timedelta(seconds=chance.randrange(4 * 86_400))))
    return found


def any_case(chance: random.Random) -> tuple[datetime, list[Pause], timedelta]:
    start = datetime(2018, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(9 * 31_536_000))
    span = chance.choice((timedelta(0), timedelta(microseconds=chance.randrange(216_000_000_000))))
    return start, any_pauses(chance, start), span


@pytest.mark.parametrize("seed", range(40))
def test_what_is_added_is_what_lies_between(seed: int) -> None:
    """10,000 cases in all: 40 calendars, 250 clocks in each."""
    chance = random.Random(seed)
    found = any_calendar(chance)
    for _ in range(250):
        start, pauses, span = any_case(chance)
        due = add_working(start, span, found, pauses)
        assert due >= start
        assert working_between(start, due, found, pauses) == span
        assert working_between(due, start, found, pauses) == -span
        if span:  # and no moment sooner would do
            assert working_between(start, due - timedelta(microseconds=1), found, pauses) < span


@pytest.mark.parametrize("seed", range(10))
def test_days_added_are_the_days_that_lie_between(seed: int) -> None:
    chance = random.Random(seed)
    found = any_calendar(chance)
    for _ in range(100):
        start, pauses, _ = any_case(chance)
        days = chance.randrange(40)
        due = add_days(start.date(), days, found, pauses)
        assert days_between(start.date(), due, found, pauses) == days


@pytest.mark.parametrize("seed", range(10))
def test_a_pause_or_a_closed_day_never_brings_a_deadline_nearer(seed: int) -> None:
    chance = random.Random(seed)
    found = any_calendar(chance)
    for _ in range(20):
        start, pauses, span = any_case(chance)
        due = add_working(start, span, found, pauses)
        begins = start + timedelta(hours=chance.randrange(300))
        later = Pause(begins, begins + timedelta(hours=5))
        assert add_working(start, span, found, [*pauses, later]) >= due
        shut = dict(found.special) | {start.date() + timedelta(days=1): Special((), "closed")}
        closed = Calendar(name="any", zone=found.zone, week=found.week, special=shut)
        assert add_working(start, span, closed, pauses) >= due


@given(
    st.integers(0, 220_000_000).map(
        lambda s: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=s)
    ),
    st.timedeltas(timedelta(0), timedelta(hours=300)),
    st.timedeltas(timedelta(0), timedelta(hours=300)),
)
def test_two_spans_one_after_the_other_are_their_sum(
    start: datetime, one: timedelta, other: timedelta
) -> None:
    found = calendar()
    assert add_working(add_working(start, one, found), other, found) == add_working(
        start, one + other, found
    )
