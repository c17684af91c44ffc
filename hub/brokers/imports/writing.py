"""What a slice of a file of brokers writes, set by set: branches, cards, new brokers, users."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    case,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.orm import aliased

from hub.accounts.models import User
from hub.brokers import desks, stations
from hub.brokers.imports import leaders
from hub.brokers.models import Branch, Broker, Line
from hub.brokers.rules import BrokerKind, LineKind
from hub.kernel import clock, live, locks, work
from hub.kernel.base import table_of
from hub.kernel.dated import known
from hub.kernel.imports.slices import Slice


def place_among(same: Any, order: ColumnElement[Any]) -> ColumnElement[int]:
    """The how-manieth of those who have the same value, or values, a row is."""
    return func.row_number().over(partition_by=same, order_by=order)


def make_branches(part: Slice) -> None:
    """Branches that the file names and nobody made; a firm has a few dozen."""
    staged = part.select("branch")
    there = exists().where(Branch.name == staged.c.branch)
    names = select(staged.c.branch).where(staged.c.branch.is_not(None), ~there).distinct()
    if found := work.session().scalars(names.order_by(staged.c.branch)).all():
        desks.make(found)


def change(part: Slice) -> None:
    """Cards of brokers who are there: only what is mapped, filled and different."""
    staged = part.select("name", "title", "branch")
    there = staged.c.outcome == "updated"
    broker = table_of(Broker)
    work.session().execute(
        update(broker)
        .where(broker.c.id == staged.c.target_id, there)
        .values(name=func.coalesce(staged.c.name, broker.c.name)),
        execution_options={"synchronize_session": False},
    )
    wishes = (
        select(staged.c.target_id.label("broker_id"), Branch.id.label("branch_id"), staged.c.title)
        .outerjoin(Branch, Branch.name == staged.c.branch)
        .where(there)
    )
    stations.change_all(wishes)


def hire(part: Slice) -> None:
    """New brokers, each under his leader, level by level; who has no leader yet waits."""
    row, locked = part.rows.c, False
    new = row.target_id.is_(None) & (row.outcome == "created")
    by_no = select(Broker.id).where(Broker.no == row.key).scalar_subquery()
    for _wave in range(leaders.WAVES):
        seqs = select(row.seq).where(part.good(), new, leaders.ready(part))
        found = work.session().scalars(seqs).all()
        if not found:
            break
        if not locked:
            locks.alone("brokers.tree")
            locked = True
        _take_in(part, row.seq.in_(found))
        part.tell(row.seq.in_(found), target_id=by_no)
        _place(part, row.seq.in_(found))
    leaders.wait(part, new)
    desks.settle()


def _take_in(part: Slice, which: ColumnElement[bool]) -> None:
    row, title = part.rows.c, func.coalesce(part.value("title"), "")
    now = literal(clock.now(), Broker.created_at.type)
    rows = (
        select(
            row.key, part.value("name"), literal(BrokerKind.PERSON.value), Branch.id, title,
            part.value("joined_on"), now,
        )
        .join(Branch, Branch.name == part.value("branch"))
        .where(part.good(), which)
        .order_by(row.seq)
    )  # fmt: skip
    columns = ["no", "name", "kind", "branch_id", "title", "joined_on", "created_at"]
    work.session().execute(insert(table_of(Broker)).from_select(columns, rows))
    taken = select(row.key).where(part.good(), which)
    stations.begin(Broker.no.in_(taken))


def _place(part: Slice, which: ColumnElement[bool]) -> None:
    """Stand under the leaders: from the day on which both are there."""
    own = part.actor.broker_id
    for line, field in ((LineKind.MANAGEMENT, "manager"), (LineKind.MENTOR, "mentor")):
        is_management = line == LineKind.MANAGEMENT
        if not is_management and not part.has(field):
            continue
        named = select(Broker.id).where(Broker.no == part.value(field)).scalar_subquery()
        wanted = func.coalesce(named, literal(own, Line.superior_id.type)) if own else named
        staged = (
            select(
                part.rows.c.target_id, (wanted if is_management else named).label("leader"),
                part.value("joined_on").label("joined_on"),
            )
            .where(part.good(), which)
            .subquery()
        )  # fmt: skip
        rows = _lines(part, staged, line)
        work.session().execute(
            insert(table_of(Line)).from_select(
                ["broker_id", "superior_id", "line", "valid_from", "known_from", "placed_by"], rows
            )
        )


def _lines(part: Slice, staged: Any, line: LineKind) -> Any:
    above = aliased(Line)
    begins = (
        select(func.min(above.valid_from))
        .where(above.broker_id == staged.c.leader, above.line == LineKind.MANAGEMENT, known(above))
        .scalar_subquery()
    )
    day = case((begins > staged.c.joined_on, begins), else_=staged.c.joined_on)
    rows = select(
        staged.c.target_id, staged.c.leader, literal(line.value), day,
        literal(clock.now(), Line.known_from.type),
        literal(part.actor.user_id, Line.placed_by.type),
    )  # fmt: skip
    return rows if line == LineKind.MANAGEMENT else rows.where(staged.c.leader.is_not(None))


def link_users(part: Slice) -> None:
    """Who signs in as the broker; what is open for him, or for who was it, is opened anew."""
    if not part.has("email"):
        return
    broker, staged = table_of(Broker), part.select("email")
    user = select(User.id).where(User.email == staged.c.email).scalar_subquery()
    wishes = (
        select(staged.c.target_id, user.label("user_id"), broker.c.user_id.label("was"))
        .join(broker, broker.c.id == staged.c.target_id)
        .where(staged.c.email.is_not(None), broker.c.user_id.is_distinct_from(user))
        .subquery()
    )
    touched = work.session().execute(select(wishes.c.user_id, wishes.c.was)).all()
    if not touched:
        return
    work.session().execute(
        update(broker).where(broker.c.id == wishes.c.target_id).values(user_id=wishes.c.user_id),
        execution_options={"synchronize_session": False},
    )
    for user_id in {one for pair in touched for one in pair} - {None}:
        live.drop(f"user:{user_id}")
