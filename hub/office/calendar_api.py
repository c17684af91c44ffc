"""The firm's calendars, for programs."""

from __future__ import annotations

from typing import Any

from hub.kernel import calendars
from hub.office import calendar_lines, calendar_reads
from hub.office.forms import CalendarForm
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor

NEEDS = "calendars.write"

door = ApiDoor("calendars_api", __name__, path="/calendars", about="Which days are worked.")


class CalendarNameOut(out.Out):
    """A calendar by name."""

    name = out.text()
    title = out.text()


class CalendarsOut(out.Out):
    """All calendars."""

    items = out.many(CalendarNameOut)


class YearOut(out.Out):
    """A year: `lines` are the days unlike their weekday, one a line."""

    name = out.text()
    year = out.whole()
    lines = out.text()
    workdays = out.whole()
    is_signed_off = out.yes()
    version = out.text()


class ProposalOut(out.Out):
    """A proposed year, and the lines by which it differs from what is in force."""

    id = out.whole()
    calendar = out.text()
    year = out.whole()
    added = out.texts()
    gone = out.texts()
    released_at = out.moment(null=True)


@door.get("", needs=NEEDS, gives=CalendarsOut)
def index() -> dict[str, Any]:
    """All calendars."""
    found = calendars.specs().items()
    return {"items": [{"name": name, "title": str(spec.title)} for name, spec in found]}


@door.get("/<name>/<int:year>", needs=NEEDS, gives=YearOut)
def show(name: str, year: int) -> dict[str, Any]:
    """A year: which days are unlike their weekday."""
    calendar_reads.known(name, year)
    return {
        "name": name, "year": year, "version": calendars.get(name).version,
        "lines": calendar_lines.written(calendars.year_of(name, year)),
        "workdays": calendars.workdays_in(name, year),
        "is_signed_off": calendars.is_signed_off(name, year),
    }  # fmt: skip


@door.post("/<name>/<int:year>", needs=NEEDS, takes=CalendarForm, gives=out.Made, status=201)
def propose(wish: dict[str, str], name: str, year: int) -> dict[str, int]:
    """Propose the year's days; a second person releases them."""
    calendar_reads.known(name, year)
    return {"id": calendars.propose(name, year, calendar_reads.days(wish["lines"]))}


@door.get("/proposals/<int:row_id>", needs="own", gives=ProposalOut)
def proposal(row_id: int) -> dict[str, Any]:
    """What was proposed, beside what is in force."""
    found = calendar_reads.proposal(row_id)
    names = ("id", "calendar", "year", "released_at")
    told = {name: getattr(found.row, name) for name in names}
    return told | {"added": found.added, "gone": found.gone}
