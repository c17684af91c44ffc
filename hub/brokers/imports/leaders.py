"""Under whom a file puts its new brokers: somebody who is there, or comes with the same file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy.orm import aliased

from hub.brokers import queries
from hub.brokers.models import Broker, Line
from hub.brokers.rules import BrokerKind, LineKind
from hub.brokers.service import OFFICE
from hub.kernel import access, gate, work
from hub.kernel.dated import known
from hub.kernel.imports.slices import Slice
from hub.kernel.sentences import N_

FIELDS = ("manager", "mentor")
WAVES = 8  # levels that one round takes over at most, whatever the order of the lines
UNSEEN = N_("you see no broker with this number")
ONESELF = N_("nobody leads himself")
LEADS_NOBODY = N_("a house desk leads nobody")
LEAVES = N_("he leaves the firm, or has left it")
UNPLACED = N_("he has no place in the tree")
NOT_YOURS = N_("you may put brokers under yourself and under your direct reports only")
MISSING = N_(
    "there is no broker with this number, neither here nor in this file, or he stands below"
)
SECOND_ROOT = N_("say who leads him: the tree has its root")


def check(part: Slice) -> None:
    """Refuse leaders who cannot lead; take the new brokers whose leaders are there, or come."""
    for field in FIELDS:
        if part.has(field):
            _refuse_self(part, field)
            _refuse_known(part, field)
            _refuse_coming(part, field)
    _refuse_second_root(part)
    row = part.rows.c
    new = row.target_id.is_(None) & row.outcome.is_(None)
    for _wave in range(WAVES):
        if not part.tell(new & ready(part, coming=True), outcome="created"):
            break
    wait(part, new)


def ready(part: Slice, *, coming: bool = False) -> ColumnElement[bool]:
    """Condition: the leaders whom a row names are there; or `coming` with the same file."""
    conditions: list[ColumnElement[bool]] = []
    for field in FIELDS:
        if part.has(field):
            wish = part.value(field)
            there = exists().where(Broker.no == wish)
            found = or_(there, _coming(part, field)) if coming else there
            conditions.append(wish.is_(None) | found)
    return and_(true(), *conditions)


def wait(part: Slice, rows: ColumnElement[bool]) -> None:
    """Have rows wait for leaders who may come with a later line."""
    for field in FIELDS:
        if part.has(field):
            wish = part.value(field)
            missing = wish.is_not(None) & ~exists().where(Broker.no == wish)
            part.wait(rows & missing, MISSING, field=field)


def _among(part: Slice, field: str, which: Callable[[Any], Any]) -> Any:
    """Condition: a good row of the file has the number that a row names, and is one of `which`.

    Shape: asked once a statement, of the whole file: no index leads from a number to such a row.
    """
    twin = part.rows.alias()
    mine = (twin.c.import_id == part.import_id, twin.c.reasons.is_(None), which(twin.c))
    return part.value(field).in_(select(twin.c.key).where(*mine))


def _coming(part: Slice, field: str) -> Any:
    return _among(part, field, lambda twin: twin.outcome == "created")


def _refuse_self(part: Slice, field: str) -> None:
    part.refuse(part.value(field) == part.rows.c.key, ONESELF, field=field)


def _refuse_known(part: Slice, field: str) -> None:
    """Leaders who are brokers already: seen, there to stay, placed, and in the actor's hands."""
    new, wish, leader = part.rows.c.target_id.is_(None), part.value(field), aliased(Broker)
    named = select(leader.id).where(leader.no == wish).correlate(part.rows)

    def which(*conditions: Any) -> ColumnElement[bool]:
        return new & named.where(*conditions).exists()

    def refuse(text: str, *conditions: Any) -> None:
        part.refuse(which(*conditions), text, field=field)

    unseen = ~access.scope(part.actor, queries.KIND, leader.id)
    _log(part, which(unseen), wish, verb="brokers.read")
    refuse(UNSEEN, unseen)
    refuse(LEADS_NOBODY, leader.kind == BrokerKind.DESK)
    refuse(LEAVES, leader.left_on.is_not(None))
    place = exists().where(
        Line.broker_id == leader.id, Line.line == LineKind.MANAGEMENT, known(Line)
    )
    refuse(UNPLACED, ~place)
    foreign = ~or_(
        leader.id == part.actor.broker_id,
        access.scope(part.actor, f"{queries.KIND}.operate", leader.id),
    )
    _log(part, which(foreign), wish, verb="brokers.place")
    refuse(NOT_YOURS, foreign)


def _log(part: Slice, condition: ColumnElement[bool], wish: Any, *, verb: str) -> None:
    named = select(Broker.id).where(Broker.no.in_(select(wish).where(part.good(), condition)))
    gate.note_refusals(named, kind=queries.KIND, verb=verb)


def _refuse_coming(part: Slice, field: str) -> None:
    """Leaders of the same file: they stay, and the actor will have them in his hands."""
    new = part.rows.c.target_id.is_(None)

    def leaves(twin: Any) -> Any:
        return twin.target_id.is_(None) & part.value("left_on", twin).is_not(None)

    def foreign(twin: Any) -> Any:
        own = select(Broker.no).where(Broker.id == part.actor.broker_id).scalar_subquery()
        led = func.coalesce(part.value("manager", twin), own) == own
        return twin.target_id.is_(None) & ~led

    if part.has("left_on"):
        part.refuse(new & _among(part, field, leaves), LEAVES, field=field)
    if not part.actor.holds(OFFICE):
        part.refuse(new & _among(part, field, foreign), NOT_YOURS, field=field)


def _refuse_second_root(part: Slice) -> None:
    """Who names no manager stands under the importer; if that is no broker, he is the root."""
    if part.actor.broker_id is not None:
        return
    row, session = part.rows.c, work.session()
    rootless = row.target_id.is_(None) & part.value("manager").is_(None)
    first = session.scalar(select(func.min(row.seq)).where(part.good(), rootless))
    if first is None:
        return
    root = select(Line.id).where(Line.superior_id.is_(None), known(Line))
    other = select(row.seq).where(
        row.import_id == part.import_id, row.reasons.is_(None), row.outcome == "created",
        row.seq != first, row.target_id.is_(None), part.value("manager").is_(None),
    )  # fmt: skip
    taken = session.scalar(root.limit(1)) is not None
    taken = taken or session.scalar(other.limit(1)) is not None
    part.refuse(rootless if taken else rootless & (row.seq != first), SECOND_ROOT, field="manager")
