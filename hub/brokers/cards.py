"""A broker as a page or a program reads him, as of a day."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import aliased

from hub.brokers import posts, queries, team_queries, tree
from hub.brokers.forms import Reading
from hub.brokers.models import Branch, Broker, Line, Qualification, Station
from hub.brokers.rules import ALLOWS, LineKind, QualificationKind
from hub.brokers.team_models import Member, Team
from hub.kernel import access, clock, work
from hub.kernel.access import Actor
from hub.kernel.dated import AsOf, holds, is_on, known, stands


def state_of(row: Any, day: date | None = None) -> str:
    """What a broker does on a day: "at-work", "frozen", "to-come" or "left"."""
    today = clock.firm_day()
    day = day or today
    if row.left_on is not None and row.left_on <= day:
        return "left"
    if row.joined_on > day:
        return "to-come"
    is_frozen = row.frozen_at is not None if day >= today else queries.was_frozen(row.id, day)
    return "frozen" if is_frozen else "at-work"


def plain(row: Broker, as_of: AsOf | None = None) -> dict[str, Any]:
    """A broker's card in a reading."""
    as_of = as_of or AsOf()
    names = ("id", "no", "name", "kind", "joined_on", "left_on")
    branch, title = queries.station_of(row, as_of)
    return {name: getattr(row, name) for name in names} | {
        "branch": branch, "title": title, "state": state_of(row, as_of.day),
    }  # fmt: skip


def top(reading: Reading) -> dict[str, Any]:
    """Where a line begins for the present actor: at the root, or at himself.

    Shape: of the mentor line, every mentor above whom he sees none.
    """
    actor, as_of = access.current(), reading.as_of
    if reading.line == LineKind.MENTOR:
        return _step(reading, _mentors(actor, as_of))
    root = tree.root(as_of)
    scope = access.scope(actor, queries.KIND, Broker.id)
    seen = select(Broker.id).where(Broker.id == root, scope)
    begins = work.session().scalar(seen) or actor.broker_id
    return _step(reading, Broker.id == begins)


def _mentors(actor: Actor, as_of: AsOf) -> ColumnElement[bool]:
    """Condition: somebody learns from the broker, and nobody whom the actor sees teaches him."""
    taught, learns = aliased(Line), aliased(Line)
    mentor = LineKind.MENTOR
    teaches = exists().where(
        taught.superior_id == Broker.id, taught.line == mentor, stands(taught, as_of)
    )
    above = exists().where(
        learns.broker_id == Broker.id, learns.line == mentor, stands(learns, as_of),
        access.scope(actor, queries.KIND, learns.superior_id),
    )  # fmt: skip
    return teaches & ~above


def below(broker_id: int, reading: Reading) -> dict[str, Any]:
    """Who stands directly below a broker.

    Raises: NotFound.
    """
    queries.one(broker_id)
    return _step(reading, Broker.id.in_(tree.reports(broker_id, reading.line, reading.as_of)))


def _step(reading: Reading, which: Any) -> dict[str, Any]:
    return {
        "day": reading.as_of.day, "line": reading.line,
        "items": nodes(which, reading.as_of, reading.line),
    }  # fmt: skip


def nodes(which: Any, as_of: AsOf, line: LineKind = LineKind.MANAGEMENT) -> list[dict[str, Any]]:
    """Brokers of the chart whom the present actor may see, with how many stand below each."""
    scope = access.scope(access.current(), queries.KIND, Broker.id)
    found = tree.nodes(which & scope, as_of, line)
    sizes = tree.sizes([node.id for node in found], as_of, line) if found else {}
    return [asdict(node) | {"below": sizes.get(node.id, 0)} for node in found]


def path(broker_id: int, reading: Reading) -> list[dict[str, Any]]:
    """The way from the top of a line down to a broker, as far as the present actor sees it."""
    way = tree.path(broker_id, reading.as_of, reading.line)
    found = {one["id"]: one for one in nodes(Broker.id.in_(way), reading.as_of, reading.line)}
    return [found[step] for step in way if step in found]


