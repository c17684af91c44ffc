"""Pages of teams: the list, one team in a month, what is done to it."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hub.brokers import queries, team_queries, teams
from hub.brokers.forms import End, ReadingForm, UntilForm
from hub.brokers.measures import every
from hub.brokers.team_cards import month_card
from hub.brokers.team_forms import Aim, AimForm, Joining, JoiningForm, TeamCard, TeamForm
from hub.brokers.team_listing import listing, rows
from hub.kernel import access, clock
from hub.kernel.doors import Door
from hub.pages import exports, htmx
from hub.pages.forms import Answer, Filled, Form, answer, blank, parse
from hub.pages.readings import DatedForm, Reading

door = Door("teams", __name__, url_prefix="/teams", template_folder="templates")


@door.get("/", needs="brokers.read")
def index() -> str:
    """Teams whom the visitor may see; of a day, those that were there, as they were."""
    reading: Reading = parse(DatedForm, request.args)

    def link(row: Any) -> str:
        return url_for("teams.show", team_id=row.id, day=reading.day)

    page = listing(link, reading).page(rows(reading), request.args)
    return render_template("brokers/teams.html", page=page)


@door.get("/export", needs="brokers.read")
def export() -> Response:
    """The list as CSV; of a day, the file says so."""
    reading: Reading = parse(DatedForm, request.args)
    return exports.csv_file(
        listing(reading=reading), rows(reading), request.args,
    )  # fmt: skip


@door.get("/new", needs="teams.write")
def new() -> str:
    """The empty form."""
    return _form(blank({"starts_on": clock.firm_day()}))


@door.post("/new", needs="teams.write")
def create() -> ResponseReturnValue:
    """Make a team."""

    def act(card: TeamCard) -> ResponseReturnValue:
        return htmx.go(_page(teams.make(card)))

    return answer(TeamForm, Answer(show=_form, act=act))


@door.get("/<int:team_id>", needs="brokers.read")
def show(team_id: int) -> str:
    """A team in the month of a day."""
    return _show(team_id)


@door.post("/<int:team_id>/end", needs="teams.write")
def end(team_id: int) -> ResponseReturnValue:
    """End a team."""

    def act(wish: End) -> None:
        teams.end(team_id, wish.valid_to)

    return _do(team_id, UntilForm, "end", act)


@door.post("/<int:team_id>/lead", needs="teams.write")
def lead(team_id: int) -> ResponseReturnValue:
    """Have a broker lead a team."""

    def act(wish: Joining) -> None:
        teams.lead(team_id, wish.broker, wish.valid_from)

    return _do(team_id, JoiningForm, "lead", act)


@door.post("/<int:team_id>/members", needs="teams.write")
def join(team_id: int) -> ResponseReturnValue:
    """Have a broker be in a team."""

    def act(wish: Joining) -> None:
        teams.join(team_id, wish)

    return _do(team_id, JoiningForm, "join", act)


@door.post("/<int:team_id>/members/<int:broker_id>/end", needs="teams.write")
def leave(team_id: int, broker_id: int) -> ResponseReturnValue:
    """A broker leaves a team."""

    def act(wish: End) -> None:
        teams.leave(team_id, broker_id, wish.valid_to)

    return _do(team_id, UntilForm, f"member-{broker_id}", act)


@door.post("/<int:team_id>/target", needs="teams.write")
def aim(team_id: int) -> ResponseReturnValue:
    """Set what a team shall reach."""

    def act(wish: Aim) -> None:
        teams.aim_team(team_id, wish)

    return _do(team_id, AimForm, "aim", act)


def _page(team_id: int) -> str:
    return url_for("teams.show", team_id=team_id)


def _do(team_id: int, form: type[Form], name: str, act: Any) -> ResponseReturnValue:
    def acted(wish: Any) -> ResponseReturnValue:
        act(wish)
        return htmx.go(_page(team_id))

    return answer(form, Answer(show=lambda filled: _show(team_id, {name: filled}), act=acted))


def _show(team_id: int, forms: dict[str, Filled] | None = None) -> str:
    reading = parse(ReadingForm, request.args)
    today = clock.firm_day()
    own = access.current().broker_id
    mine = [] if own is None else [queries.name_of(own)]
    near = [
        (one.id, f"{one.no} {one.name}") for one in (*mine, *queries.within_reach("teams.write"))
    ]
    return render_template(
        "brokers/team.html",
        card=month_card(team_id, reading.as_of.day), today=today, forms=forms or {},
        fresh=blank({"valid_from": today, "valid_to": today, "month": today}), near=near,
        measures=[(one.name, one.title) for one in every()],
        may_write=team_queries.may_operate(team_queries.one(team_id)),
    )  # fmt: skip


def _form(filled: Filled) -> str:
    return render_template(
        "brokers/team_form.html",
        form=filled,
        branches=[(name, name) for name in queries.branches()],
    )
