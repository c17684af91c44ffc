"""The list of brokers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, case, literal, select
from sqlalchemy.orm import aliased

from hub.brokers import queries
from hub.brokers.models import Branch, Broker, Line, Station
from hub.brokers.rules import LineKind
from hub.brokers.team_models import Member, Team
from hub.brokers.words import KINDS, STATES, TONES
from hub.kernel import clock
from hub.kernel.dated import AsOf, holds, stands
from hub.pages import readings
from hub.pages.filters import Choices, Filter
from hub.pages.lists import Column, Listing
from hub.pages.readings import Reading


def _branches() -> Choices:
    return tuple((name, name) for name in queries.branches())


def rows(reading: Reading) -> Select[Any]:
    """Brokers whom the present actor may see; of a day, those who worked here on it."""
    return queries.brokers_on(reading.as_of) if reading.is_dated else queries.brokers()


def _state(day: date) -> Any:
    """What a broker does on a day, in one word."""
    then = literal(day, Broker.joined_on.type)
    is_over = day < clock.firm_day()
    return case(
        (Broker.left_on <= then, "left"),
        (Broker.joined_on > then, "to-come"),
        (queries.frozen_on(day) if is_over else Broker.frozen_at.is_not(None), "frozen"),
        else_="at-work",
    )


def _superior(as_of: AsOf) -> Any:
    """Who stood directly above him."""
    above = aliased(Broker)
    return (
        select(above.name)
        .join(Line, Line.superior_id == above.id)
        .where(
            Line.broker_id == Broker.id, Line.line == LineKind.MANAGEMENT, stands(Line, as_of)
        )
        .correlate(Broker)
        .scalar_subquery()
    )  # fmt: skip


def _team(day: date) -> Any:
    """In which team he was."""
    return (
        select(Team.name)
        .join(Member, Member.team_id == Team.id)
        .where(Member.broker_id == Broker.id, holds(Member, day))
        .correlate(Broker)
        .scalar_subquery()
    )


def _filters(state: Any) -> tuple[Filter, ...]:
    return (
        Filter(key="q", label=_("Search"), exprs=(Broker.name, Broker.no)),
        Filter(
            key="branch", label=_("Branch"), kind="choice", exprs=(Branch.name,),
            choices=_branches,
        ),
        Filter(
            key="state", label=_("State"), kind="choice", exprs=(state,),
            choices=tuple(STATES.items()),
        ),
        *readings.filters(),
    )  # fmt: skip


def _then(as_of: AsOf) -> tuple[Column, ...]:
    """What a list of a day says beside."""
    return (
        Column(key="superior", label=_("Reports to"), expr=_superior(as_of)),
        Column(key="team", label=_("Team"), expr=_team(as_of.day)),
    )


def listing(link: Callable[[Any], str] | None = None, reading: Reading | None = None) -> Listing:
    """Brokers by number, name and branch; of a day, under whom and in which team."""
    reading = reading or Reading()
    as_of, is_dated = reading.as_of, reading.is_dated
    state = _state(as_of.day)
    title = Station.title if is_dated else Broker.title
    return Listing(
        name="brokers",
        of_people=True,
        key=Broker.id,
        default_sort="no",
        columns=(
            Column(key="no", label=_("Number"), expr=Broker.no, sortable=True, link=link),
            Column(key="name", label=_("Name"), expr=Broker.name, sortable=True, link=link),
            Column(key="kind", label=_("Kind"), expr=Broker.kind, labels=KINDS),
            Column(key="branch", label=_("Branch"), expr=Branch.name, sortable=True),
            Column(key="title", label=_("Title"), expr=title),
            *(_then(as_of) if is_dated else ()),
            Column(
                key="joined_on", label=_("From"), expr=Broker.joined_on, kind="date",
                sortable=True,
            ),
            Column(
                key="state", label=_("State"), expr=state, kind="badge", labels=STATES,
                tones=TONES,
            ),
        ),
        filters=_filters(state),
    )  # fmt: skip


def for_programs(reading: Reading | None = None) -> Listing:
    """The same with under whom and in which team, on whatever day."""
    reading = reading or Reading()
    plain = listing(reading=reading)
    if reading.is_dated:
        return plain
    return replace(plain, columns=(*plain.columns, *_then(reading.as_of)))
