"""Moves in the tree from a file, each with its day: no loop, no second root, no orphan."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as l_
from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select, true
from sqlalchemy.orm import aliased

from hub.brokers import moving, queries
from hub.brokers.forms import Move
from hub.brokers.imports.fields import MOVE_FIELDS
from hub.brokers.imports.forest import Forest
from hub.brokers.imports.leaders import LEADS_NOBODY, ONESELF, UNPLACED, UNSEEN
from hub.brokers.imports.writing import place_among
from hub.brokers.models import Broker, Line
from hub.brokers.rules import BrokerKind, LineKind
from hub.brokers.service import OFFICE
from hub.kernel import access, gate, work
from hub.kernel.dated import holds, known
from hub.kernel.errors import HubError, brief
from hub.kernel.imports.kinds import Kind
from hub.kernel.imports.slices import Slice
from hub.kernel.sentences import N_

NO_MANAGER = N_("say who leads him")
NOT_YOURS = N_("you may move your direct reports only, to yourself or to one of them")
NOT_THERE = N_("he does not work here on that day and from then on")
TWICE = N_("an earlier line of the file moves him already")
IS_ROOT = N_("the tree needs its root: name a successor first")
LOOP = N_("he stands above his new superior: nobody leads whoever leads him")
REFUSED = N_("the move cannot be made: %(why)s")


def check(part: Slice) -> None:
    """Say which rows move somebody, and refuse those that may not or cannot."""
    row = part.rows.c
    known_as = select(Broker.id).where(Broker.no == row.key)
    part.tell(true(), target_id=known_as.scalar_subquery(), outcome=None)
    _refuse_unseen(part, row.key, "no")
    _refuse_unseen(part, part.value("manager"), "manager")
    missing = part.value("manager").is_(None) & (_line(part) == LineKind.MANAGEMENT)
    part.refuse(missing, NO_MANAGER, field="manager")
    part.refuse(part.value("manager") == row.key, ONESELF, field="manager")
    part.tell(true(), outcome="updated")
    part.tell(_stands_there(part), outcome="unchanged")
    moves = row.outcome == "updated"
    _refuse_foreign(part, moves, row.key, "no")
    _refuse_foreign(part, moves, part.value("manager"), "manager")
    _refuse_absent(part, moves)
    _refuse_twice(part)
    _refuse_loops(part)


def _line(part: Slice, row: Any = None) -> ColumnElement[str]:
    return func.coalesce(part.value("line", row), literal(LineKind.MANAGEMENT.value))


def _named(wish: Any, *conditions: Any) -> ColumnElement[bool]:
    """Condition: there is a broker of this number, and so he is."""
    return exists().where(Broker.no == wish, *conditions)


def _refuse_unseen(part: Slice, wish: Any, field: str) -> None:
    seen = access.scope(part.actor, queries.KIND, Broker.id)
    unseen = wish.is_not(None) & ~_named(wish, seen)
    _log(part, unseen, wish, verb="brokers.read")
    part.refuse(unseen, UNSEEN, field=field)


def _refuse_foreign(part: Slice, moves: Any, wish: Any, field: str) -> None:
    hands = access.scope(part.actor, f"{queries.KIND}.operate", Broker.id)
    if field == "manager":
        hands = or_(hands, Broker.id == part.actor.broker_id)
    foreign = moves & wish.is_not(None) & ~_named(wish, hands)
    _log(part, foreign, wish, verb="brokers.place")
    part.refuse(foreign, NOT_YOURS, field=field)


def _log(part: Slice, condition: ColumnElement[bool], wish: Any, *, verb: str) -> None:
    named = select(Broker.id).where(Broker.no.in_(select(wish).where(part.good(), condition)))
    gate.note_refusals(named, kind=queries.KIND, verb=verb)


def _refuse_twice(part: Slice) -> None:
    """A broker is moved once on a line by one file, so that it means the same whenever it comes."""
    twin = part.rows.alias()
    place = place_among((twin.c.key, _line(part, twin.c)), twin.c.seq)
    good = (twin.c.import_id == part.import_id) & twin.c.reasons.is_(None)
    ranked = select(twin.c.seq, place.label("place")).where(good).subquery()
    again = select(ranked.c.seq).where(ranked.c.place > 1)
    part.refuse(part.rows.c.seq.in_(again), TWICE, field="no")


def _stands_there(part: Slice) -> ColumnElement[bool]:
    """Condition: on that day he stands where the row puts him."""
    row, day, leader = part.rows.c, part.value("valid_from"), aliased(Broker)
    here = (Line.broker_id == row.target_id, Line.line == _line(part), known(Line))
    under = (
        select(Line.id)
        .join(leader, leader.id == Line.superior_id)
        .where(*here, holds(Line, day), leader.no == part.value("manager"))
        .correlate(part.rows)
    )
    later = or_(Line.valid_to.is_(None), Line.valid_to > day)
    nobody = part.value("manager").is_(None) & ~exists().where(*here, later)
    return or_(under.exists(), nobody)


def _refuse_absent(part: Slice, moves: ColumnElement[bool]) -> None:
    day, wish = part.value("valid_from"), part.value("manager")
    there = and_(Broker.joined_on <= day, Broker.left_on.is_(None))
    place = select(Line.id).where(
        Line.broker_id == Broker.id, Line.line == LineKind.MANAGEMENT, known(Line),
        holds(Line, day),
    )  # fmt: skip
    placed = place.correlate(part.rows, Broker).exists()
    root = exists().where(
        Line.broker_id == part.rows.c.target_id, Line.superior_id.is_(None), known(Line),
        holds(Line, day),
    )  # fmt: skip
    part.refuse(moves & ~_named(part.rows.c.key, there), NOT_THERE, field="valid_from")
    part.refuse(moves & _named(wish, Broker.kind == BrokerKind.DESK), LEADS_NOBODY, field="manager")
    part.refuse(moves & _named(wish, ~there), NOT_THERE, field="manager")
    part.refuse(moves & _named(wish, ~placed), UNPLACED, field="manager")
    part.refuse(moves & (_line(part) == LineKind.MANAGEMENT) & root, IS_ROOT, field="no")


def _refuse_loops(part: Slice) -> None:
    """Make the moves in mind, in their order; one that would close a loop waits for the others."""
    rows = _moves(part, part.good())
    for line in {one.line for one in rows}:
        forest = _forest(part, line)
        loops = []
        for one in rows:
            if one.line != line:
                continue
            if one.leader is not None and forest.stands_above(one.broker, one.leader, one.day):
                loops.append(one.seq)
            else:
                forest.move(one.broker, one.leader, one.day)
        if loops:
            part.wait(part.rows.c.seq.in_(loops), LOOP, field="manager")


def _forest(part: Slice, line: str) -> Forest:
    """The line as it is known, and as the rows before this slice leave it."""
    places = select(Line.broker_id, Line.superior_id, Line.valid_from, Line.valid_to)
    rows = work.session().execute(places.where(Line.line == line, known(Line)))
    forest = Forest.of((one, above, first, end) for one, above, first, end in rows)
    row = part.rows.c
    before = or_(row.round < part.round, (row.round == part.round) & (row.seq < part.first))
    done = (row.import_id == part.import_id) & row.reasons.is_(None) & before
    for one in _moves(part, done):
        if one.line == line:
            forest.move(one.broker, one.leader, one.day)
    return forest


def _moves(part: Slice, which: ColumnElement[bool]) -> list[Any]:
    """Rows that move somebody, in the order in which they are made."""
    row, leader = part.rows.c, aliased(Broker)
    found = (
        select(
            row.seq, row.target_id.label("broker"), _line(part).label("line"),
            leader.id.label("leader"), part.value("valid_from").label("day"),
        )
        .outerjoin(leader, leader.no == part.value("manager"))
        .where(which, row.outcome == "updated")
        .order_by(row.round, row.seq)
    )  # fmt: skip
    return list(work.session().execute(found).all())


def apply(part: Slice) -> None:
    """Make each move as if by hand: it is audited and told like one."""
    for one in _moves(part, part.good()):
        move = Move(line=LineKind(one.line), superior=one.leader, valid_from=one.day)
        try:
            with work.session().begin_nested():
                moving.place(one.broker, move)
        except HubError as error:
            why = error.detail or brief(error)
            part.refuse(part.rows.c.seq == one.seq, REFUSED, why=why)


tree = Kind(
    name="tree",
    title=l_("Moves in the tree"),
    needs="brokers.place",
    office=OFFICE,
    fields=MOVE_FIELDS,
    key="no",
    key_repeats=True,
    rows_at_once=15,
    onward=((l_("Org chart"), "/tree/"),),
    check=check,
    apply=apply,
)
