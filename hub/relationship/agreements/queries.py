"""Reads of agreements, always through the gate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Case,
    ColumnElement,
    Date,
    ScalarSelect,
    Select,
    String,
    and_,
    case,
    func,
    literal,
    or_,
    select,
)

from hub.brokers.models import Broker
from hub.clients import queries as client_book
from hub.clients.models import Client
from hub.kernel import access, clock, gate, work
from hub.kernel.access import Actor
from hub.kernel.base import Rows
from hub.kernel.dated import FOREVER, AsOf, holds, known
from hub.kernel.errors import NotFound
from hub.relationship.agreements.models import Agreement, AgreementVersion
from hub.relationship.agreements.rules import AgreementState, Side

READ, WRITE = "agreements.read", "agreements.write"
MODELS: dict[Side, Any] = {Side.CLIENT: Client, Side.BROKER: Broker}


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """An agreement with its days, as a panel shows it."""

    id: int
    no: str
    title: str
    valid_from: date | None
    valid_to: date | None
    state: str


def side_of(row: Agreement) -> tuple[Side, int]:
    """With whom an agreement is: the side, and the broker's id or that of who the client is now."""
    if row.client_id is not None:
        now = select(func.coalesce(Client.merged_into, Client.id))
        client_id = work.session().scalar(now.where(Client.id == row.client_id))
        return Side.CLIENT, client_id or row.client_id
    assert row.broker_id is not None
    return Side.BROKER, row.broker_id


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """Condition on `Agreement` beside `Client`: its client or broker is one whom the actor sees."""
    clients = access.scope(actor, Side.CLIENT, func.coalesce(Client.merged_into, Client.id))
    brokers = access.scope(actor, Side.BROKER, Agreement.broker_id)
    return or_(
        and_(Agreement.client_id.is_not(None), clients),
        and_(Agreement.broker_id.is_not(None), brokers),
    )


def visible() -> Select[Any]:
    """Agreements that the present actor may see, with their client or broker."""
    return (
        select(Agreement)
        .outerjoin(Client, Client.id == Agreement.client_id)
        .outerjoin(Broker, Broker.id == Agreement.broker_id)
        .where(seen_by(access.current()))
    )


def one(agreement_id: int) -> Agreement:
    """An agreement that the present actor may see.

    Raises: NotFound, the same for a missing row and for one he may not know of.
    """
    row: Agreement | None = work.session().scalar(visible().where(Agreement.id == agreement_id))
    if row is None:
        gate.note_refusal(Agreement, agreement_id, access.current(), kind="agreement", verb=READ)
        raise NotFound
    return row


def operable(agreement_id: int) -> Agreement:
    """An agreement that the present actor may change.

    Raises: NotFound when he may not see it, Forbidden when he may only read it.
    """
    row = one(agreement_id)
    side, subject_id = side_of(row)
    gate.refuse_unless_may(MODELS[side], subject_id, kind=side, verb=WRITE)
    return row


def locked(agreement_id: int) -> Agreement:
    """The same, and nobody else's until the unit ends.

    Raises: NotFound, Forbidden.
    """
    operable(agreement_id)
    return work.session().get_one(
        Agreement, agreement_id, with_for_update=True, populate_existing=True
    )


def may_read_file(actor: Actor, agreement_id: int) -> bool:
    """Whether an actor may read what was signed: who may see the agreement, and the client."""
    who = func.coalesce(Client.merged_into, Client.id)
    seen = select(who).select_from(Agreement).outerjoin(Client, Client.id == Agreement.client_id)
    mine = seen.where(Agreement.id == agreement_id, seen_by(actor))
    found: list[int | None] = list(work.session().scalars(mine))
    is_own = actor.client_id is not None and actor.client_id in found
    return is_own or (bool(found) and actor.holds(READ))


def may_add_file(actor: Actor, agreement_id: int) -> bool:
    """Whether an actor may bring what was signed."""
    row = work.session().get(Agreement, agreement_id)
    if row is None:
        return False
    side, subject_id = side_of(row)
    return access.may(actor, WRITE, subject_id, side)