def way(broker_id: int, reading: Reading) -> list[Any]:
    """The same way in one question: id and name."""
    chain = tree.chain(reading.line, reading.as_of)
    scope = access.scope(access.current(), queries.KIND, Broker.id)
    rows = select(Broker.id, Broker.name).join(chain, chain.c.broker_id == Broker.id).where(scope)
    ordered = rows.order_by(chain.c.height.desc())
    return list(work.session().execute(ordered, {"broker": broker_id}))


def first(broker_id: int, reading: Reading) -> dict[str, Any]:
    """What is seen first of a broker: who he is, what he may on the day, what he does today.

    Raises: NotFound.
    """
    row, licences = queries.one(broker_id), queries.licences(broker_id)
    return {
        "broker": plain(row, reading.as_of), "licences": licences,
        "may": acts(licences, reading.as_of.day), "state_now": state_of(row),
    }  # fmt: skip


def card(broker_id: int, reading: Reading) -> dict[str, Any]:
    """Everything of a broker at once.

    Raises: NotFound.
    """
    results = team_queries.results_of(broker_id, reading.as_of.day)
    return first(broker_id, reading) | {
        "path": path(broker_id, reading),
        "reports": below(broker_id, reading)["items"],
        "places": places(broker_id, reading.as_of),
        "stations": stations(broker_id, reading.as_of),
        "team": _name_of(team_of(broker_id, reading.as_of.day)),
        "posts": posts.of_broker(broker_id),
        "results": [one.told() for one in results],
    }  # fmt: skip


def acts(licences: list[Qualification], day: date) -> list[str]:
    """What these qualifications allow on a day."""
    kinds = {licence.kind for licence in licences if is_on(licence, day)}
    return sorted(set().union(*(ALLOWS[QualificationKind(kind)] for kind in kinds)))


def places(broker_id: int, as_of: AsOf) -> list[dict[str, Any]]:
    """Where a broker stood and will stand on both lines, as it was known, latest first."""
    above = aliased(Broker)
    rows = work.session().execute(
        select(Line.line, above.name, above.no, Line.valid_from, Line.valid_to)
        .outerjoin(above, above.id == Line.superior_id)
        .where(Line.broker_id == broker_id, known(Line, as_of.known_at))
        .order_by(Line.line, Line.valid_from.desc())
    )
    names = ("line", "superior", "superior_no", "valid_from", "valid_to")
    return [dict(zip(names, row, strict=True)) for row in rows]


def stations(broker_id: int, as_of: AsOf) -> list[dict[str, Any]]:
    """In which branches he worked and will work, as what, as it was known, latest first."""
    rows = work.session().execute(
        select(Branch.name, Station.title, Station.valid_from, Station.valid_to)
        .join(Branch, Branch.id == Station.branch_id)
        .where(Station.broker_id == broker_id, known(Station, as_of.known_at))
        .order_by(Station.valid_from.desc())
    )
    names = ("branch", "title", "valid_from", "valid_to")
    return [dict(zip(names, row, strict=True)) for row in rows]


def team_of(broker_id: int, day: date) -> Any:
    """The team in which a broker is on a day: id, name; None when in none."""
    return (
        work.session()
        .execute(
            select(Team.id, Team.name)
            .join(Member, Member.team_id == Team.id)
            .where(Member.broker_id == broker_id, holds(Member, day))
        )
        .first()
    )


def _name_of(team: Any) -> str | None:
    return None if team is None else str(team.name)


def team_choices() -> list[tuple[int, str]]:
    """Teams that are there now and that the present actor may see: for a form's choices."""
    today = clock.firm_day()
    there = team_queries.visible().where(Team.ends_on.is_(None) | (Team.ends_on > today))
    return [(row.id, row.name) for row in work.session().scalars(there.order_by(Team.name))]
