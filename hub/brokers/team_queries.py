"""Reads of teams: who is in them, who leads them, what they aim at and have reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, union, union_all

from hub.brokers import measures, queries, tree
from hub.brokers.measures import Measure
from hub.brokers.models import Branch, Broker, Post, Station
from hub.brokers.rules import LED_BRANCH, LED_TEAM, PostKind
from hub.brokers.team_models import Member, Target, Team, month_of
from hub.kernel import access, clock, gate, work
from hub.kernel.dated import AsOf, holds, meets
from hub.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Result:
    """A measure's month: what is aimed at, what is reached."""

    measure: Measure
    aim: Decimal | None
    reached: Decimal

    def told(self) -> dict[str, Any]:
        """As pages and programs read it."""
        return {
            "measure": self.measure.name, "title": self.measure.title,
            "unit": self.measure.unit, "aim": self.aim, "reached": self.reached,
            "share": self.share,
        }  # fmt: skip

    @property
    def share(self) -> float | None:
        """How much of the target is reached: 1.0 is all of it."""
        return float(self.reached / self.aim) if self.aim else None


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A broker in a team, as a page shows him: what he reached as its member, by measure."""

    broker_id: int
    no: str
    name: str
    valid_from: date
    valid_to: date | None
    reached: dict[str, Decimal]


def visible() -> Select[Any]:
    """Teams whom the present actor may see: he sees their lead, a member, or made them."""
    actor = access.current()
    scope = access.scope(actor, queries.KIND, Broker.id)
    seen = select(Broker.id).where(scope)
    led = select(Post.team_id).where(Post.kind == PostKind.TEAM_LEAD, Post.broker_id.in_(seen))
    joined = select(Member.team_id).where(Member.broker_id.in_(seen))
    mine = or_(Team.id.in_(led), Team.id.in_(joined), Team.made_by == actor.user_id)
    base = select(Team).join(Branch, Branch.id == Team.branch_id)
    return base if actor.holds("brokers.office") else base.where(mine)


def there_on(day: date) -> ColumnElement[bool]:
    """Condition: the team is there on a day."""
    return and_(Team.starts_on <= day, or_(Team.ends_on.is_(None), Team.ends_on > day))


def one(team_id: int) -> Team:
    """A team that the present actor may see.

    Raises: NotFound.
    """
    row: Team | None = work.session().scalar(visible().where(Team.id == team_id))
    if row is None:
        gate.note_refusal(Team, team_id, access.current(), kind="team", verb="brokers.read")
        raise NotFound
    return row


def operable(team_id: int) -> Team:
    """A team on which the present actor operates.

    Raises: NotFound, Forbidden.
    """
    row = one(team_id)
    access.demand("teams.write")
    if not may_operate(row):
        gate.refuse(Team, team_id, kind="team", verb="teams.write")
    return row


def may_operate(row: Team) -> bool:
    """Whether he leads the team, or its lead reports to him; without a lead, its maker may."""
    actor, leader = access.current(), lead_of(row.id)
    if not actor.holds("teams.write"):
        return False
    if leader is None:
        return row.made_by == actor.user_id or actor.holds("brokers.office")
    mine = leader == actor.broker_id
    return mine or access.may(actor, "teams.write", leader, queries.KIND)


def lead_of(team_id: int, day: date | None = None) -> int | None:
    """Id of the broker who leads a team on a day."""
    return work.session().scalar(
        select(Post.broker_id).where(
            Post.team_id == team_id, Post.kind == PostKind.TEAM_LEAD,
            holds(Post, day or clock.firm_day()),
        )
    )  # fmt: skip


def led_by_post(scopes: Mapping[str, frozenset[str]]) -> Select[Any] | None:
    """Ids of those who work today in the branches or teams that posts lead, if any does.

    Shape: `scopes` are an actor's.
    """
    branches, teams = (sorted(map(int, scopes.get(kind, ()))) for kind in (LED_BRANCH, LED_TEAM))
    if not branches and not teams:
        return None
    today = clock.firm_day()
    here = queries.stations(AsOf(today)).where(Station.branch_id.in_(branches))
    here = here.with_only_columns(Station.broker_id.label("id"))
    joined = select(Member.broker_id).where(Member.team_id.in_(teams), holds(Member, today))
    every = union(here, joined).subquery()
    return select(Broker.id).where(Broker.id.in_(select(every.c.id)), tree.works_on(today))


def members(team_id: int, month: date) -> list[MemberLine]:
    """Who was in a team in a month and may be seen, and what each reached as its member."""
    first, end = _days(month)
    scope = access.scope(access.current(), queries.KIND, Broker.id)
    rows = work.session().execute(
        select(Member, Broker)
        .join(Broker, Broker.id == Member.broker_id)
        .where(Member.team_id == team_id, meets(Member, first, end), scope)
        .order_by(Broker.no, Member.valid_from)
    )
    sums = _reached(Member.team_id == team_id, month, by=Member.id)
    return [
        MemberLine(
            broker.id, broker.no, broker.name, member.valid_from, member.valid_to,
            sums.get(member.id, {}),
        )
        for member, broker in rows
    ]  # fmt: skip


def results(team_id: int, month: date) -> list[Result]:
    """What a team aims at and has reached in a month, measure by measure."""
    sums = _reached(Member.team_id == team_id, month, by=Member.team_id).get(team_id, {})
    return _beside(Target.team_id == team_id, month, sums)


def results_of(broker_id: int, month: date) -> list[Result]:
    """What a broker aims at and has reached in a month, whatever team he was in."""
    first, end = _days(month)
    sums: dict[str, Decimal] = {}
    for measure in measures.every():
        figures = measure.rows(first, end).subquery()
        total = select(func.sum(figures.c.amount)).where(figures.c.broker_id == broker_id)
        sums[measure.name] = work.session().scalar(total) or Decimal(0)
    return _beside(Target.broker_id == broker_id, month, sums)


def _beside(whose: ColumnElement[bool], month: date, sums: dict[str, Decimal]) -> list[Result]:
    rows = select(Target.measure, Target.amount).where(whose, Target.month == month_of(month))
    aims = dict(work.session().execute(rows).all())
    return [
        Result(measure, aims.get(measure.name), sums.get(measure.name, Decimal(0)))
        for measure in measures.every()
    ]


def _reached(which: ColumnElement[bool], month: date, *, by: Any) -> dict[int, dict[str, Decimal]]:
    """Sums of what members reached on the days of their membership, in one statement."""
    first, end = _days(month)
    parts = []
    for measure in measures.every():
        figures = measure.rows(first, end).subquery()
        parts.append(
            select(by, literal(measure.name), func.sum(figures.c.amount))
            .select_from(Member)
            .join(figures, figures.c.broker_id == Member.broker_id)
            .where(which, holds(Member, figures.c.day))
            .group_by(by)
        )
    found: dict[int, dict[str, Decimal]] = {}
    for key, name, amount in work.session().execute(union_all(*parts)) if parts else ():
        found.setdefault(key, {})[name] = Decimal(amount)
    return found


def _days(month: date) -> tuple[date, date]:
    first = month_of(month)
    return first, month_of(first + timedelta(days=32))