def may_write(row: Agreement) -> bool:
    """Whether the present actor may change an agreement."""
    side, subject_id = side_of(row)
    return access.may(access.current(), WRITE, subject_id, side)


def first_day(known_at: datetime | None = None) -> ScalarSelect[Any]:
    """The first day of `Agreement`, as it was known; null when it never was in force."""
    row = AgreementVersion
    return (
        select(func.min(row.valid_from))
        .where(row.agreement_id == Agreement.id, known(row, known_at))
        .correlate(Agreement)
        .scalar_subquery()
    )


def end_day(known_at: datetime | None = None) -> ScalarSelect[Any]:
    """The day after the last one of `Agreement`, as it was known; null while it is open."""
    row = AgreementVersion
    last = func.max(func.coalesce(row.valid_to, literal(FOREVER, row.valid_from.type)))
    return (
        select(func.nullif(last, literal(FOREVER, row.valid_from.type), type_=Date()))
        .where(row.agreement_id == Agreement.id, known(row, known_at))
        .correlate(Agreement)
        .scalar_subquery()
    )


def state(as_of: AsOf | None = None) -> Case[str]:
    """How `Agreement` stands in a reading, as an `AgreementState`."""
    as_of = as_of or AsOf()
    row, today = AgreementVersion, as_of.day
    own = select(row.id).where(row.agreement_id == Agreement.id, known(row, as_of.known_at))
    return case(
        (own.where(holds(row, today)).exists(), literal(AgreementState.IN_FORCE, String())),
        (own.where(row.valid_from > today).exists(), literal(AgreementState.TO_COME, String())),
        (own.exists(), literal(AgreementState.OVER, String())),
        else_=literal(AgreementState.VOID, String()),
    )


def in_state(wanted: str, as_of: AsOf) -> ColumnElement[bool]:
    """Condition on `Agreement`: it stands so; the same as `state`, by what is indexed."""
    row, today, mine = AgreementVersion, as_of.day, Agreement.id
    every = select(row.agreement_id).where(known(row, as_of.known_at))
    now, later = every.where(holds(row, today)), every.where(row.valid_from > today)
    conditions = {
        AgreementState.IN_FORCE: mine.in_(now),
        AgreementState.TO_COME: and_(mine.in_(later), mine.not_in(now)),
        AgreementState.OVER: and_(mine.in_(every), mine.not_in(now), mine.not_in(later)),
        AgreementState.VOID: mine.not_in(every),
    }
    return conditions[AgreementState(wanted)]


def is_not_over() -> ColumnElement[bool]:
    """Condition on `Agreement`: it is in force today or on a later day."""
    row, today = AgreementVersion, clock.firm_day()
    later = or_(row.valid_to.is_(None), row.valid_to > today)
    return Agreement.id.in_(select(row.agreement_id).where(known(row), later))


def of_subject(side: Side, subject_id: int, as_of: AsOf | None = None) -> list[AgreementLine]:
    """The agreements of a client or broker as they stood, the latest first; no gate is asked."""
    own = Agreement.broker_id == subject_id
    if side == Side.CLIENT:
        own = Agreement.client_id.in_(client_book.rows_of(subject_id))
    rows = work.session().execute(_days(as_of).where(own).order_by(Agreement.id.desc()))
    return [AgreementLine(*row) for row in rows]


def line_of(agreement_id: int) -> AgreementLine:
    """An agreement with its days; the caller asks the gate."""
    return AgreementLine(*work.session().execute(_days().where(Agreement.id == agreement_id)).one())


def _days(as_of: AsOf | None = None) -> Rows:
    at = as_of.known_at if as_of is not None else None
    days = (first_day(at), end_day(at), state(as_of))
    return select(Agreement.id, Agreement.no, Agreement.title, *days)


def subject_name(side: Side, subject_id: int) -> str:
    """Number and name of a client or broker; the caller asks the gate."""
    row = work.session().get_one(MODELS[side], subject_id)
    return f"{row.no} {row.name}"
