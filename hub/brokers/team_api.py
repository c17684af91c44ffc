"""Teams for programs."""

from __future__ import annotations

from typing import Any

from flask import request

from hub.brokers import teams
from hub.brokers.forms import End, Reading, ReadingForm, UntilForm
from hub.brokers.outs import TeamMonthOut
from hub.brokers.team_cards import month_card
from hub.brokers.team_forms import Aim, AimForm, Joining, JoiningForm, TeamCard, TeamForm
from hub.brokers.team_listing import listing, rows
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor
from hub.pages.forms import parse
from hub.pages.readings import DatedForm
from hub.pages.readings import Reading as DayReading

door = ApiDoor("teams_api", __name__, path="/teams", about="Teams, their members and targets.")


@door.get("", needs="brokers.read", listing=listing)
def index() -> Any:
    """Teams whom the caller may see; of a day, those that were there, as they were."""
    reading: DayReading = parse(DatedForm, request.args)
    return listing(reading=reading), rows(reading)


@door.get("/export", needs="brokers.read", listing=listing, exports=True)
def export() -> Any:
    """All of the list at once; that it was taken is logged."""
    return index()


@door.post("", needs="teams.write", takes=TeamForm, gives=out.Made, status=201)
def create(card: TeamCard) -> dict[str, int]:
    """Make a team."""
    return {"id": teams.make(card)}


@door.get("/<int:team_id>", needs="brokers.read", asks=ReadingForm, gives=TeamMonthOut)
def show(reading: Reading, team_id: int) -> Any:
    """A team in the month of a day: members, targets, what is reached."""
    return month_card(team_id, reading.as_of.day)


@door.post("/<int:team_id>/end", needs="teams.write", takes=UntilForm)
def end(wish: End, team_id: int) -> None:
    """A team is no more from a day on."""
    teams.end(team_id, wish.valid_to)


@door.post("/<int:team_id>/lead", needs="teams.write", takes=JoiningForm, gives=out.Made)
def lead(wish: Joining, team_id: int) -> dict[str, int]:
    """Have a broker lead a team from a day on."""
    return {"id": teams.lead(team_id, wish.broker, wish.valid_from)}


@door.post("/<int:team_id>/members", needs="teams.write", takes=JoiningForm)
def join(wish: Joining, team_id: int) -> None:
    """Have a broker be in a team from a day on."""
    teams.join(team_id, wish)


@door.post("/<int:team_id>/members/<int:broker_id>/end", needs="teams.write", takes=UntilForm)
def leave(wish: End, team_id: int, broker_id: int) -> None:
    """A broker is in the team no more from a day on."""
    teams.leave(team_id, broker_id, wish.valid_to)


@door.put("/<int:team_id>/target", needs="teams.write", takes=AimForm)
def aim(wish: Aim, team_id: int) -> None:
    """Set what a team shall reach in a month."""
    teams.aim_team(team_id, wish)
