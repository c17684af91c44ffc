"""The firm's calendars: a year at a glance, its days as lines, a proposal for a second person."""

from __future__ import annotations

import calendar as months
from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hub.kernel import calendars, clock
from hub.kernel.doors import Door
from hub.kernel.errors import Invalid
from hub.kernel.shifts import Calendar
from hub.office import calendar_lines, calendar_reads
from hub.pages import htmx
from hub.pages.forms import Filled, blank, refused

door = Door("calendars", __name__, url_prefix="/calendars", template_folder="templates")

LONGEST = 40_000  # characters of a year's lines


@door.get("/", needs="calendars.write")
def index() -> ResponseReturnValue:
    """The first calendar, this year."""
    name = next(iter(calendars.specs()))
    return redirect(url_for("calendars.show", name=name, year=clock.firm_day().year))


@door.get("/<name>/<int:year>", needs="calendars.write")
def show(name: str, year: int) -> str:
    """A year: which days are worked, and which are unlike their weekday."""
    calendar_reads.known(name, year)
    lines = calendar_lines.written(calendars.year_of(name, year))
    return _page(name, year, blank({"lines": lines}))


@door.post("/<name>/<int:year>", needs="calendars.write")
def propose(name: str, year: int) -> ResponseReturnValue:
    """Propose the year's days; a second person releases them."""
    calendar_reads.known(name, year)
    text = request.form.get("lines", "")[:LONGEST]
    try:
        number = calendars.propose(name, year, calendar_reads.days(text))
    except Invalid as error:
        faults = {"lines": "; ".join(error.fields.values())}
        return refused(_page(name, year, Filled({"lines": text}, faults)))
    return htmx.go(url_for("calendars.proposal", row_id=number))


@door.get("/proposals/<int:row_id>", needs="own")
def proposal(row_id: int) -> str:
    """What was proposed, beside what is in force."""
    found = calendar_reads.proposal(row_id)
    return render_template(
        "office/calendar_proposal.html", row=found.row,
        title=calendars.specs()[found.row.calendar].title, added=found.added, gone=found.gone,
    )  # fmt: skip


def _page(name: str, year: int, form: Filled) -> str:
    found = calendars.get(name)
    return render_template(
        "office/calendar.html", name=name, year=year, form=form, titles=calendars.specs(),
        months=[_month(found, year, month) for month in range(1, 13)],
        workdays=calendars.workdays_in(name, year),
        is_signed_off=calendars.is_signed_off(name, year), version=found.version,
    )  # fmt: skip


def _month(found: Calendar, year: int, month: int) -> dict[str, Any]:
    """A month's weeks of (day, kind, why): kind is "open", "closed", "holiday" or "made-up"."""
    weeks = months.Calendar().monthdatescalendar(year, month)
    return {
        "first": date(year, month, 1),
        "weeks": [[_cell(found, day) if day.month == month else None for day in week]
                  for week in weeks],
    }  # fmt: skip


def _cell(found: Calendar, day: date) -> tuple[date, str, str]:
    special = found.special.get(day)
    worked = found.is_workday(day)
    if special is None:
        return day, "open" if worked else "closed", ""
    return day, "made-up" if worked else "holiday", special.why
