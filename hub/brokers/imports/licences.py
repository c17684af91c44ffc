"""Qualifications from a file of brokers: noted once, a new last day is written."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, func, insert, literal, or_, select, update
from sqlalchemy.orm import aliased

from hub.brokers.models import Broker, Qualification
from hub.brokers.rules import QualificationKind
from hub.kernel import clock, work
from hub.kernel.base import table_of
from hub.kernel.imports.slices import Slice
from hub.kernel.sentences import N_

FIELDS = ("licence_kind", "licence_from", "licence_to")
NO_NUMBER = N_("say the number of the qualification")
BACKWARDS = N_("it has to end after it begins")
HELD = N_("another qualification of this kind holds on some of these days")


def _kind(part: Slice) -> ColumnElement[str]:
    return func.coalesce(part.value("licence_kind"), literal(QualificationKind.BROKER.value))


def _first(part: Slice) -> ColumnElement[Any]:
    """From when it holds: as the file says, else from his first day."""
    joined = select(Broker.joined_on).where(Broker.id == part.rows.c.target_id)
    his = joined.correlate(part.rows).scalar_subquery()
    return func.coalesce(part.value("licence_from"), his, part.value("joined_on"))


def _his(part: Slice, licence: Any = Qualification) -> tuple[ColumnElement[bool], ...]:
    """Conditions: a qualification of the row's broker and kind."""
    return licence.broker_id == part.rows.c.target_id, licence.kind == _kind(part)


def changes(part: Slice) -> list[ColumnElement[bool]]:
    """Conditions for rows that say something new of a broker who is there."""
    if not part.has("licence"):
        return []
    number, until = part.value("licence"), part.value("licence_to")
    same = (*_his(part), Qualification.number == number)
    new = number.is_not(None) & ~exists().where(*same)
    ends = until.is_not(None) & exists().where(
        *same, Qualification.valid_to.is_distinct_from(until)
    )
    return [_stays(part) & or_(new, ends)]


def _stays(part: Slice) -> ColumnElement[bool]:
    """Condition: he has not said farewell, by which his qualifications ended."""
    return exists().where(Broker.id == part.rows.c.target_id, Broker.left_on.is_(None))


def check(part: Slice) -> None:
    """Refuse what cannot hold."""
    for field in FIELDS:
        if part.has(field):
            lone = part.value(field).is_not(None) & part.value("licence").is_(None)
            part.refuse(lone, NO_NUMBER, field=field)
    if not part.has("licence"):
        return
    number, until, first = part.value("licence"), part.value("licence_to"), _first(part)
    his = aliased(Qualification)
    known_first = (
        select(func.min(his.valid_from))
        .where(*_his(part, his), his.number == number)
        .correlate(part.rows)
        .scalar_subquery()
    )
    begins = func.coalesce(known_first, first)
    part.refuse(until <= begins, BACKWARDS, field="licence_to")
    meets = (
        or_(Qualification.valid_to.is_(None), Qualification.valid_to > begins)
        & or_(until.is_(None), Qualification.valid_from < until)
    )  # fmt: skip
    other = exists().where(*_his(part), Qualification.number != number, meets)
    part.refuse(number.is_not(None) & other, HELD, field="licence")


def apply(part: Slice) -> None:
    """Note new ones; write the last day of those that are known."""
    if not part.has("licence"):
        return
    row, number, until = part.rows.c, part.value("licence"), part.value("licence_to")
    known = exists().where(*_his(part), Qualification.number == number)
    rows = select(
        row.target_id, _kind(part), number, literal(""), _first(part), until,
        literal(part.actor.user_id, Qualification.noted_by.type),
        literal(clock.now(), Qualification.noted_at.type),
    ).where(part.good(), _stays(part), number.is_not(None), ~known)  # fmt: skip
    columns = [
        "broker_id", "kind", "number", "scope", "valid_from", "valid_to", "noted_by", "noted_at",
    ]  # fmt: skip
    licence = table_of(Qualification)
    work.session().execute(insert(licence).from_select(columns, rows))
    said = (
        select(row.target_id, _kind(part).label("kind"), number.label("number"), until.label("end"))
        .where(part.good(), _stays(part), until.is_not(None))
        .subquery()
    )
    work.session().execute(
        update(licence)
        .where(
            licence.c.broker_id == said.c.target_id, licence.c.kind == said.c.kind,
            licence.c.number == said.c.number, licence.c.valid_to.is_distinct_from(said.c.end),
        )
        .values(valid_to=said.c.end),
        execution_options={"synchronize_session": False},
    )  # fmt: skip
