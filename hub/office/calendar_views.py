"""The firm's calendars: a year at a glance, its days as lines, a proposal for a second person."""

from __future__ import annotations

import calendar as months
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.kernel import access, calendars, clock, work
from hub.kernel.calendars import FIRST_YEAR, LAST_YEAR, CalendarYear
from hub.kernel.doors import Door
from hub.kernel.errors import Invalid, NotFound
from hub.kernel.shifts import Calendar, Special
from hub.office import calendar_lines
from hub.office.calendar_lines import BadLine
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
    _known(name, year)
    lines = calendar_lines.written(calendars.year_of(name, year))
    return _page(name, year, blank({"lines": lines}))


@door.post("/<name>/<int:year>", needs="calendars.write")
def propose(name: str, year: int) -> ResponseReturnValue:
    """Propose the year's days; a second person releases them."""
    _known(name, year)
    text = request.form.get("lines", "")[:LONGEST]
    try:
        number = calendars.propose(name, year, _read(text))
    except Invalid as error:
        faults = {"lines": "; ".join(error.fields.values())}
        return refused(_page(name, year, Filled({"lines": text}, faults)))
    return htmx.go(url_for("calendars.proposal", row_id=number))


@door.get("/proposals/<int:row_id>", needs="own")
def proposal(row_id: int) -> str:
    """What was proposed, beside what is in force."""
    actor = access.current()
    if not (actor.holds("calendars.write") or actor.holds("calendars.release")):
        raise NotFound
    row = access.found(work.session().get(CalendarYear, row_id))
    before, after = calendars.year_of(row.calendar, row.year), calendars.read(row.days)
    return render_template(
        "office/calendar_proposal.html", row=row, title=calendars.specs()[row.calendar].title,
        added=_lines(after, before), gone=_lines(before, after),
    )  # fmt: skip


def _lines(these: Mapping[date, Special], others: Mapping[date, Special]) -> list[str]:
    found = {day: special for day, special in these.items() if others.get(day) != special}
    return calendar_lines.written(found).splitlines()


def _read(text: str) -> dict[date, Special]:
    try:
        return calendar_lines.read(text)
    except BadLine as error:
        raise Invalid({"lines": _(
            "Line %(number)s cannot be read: “%(text)s”. Write a day, then “closed” or its hours.",
            number=error.number, text=error.text[:60],
        )}) from error  # fmt: skip


def _known(name: str, year: int) -> None:
    if name not in calendars.specs() or not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFound


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
