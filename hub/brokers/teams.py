"""Teams: made and ended, members with days, targets of teams and of brokers."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from hub.brokers import measures, queries, team_queries
from hub.brokers.forms import Appointment
from hub.brokers.models import Post
from hub.brokers.posts import appoint, stop
from hub.brokers.rules import PostKind
from hub.brokers.team_forms import Aim, Joining, TeamCard
from hub.brokers.team_models import Member, Target, Team, month_of
from hub.kernel import access, audit, clock, work
from hub.kernel.dated import meets
from hub.kernel.errors import Invalid


def make(card: TeamCard) -> int:
    """Make a team → its id.

    Raises: Forbidden, Invalid.
    """
    actor = access.demand("teams.write")
    branch_id = queries.branch_id(card.branch)
    if branch_id is None:
        raise Invalid({"branch": _("there is no such branch")})
    row = Team(
        name=card.name, branch_id=branch_id, starts_on=card.starts_on,
        made_by=actor.user_id, created_at=clock.now(),
    )  # fmt: skip
    work.session().add(row)
    work.session().flush()
    audit.append("created", "team", row.id)
    return row.id


def end(team_id: int, day: date) -> None:
    """A team is no more from a day on: its members leave it, its lead's post ends.

    Raises: NotFound, Forbidden, Invalid.
    """
    row = team_queries.operable(team_id)
    if day <= row.starts_on:
        raise Invalid({"valid_to": _("it has to end after it begins")})
    row.ends_on = day
    _close(Member.team_id == team_id, day)
    for post in (
        work.session()
        .scalars(select(Post).where(Post.team_id == team_id, meets(Post, day, None)))
        .all()
    ):
        stop(post, day)
    audit.append("ended", "team", team_id, {"on": day})


def lead(team_id: int, broker_id: int, day: date) -> int:
    """Have a broker lead a team from a day on → the id of his post.

    Raises: NotFound, Forbidden, Invalid, Conflict while another leads it.
    """
    team_queries.operable(team_id)
    wish = Appointment(kind=PostKind.TEAM_LEAD, team=team_id, valid_from=day)
    return appoint(broker_id, wish)


def join(team_id: int, joining: Joining) -> None:
    """Have a broker be in a team from a day on; he leaves the one he was in.

    Raises: NotFound, Forbidden, Invalid.
    """
    team = team_queries.operable(team_id)
    broker = _own_or_operable(joining.broker, "teams.write")
    day = joining.valid_from
    if day < team.starts_on or team.ends_on is not None:
        raise Invalid({"valid_from": _("the team is not there on that day")})
    if day < broker.joined_on or broker.left_on is not None:
        raise Invalid({"valid_from": _("%(name)s does not work here then", name=broker.name)})
    _close(Member.broker_id == joining.broker, day)
    work.session().add(Member(team_id=team_id, broker_id=joining.broker, valid_from=day))
    work.session().flush()
    audit.append("joined", "team", team_id, {"broker": joining.broker, "from": day})


def leave(team_id: int, broker_id: int, day: date) -> None:
    """A broker is in the team no more from a day on.

    Raises: NotFound, Forbidden.
    """
    team_queries.operable(team_id)
    his = (Member.team_id == team_id) & (Member.broker_id == broker_id)
    access.found(work.session().scalar(select(Member).where(his, meets(Member, day, None))))
    _close(his, day)
    audit.append("left", "team", team_id, {"broker": broker_id, "on": day})


def aim_team(team_id: int, aim: Aim) -> None:
    """Set what a team shall reach in a month.

    Raises: NotFound, Forbidden, Invalid.
    """
    team_queries.operable(team_id)
    _aim(aim, team_id=team_id)


def aim_broker(broker_id: int, aim: Aim) -> None:
    """Set what a direct report shall reach in a month.

    Raises: NotFound, Forbidden, Invalid.
    """
    queries.operable(broker_id, "teams.write")
    _aim(aim, broker_id=broker_id)


def _aim(aim: Aim, *, team_id: int | None = None, broker_id: int | None = None) -> None:
    if measures.find(aim.measure) is None:
        raise Invalid({"measure": _("choose one of the measures")})
    month = month_of(aim.month)
    same = select(Target).where(
        Target.team_id.is_not_distinct_from(team_id),
        Target.broker_id.is_not_distinct_from(broker_id),
        Target.measure == aim.measure, Target.month == month,
    )  # fmt: skip
    row = work.session().scalar(same)
    if row is None:
        row = Target(team_id=team_id, broker_id=broker_id, measure=aim.measure, month=month)
        work.session().add(row)
    row.amount, row.set_by, row.set_at = aim.amount, access.current().user_id, clock.now()
    work.session().flush()
    subject, number = ("team", team_id) if team_id is not None else ("broker", broker_id)
    told = {"measure": aim.measure, "month": month, "amount": aim.amount}
    audit.append("target-set", subject, number, told)


def _own_or_operable(broker_id: int, verb: str) -> Any:
    if broker_id == access.current().broker_id:
        return queries.one(broker_id)
    return queries.operable(broker_id, verb)


def _close(which: Any, day: date) -> None:
    """What holds on a day or later ends with it; what had not begun is taken away."""
    session = work.session()
    for row in session.scalars(select(Member).where(which, meets(Member, day, None))).all():
        if row.valid_from >= day:
            session.delete(row)
        else:
            row.valid_to = day
    session.flush()
