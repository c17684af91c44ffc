"""Brokers from a file: who is new, who changes, who leaves; the same file twice changes nothing."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as l_
from sqlalchemy import ColumnElement, exists, or_, select, true
from sqlalchemy.orm import aliased

from hub.accounts.models import User
from hub.brokers import queries
from hub.brokers.imports import leaders, leaving, licences, writing
from hub.brokers.imports.fields import BROKER_FIELDS
from hub.brokers.models import Branch, Broker, Line
from hub.brokers.rules import BrokerKind, LineKind
from hub.brokers.service import OFFICE
from hub.kernel import access, gate
from hub.kernel.dated import known, meets
from hub.kernel.imports.kinds import Kind
from hub.kernel.imports.slices import Slice
from hub.kernel.sentences import N_

PROFILE = ("name", "title", "branch")
TAKEN = N_("another broker has this number")
NOT_YOURS = N_("you may not change this broker")
DESK = N_("this is the number of a house desk")
EMPTY = N_("must not be empty")
NO_BRANCH = N_("there is no such branch; whoever keeps the tree makes it")
JOINED = N_("he joined on another day; a file does not change that")
ELSEWHERE = N_("he stands under somebody else; a file of moves says from which day that changes")
NO_USER = N_("nobody signs in with this mailbox")
NOT_YOUR_LOGIN = N_("whoever keeps the whole tree says who signs in as a broker")
USER_TAKEN = N_("this user is another broker")


def check(part: Slice) -> None:
    """Say what would become of each row, and refuse what may not be or cannot be.

    Shape: a row that would change nothing is refused to nobody who sees the broker.
    """
    row = part.rows.c
    there = select(Broker.id).where(Broker.no == row.key)
    part.tell(true(), target_id=there.scalar_subquery(), outcome=None)
    part.tell(row.target_id.is_not(None), outcome="unchanged")
    _refuse_strangers(part)
    _refuse_contradictions(part)
    changes = _changes(part)
    if changes:
        part.tell(row.target_id.is_not(None) & or_(*changes), outcome="updated")
    _refuse_foreign(part)
    _refuse_incomplete(part)
    _refuse_logins(part)
    licences.check(part)
    leaving.check(part)
    leaders.check(part)


def _refuse_strangers(part: Slice) -> None:
    """A number is taken, whoever has it; more is said to nobody who does not see him."""
    row = part.rows.c
    seen = exists().where(
        Broker.id == row.target_id, access.scope(part.actor, queries.KIND, Broker.id)
    )
    unseen = row.target_id.is_not(None) & ~seen
    gate.note_refusals(_targets(part, unseen), kind=queries.KIND, verb="brokers.read")
    part.refuse(unseen, TAKEN, field="no")
    desk = exists().where(Broker.id == row.target_id, Broker.kind == BrokerKind.DESK)
    part.refuse(row.target_id.is_not(None) & desk, DESK, field="no")


def _targets(part: Slice, condition: ColumnElement[bool]) -> Any:
    return select(part.rows.c.target_id).where(part.good(), condition)


def _refuse_contradictions(part: Slice) -> None:
    """What a file of brokers does not change: the first day, the place in the tree."""
    row, leader = part.rows.c, aliased(Broker)
    if part.has("joined_on"):
        same = exists().where(
            Broker.id == row.target_id, Broker.joined_on == part.value("joined_on")
        )
        given = row.target_id.is_not(None) & part.value("joined_on").is_not(None)
        part.refuse(given & ~same, JOINED, field="joined_on")
    for field, line in (("manager", LineKind.MANAGEMENT), ("mentor", LineKind.MENTOR)):
        if part.has(field):
            stays = (
                select(Line.id)
                .join(leader, leader.id == Line.superior_id)
                .where(
                    Line.broker_id == row.target_id, leader.no == part.value(field),
                    Line.line == line, known(Line), meets(Line, part.context.today, None),
                )
                .correlate(part.rows)
                .exists()
            )  # fmt: skip
            gone = exists().where(Broker.id == row.target_id, Broker.left_on <= part.context.today)
            given = row.target_id.is_not(None) & part.value(field).is_not(None)
            part.refuse(given & ~stays & ~gone, ELSEWHERE, field=field)


def _changes(part: Slice) -> list[ColumnElement[bool]]:
    """Conditions, one of which holds for an existing broker whom the row changes."""
    row = part.rows.c
    found: list[ColumnElement[bool]] = []
    now = {"name": Broker.name, "title": Broker.title, "branch": Branch.name}
    differs = [
        part.value(name).is_not(None) & now[name].is_distinct_from(part.value(name))
        for name in PROFILE
        if part.has(name)
    ]
    if differs:
        found.append(
            exists().where(Broker.id == row.target_id, Branch.id == Broker.branch_id, or_(*differs))
        )
    if part.has("email"):
        his = select(User.email).where(User.id == Broker.user_id).scalar_subquery()
        other = his.is_distinct_from(part.value("email"))
        given = part.value("email").is_not(None)
        found.append(given & exists().where(Broker.id == row.target_id, other))
    return [*found, *licences.changes(part), *leaving.changes(part)]


def _refuse_foreign(part: Slice) -> None:
    row = part.rows.c
    mine = exists().where(
        Broker.id == row.target_id, access.scope(part.actor, f"{queries.KIND}.operate", Broker.id)
    )
    foreign = (row.outcome == "updated") & ~mine
    gate.note_refusals(_targets(part, foreign), kind=queries.KIND, verb="brokers.write")
    part.refuse(foreign, NOT_YOURS, field="no")


def _refuse_incomplete(part: Slice) -> None:
    row = part.rows.c
    for name in ("branch", "joined_on"):
        part.refuse(row.target_id.is_(None) & part.value(name).is_(None), EMPTY, field=name)
    if not part.actor.holds(OFFICE):
        there = exists().where(Branch.name == part.value("branch"))
        part.refuse(part.value("branch").is_not(None) & ~there, NO_BRANCH, field="branch")


def _refuse_logins(part: Slice) -> None:
    """Who signs in as a broker: a user who is there, and no other broker."""
    if not part.has("email"):
        return
    row, wish = part.rows.c, part.value("email")
    user = select(User.id).where(User.email == wish).correlate(part.rows).scalar_subquery()
    his = exists().where(Broker.id == row.target_id, Broker.user_id == user)
    news = wish.is_not(None) & ~his
    if not part.actor.holds(OFFICE):
        part.refuse(news, NOT_YOUR_LOGIN, field="email")
    part.refuse(news & user.is_(None), NO_USER, field="email")
    another = exists().where(Broker.user_id == user, Broker.no != row.key)
    part.refuse(news & another, USER_TAKEN, field="email")
    staged = part.select("email")
    place = writing.place_among(staged.c.email, staged.c.seq)
    again = select(staged.c.seq, place.label("place")).where(staged.c.email.is_not(None)).subquery()
    part.refuse(
        row.seq.in_(select(again.c.seq).where(again.c.place > 1)), USER_TAKEN, field="email"
    )


def apply(part: Slice) -> None:
    """Write what `check` has just told, in this order: each step stands on the one before."""
    writing.make_branches(part)
    writing.change(part)
    writing.hire(part)
    writing.link_users(part)
    licences.apply(part)
    leaving.apply(part)


brokers = Kind(
    name="brokers",
    title=l_("Brokers"),
    needs="brokers.write",
    office=OFFICE,
    fields=BROKER_FIELDS,
    key="no",
    rows_at_once=250,
    onward=((l_("See the brokers"), "/brokers/"), (l_("Org chart"), "/tree/")),
    check=check,
    apply=apply,
)
