"""Posts: what they give is given the moment they start, and gone the moment they end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Date, bindparam, select

from hub.accounts.persons import Standing
from hub.brokers import desks, queries, tree
from hub.brokers.events import PostEnded, PostGiven
from hub.brokers.forms import Appointment
from hub.brokers.models import Branch, Broker, Post
from hub.brokers.rules import (
    BRANCH_POSTS,
    LED_BRANCH,
    LED_TEAM,
    POST_ROLES,
    SINGLE_POSTS,
    PostKind,
)
from hub.brokers.team_models import Team
from hub.kernel import access, audit, clock, live, outbox, work
from hub.kernel.dated import holds, meets
from hub.kernel.errors import Conflict, Invalid


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post as a page shows it."""

    id: int
    kind: str
    branch: str | None
    team: str | None
    valid_from: date
    valid_to: date | None


def appoint(broker_id: int, wish: Appointment) -> int:
    """Give a broker a post for some days → its id.

    Raises: NotFound, Forbidden, Invalid, Conflict when another holds it on one of the days.
    """
    row = queries.operable(broker_id, "brokers.appoint")
    kind = PostKind(wish.kind)
    if kind == PostKind.FIRM_HEAD:
        access.demand("brokers.office")
    _refuse_days(row, wish)
    post = Post(
        broker_id=broker_id, kind=kind, branch_id=_branch(row, wish), team_id=_team(wish),
        valid_from=wish.valid_from, valid_to=wish.valid_to,
        given_by=access.current().user_id, given_at=clock.now(),
    )  # fmt: skip
    _refuse_held(post)
    work.session().add(post)
    work.session().flush()
    if kind == PostKind.BRANCH_MANAGER and post.branch_id is not None:
        desks.hand_to(broker_id, post.branch_id, post.valid_from, post.valid_to)
    _tell_user(row)
    audit.append("appointed", "broker", broker_id, {"post": post.id, "kind": kind})
    outbox.publish(PostGiven(
        post_id=post.id, broker_id=broker_id, kind=kind,
        valid_from=wish.valid_from, valid_to=wish.valid_to,
    ))  # fmt: skip
    return post.id


def end(broker_id: int, post_id: int, day: date) -> None:
    """A post is held no more from a day on; today ends it at once.

    Raises: NotFound, Forbidden, Conflict for a post that has ended before.
    """
    row = queries.operable(broker_id, "brokers.appoint")
    his = select(Post).where(Post.id == post_id, Post.broker_id == broker_id)
    post = access.found(work.session().scalar(his))
    if post.valid_to is not None and post.valid_to <= day:
        raise Conflict(_("it ends on %(day)s already", day=post.valid_to), code="post-ended")
    if day < clock.firm_day():
        raise Invalid({"valid_to": _("what somebody did with it stays: end it today or later")})
    if post.kind == PostKind.BRANCH_MANAGER and post.branch_id is not None:
        desks.take_back(post.branch_id, max(day, post.valid_from), post.valid_to)
    stop(post, day)
    _tell_user(row)
    audit.append("post-ended", "broker", broker_id, {"post": post_id, "on": day})
    outbox.publish(PostEnded(post_id=post_id, broker_id=broker_id, valid_to=day))


def stop(post: Post, day: date) -> None:
    """Have a post end with a day; one that did not begin was none, one of this morning was one."""
    if post.valid_from > clock.firm_day() and post.valid_from >= day:
        work.session().delete(post)
        return
    post.valid_to = max(day, post.valid_from)
    post.ended_by, post.ended_at = access.current().user_id, clock.now()


# Every request asks this: the statement is built once.
_TODAY = bindparam("today", type_=Date())
_STANDING = (
    select(
        Broker.id, tree.works_on(_TODAY).label("at_work"), Broker.frozen_at,
        Post.kind, Post.branch_id, Post.team_id,
    )
    .outerjoin(Post, (Post.broker_id == Broker.id) & holds(Post, _TODAY))
    .where(Broker.user_id == bindparam("user"))
)  # fmt: skip
_LED = {PostKind.BRANCH_MANAGER: LED_BRANCH, PostKind.TEAM_LEAD: LED_TEAM}


