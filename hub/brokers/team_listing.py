"""The list of teams."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, func, select

from hub.brokers import queries, team_queries
from hub.brokers.models import Branch, Broker, Post
from hub.brokers.rules import PostKind
from hub.brokers.team_models import Member, Team
from hub.kernel.dated import holds
from hub.pages.filters import Choices, Filter
from hub.pages.lists import Column, Listing
from hub.pages.readings import Reading


def _branches() -> Choices:
    return tuple((name, name) for name in queries.branches())


def rows(reading: Reading) -> Select[Any]:
    """Teams that the present actor may see; of a day, those that were there on it."""
    every, day = team_queries.visible(), reading.day
    return every if day is None else every.where(team_queries.there_on(day))


def _lead(day: date) -> Any:
    """Who leads `Team` on a day."""
    return (
        select(Broker.name)
        .join(Post, Post.broker_id == Broker.id)
        .where(Post.team_id == Team.id, Post.kind == PostKind.TEAM_LEAD, holds(Post, day))
        .correlate(Team)
        .scalar_subquery()
    )


def _people(day: date) -> Any:
    """How many are in `Team` on a day."""
    inside = select(func.count()).where(Member.team_id == Team.id, holds(Member, day))
    return inside.correlate(Team).scalar_subquery()


def listing(link: Callable[[Any], str] | None = None, reading: Reading | None = None) -> Listing:
    """Teams by name and branch: who leads them and how many are in them, on a day."""
    day = (reading or Reading()).as_of.day
    return Listing(
        name="teams",
        of_people=True,
        key=Team.id,
        default_sort="name",
        columns=(
            Column(key="name", label=_("Team"), expr=Team.name, sortable=True, link=link),
            Column(key="branch", label=_("Branch"), expr=Branch.name, sortable=True),
            Column(key="lead", label=_("Lead"), expr=_lead(day)),
            Column(key="people", label=_("Members"), expr=_people(day), kind="number"),
            Column(
                key="starts_on", label=_("From"), expr=Team.starts_on, kind="date", sortable=True
            ),
            Column(key="ends_on", label=_("Until before"), expr=Team.ends_on, kind="date"),
        ),
        filters=(
            Filter(key="q", label=_("Search"), exprs=(Team.name,)),
            Filter(
                key="branch", label=_("Branch"), kind="choice", exprs=(Branch.name,),
                choices=_branches,
            ),
            Filter(key="day", label=_("As of"), kind="day"),
        ),
    )  # fmt: skip
