"""The firm's calendars: the law's days, an oracle, and what the firm signs off."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from flask import Flask

from hub.kernel import access, approvals, audit, calendars, clock, work, workitems
from hub.kernel.access import Actor
from hub.kernel.approvals import Approval
from hub.kernel.errors import Forbidden, Invalid
from hub.kernel.shifts import Period, Special
from hub.kernel.worktime import add_days

pytestmark = pytest.mark.usefixtures("app")

MAKER = Actor(user_id=1, permissions=frozenset({"calendars.write"}))
CHECKER = Actor(user_id=2, permissions=frozenset({"calendars.release"}))


@pytest.mark.database("sqlite")
def test_china_works_on_the_days_an_independent_source_names(app: Flask) -> None:
    del app
    with work.unit(writes=False):
        office = calendars.get("office")
    day = date(2018, 1, 1)
    wrong = []
    while day < date(2027, 1, 1):
        if office.is_workday(day) != chinese_calendar.is_workday(day):
            wrong.append(day)
        day += timedelta(days=1)
    assert wrong == []


@pytest.mark.database("sqlite")
def test_the_year_2026_has_248_office_workdays() -> None:
    with work.unit(writes=False):
        assert calendars.workdays_in("office", 2026) == 248


@pytest.mark.database("sqlite")
def test_holidays_are_named_in_chinese_and_in_english_whatever_the_machine_speaks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for language in ("en_US.UTF-8", "th_TH.UTF-8"):
        monkeypatch.setenv("LANGUAGE", language)
        days = calendars.office_days(2026, (Period(540, 720),))
        assert days[date(2026, 10, 1)].why == "国庆节 / National Day"
        assert days[date(2026, 10, 10)].why == "调休上班 / make-up workday"


@pytest.mark.parametrize(
    ("region", "day", "name"),
    [
        ("HK", date(2026, 7, 1), "香港特别行政区成立纪念日"),
        ("GB", date(2026, 12, 25), "Christmas Day"),
        ("DE", date(2026, 12, 25), "Christmas Day"),
    ],
)
@pytest.mark.database("sqlite")
def test_holidays_of_any_region_have_a_name(region: str, day: date, name: str) -> None:
    calendars.live_in(region)
    try:
        assert calendars.office_days(2026, ())[day].why.split(" / ")[0] == name
    finally:
        calendars.live_in("CN")


def test_a_released_year_decides_from_then_on() -> None:
    closed = Special((), "typhoon")
    with work.unit(), access.acting(MAKER):
        days = calendars.year_of("office", 2026) | {date(2026, 11, 24): closed}
        number = calendars.propose("office", 2026, days)
    with work.unit(writes=False):
        assert calendars.get("office").is_workday(date(2026, 11, 24))
        before = calendars.get("office").version
    with work.unit(), access.acting(CHECKER):
        request = work.session().query(Approval).one()
        approvals.decide(request.id, approve=True, seen=request.hash)
    with work.unit(writes=False):
        now = calendars.get("office")
        assert not now.is_workday(date(2026, 11, 24))
        assert now.version != before
        assert calendars.is_signed_off("office", 2026)
        assert not calendars.is_signed_off("office", 2027)
        assert add_days(date(2026, 11, 23), 1, now) == date(2026, 11, 25)
        assert calendars.content(number) is not None
        assert audit.verify().holds


def test_a_rejected_year_changes_nothing() -> None:
    with work.unit(), access.acting(MAKER):
        calendars.propose("office", 2026, {})
    with work.unit(), access.acting(CHECKER):
        request = work.session().query(Approval).one()
        approvals.decide(request.id, approve=False, reason="days are missing", seen=request.hash)
    with work.unit(writes=False):
        assert not calendars.get("office").is_workday(date(2026, 10, 1))
        assert not calendars.is_signed_off("office", 2026)


def test_whoever_proposes_needs_the_right_and_days_of_that_year() -> None:
    with work.unit(writes=False), access.acting(CHECKER), pytest.raises(Forbidden):
        calendars.propose("office", 2026, {})
    wrong = {date(2025, 1, 1): Special((Period(0, 60),), "")}
    with work.unit(writes=False), access.acting(MAKER):
        with pytest.raises(Invalid):
            calendars.propose("office", 2026, wrong)
        with pytest.raises(Invalid):
            calendars.propose("office", 1900, {})


def test_days_are_read_as_they_were_written() -> None:
    days = {
        date(2026, 5, 9): Special((Period(540, 720), Period(780, 1020)), "make-up"),
        date(2026, 5, 1): Special((), "Labour Day"),
    }
    assert calendars.read(calendars.written(days)) == days


def test_a_calendar_follows_the_firms_own_day(app: Flask) -> None:
    del app
    late = datetime(2026, 11, 24, 23, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    with clock.set_to(late), work.unit(writes=False):
        assert calendars.get("office").day_of(late) == date(2026, 11, 24)


def test_in_november_somebody_is_asked_to_sign_off_the_next_year() -> None:
    in_june = datetime(2026, 6, 1, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    in_november = datetime(2026, 11, 2, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    with clock.set_to(in_june), work.unit():
        calendars.remind()
    with work.unit(writes=False), access.acting(MAKER):
        assert workitems.waiting() == (0, 0)
    with clock.set_to(in_november), work.unit():
        calendars.remind()
        calendars.remind()
    with clock.set_to(in_november), work.unit(), access.acting(MAKER):
        assert workitems.waiting() == (1, 0)
        calendars.propose("office", 2027, calendars.year_of("office", 2027))
    with work.unit(), access.acting(CHECKER):
        request = work.session().query(Approval).one()
        approvals.decide(request.id, approve=True, seen=request.hash)
    with work.unit(writes=False), access.acting(MAKER):
        assert workitems.waiting() == (0, 0)