def standing(user_id: int) -> Standing:
    """Which broker at work a user is, what his posts of today give him, whether he is frozen."""
    values = {"user": user_id, "today": clock.firm_day()}
    found = work.session().execute(_STANDING, values).all()
    scopes: dict[str, frozenset[str]] = {}
    for row in found:
        if (kind := _LED.get(row.kind)) is not None:
            scopes[kind] = scopes.get(kind, frozenset()) | {str(row.branch_id or row.team_id)}
    return Standing(
        broker_id=next((row.id for row in found if row.at_work), None),
        roles=frozenset().union(*(POST_ROLES[PostKind(row.kind)] for row in found if row.kind)),
        scopes=scopes,
        held=any(row.frozen_at is not None for row in found),
    )


def of_broker(broker_id: int) -> list[PostLine]:
    """A broker's posts, the latest first."""
    rows = work.session().execute(
        select(Post.id, Post.kind, Branch.name, Team.name, Post.valid_from, Post.valid_to)
        .outerjoin(Branch, Branch.id == Post.branch_id)
        .outerjoin(Team, Team.id == Post.team_id)
        .where(Post.broker_id == broker_id)
        .order_by(Post.valid_from.desc(), Post.id.desc())
    )
    return [PostLine(*row) for row in rows]


def turn() -> None:
    """A post that begins or ends today changes what its holder may: in the day's first hour."""
    if clock.local_now().hour:
        return
    today = clock.firm_day()
    turned = (Post.valid_from == today) | (Post.valid_to == today)
    users = (
        select(Broker.user_id)
        .join(Post, Post.broker_id == Broker.id)
        .where(turned, Broker.user_id.is_not(None))
    )
    for user_id in work.session().scalars(users.distinct()):
        live.drop(f"user:{user_id}")


def _refuse_days(row: Broker, wish: Appointment) -> None:
    if wish.valid_to is not None and wish.valid_to <= wish.valid_from:
        raise Invalid({"valid_to": _("it has to end after it begins")})
    if wish.valid_from < row.joined_on or row.left_on is not None:
        raise Invalid({"valid_from": _("%(name)s does not work here then", name=row.name)})
    if wish.valid_from < clock.firm_day():
        raise Invalid({"valid_from": _("rights are not given for the past: today or later")})


def _branch(row: Broker, wish: Appointment) -> int | None:
    """The branch of a post that is held for one: his own, or any for whoever keeps the tree."""
    if wish.kind not in BRANCH_POSTS:
        return None
    his = queries.branch_on(row.id, wish.valid_from)
    if not wish.branch:
        return his
    found = queries.branch_id(wish.branch)
    if found is None:
        raise Invalid({"branch": _("there is no such branch")})
    if found != his and not access.current().holds("brokers.office"):
        raise Invalid({"branch": _("%(name)s works in another branch", name=row.name)})
    return found


def _team(wish: Appointment) -> int | None:
    if wish.kind != PostKind.TEAM_LEAD:
        return None
    if wish.team is None or work.session().get(Team, wish.team) is None:
        raise Invalid({"team": _("choose the team")})
    return wish.team


def _refuse_held(post: Post) -> None:
    """One holder a day where there is one seat; the same post twice for nobody."""
    same: Any = (Post.kind == post.kind) & Post.branch_id.is_not_distinct_from(post.branch_id)
    same &= Post.team_id.is_not_distinct_from(post.team_id)
    if post.kind not in SINGLE_POSTS:
        same &= Post.broker_id == post.broker_id
    holder = (
        select(Broker.name)
        .join(Post, Post.broker_id == Broker.id)
        .where(same, meets(Post, post.valid_from, post.valid_to))
    )
    if (name := work.session().scalar(holder)) is not None:
        raise Conflict(_("%(name)s holds this post on some of these days", name=name),
                       code="post-held")  # fmt: skip


def _tell_user(row: Broker) -> None:
    if row.user_id is not None:
        live.drop(f"user:{row.user_id}")
