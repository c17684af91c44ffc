"""The calendar pages: a year at a glance, its days as lines, a proposal for a second person."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from hub.kernel import calendars, work
from hub.kernel.shifts import Period, Special
from hub.office import calendar_lines
from hub.office.calendar_lines import BadLine
from tests import staff

LINES = "2026-10-01 closed 国庆节 / National Day\n2026-10-10 9:00-12:00,13:00-17:00 make-up"


def test_lines_are_read_as_they_are_written() -> None:
    days = {
        date(2026, 10, 1): Special((), "国庆节 / National Day"),
        date(2026, 10, 10): Special((Period(540, 720), Period(780, 1020)), "make-up"),
    }
    assert calendar_lines.written(days) == LINES
    assert calendar_lines.read(f"\n{LINES}\n\n") == days


@pytest.mark.parametrize(
    "line",
    [
        "2026-02-30 closed", "tomorrow closed", "2026-10-01", "2026-10-01 25:00-26:00",
        "2026-10-01 12:00-9:00", "2026-10-01 9:00-12:00,11:00-13:00", "2026-10-01 open",
    ],
)  # fmt: skip
def test_a_slip_is_named_by_its_line(line: str) -> None:
    with pytest.raises(BadLine) as refused:
        calendar_lines.read(f"2026-01-01 closed\n{line}")
    assert refused.value.number == 2


def test_a_day_named_twice_is_a_slip() -> None:
    with pytest.raises(BadLine):
        calendar_lines.read("2026-01-01 closed\n2026-01-01 closed again")


@pytest.mark.database("sqlite")
def test_a_year_is_shown_proposed_and_released(app: Flask) -> None:
    with work.unit():
        operator, principal, broker = (
            staff.user(role) for role in ("operator", "principal", "broker")
        )
    browser = staff.signed_in(app, operator)
    page = browser.get("/calendars/office/2026").text
    assert "248 workdays" in page
    assert "not signed off" in page
    assert 'title="国庆节 / National Day"' in page
    assert "2026-10-10 9:00-12:00,13:00-17:00 调休上班 / make-up workday" in page
    wrong = browser.post("/calendars/office/2026", {"lines": "2026-10-01 shut"})
    assert wrong.status_code == 422
    assert "2026-10-01 shut" in wrong.text
    assert "Line 1" in wrong.text
    assert browser.post("/calendars/office/2026", {"lines": "2025-10-01 closed"}).status_code == 422
    with work.unit(writes=False):
        lines = calendar_lines.written(calendars.year_of("office", 2026))
    sent = browser.post("/calendars/office/2026", {"lines": f"{lines}\n2026-11-24 closed typhoon"})
    assert sent.status_code == 303
    proposal = sent.headers["Location"]
    assert "2026-11-24 closed typhoon" in browser.get(proposal).text
    assert staff.signed_in(app, broker).get(proposal).status_code == 404
    checker = staff.signed_in(app, principal)
    assert checker.get(proposal).status_code == 200
    assert browser.get("/calendars/nowhere/2026").status_code == 404
    assert browser.get("/calendars/office/1066").status_code == 404
