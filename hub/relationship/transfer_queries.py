"""Reads of transfers: who may know of them, who has a say, whose hands one is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import aliased

from hub.brokers import queries as brokers
from hub.brokers.models import Broker
from hub.brokers.rules import BrokerKind
from hub.clients import queries as clients
from hub.clients.models import Client
from hub.kernel import access, clock, gate, work
from hub.kernel.dated import known
from hub.kernel.errors import Conflict, NotFound
from hub.relationship import queries
from hub.relationship.hands import hands_of
from hub.relationship.models import Change, Serving
from hub.relationship.rules import ChangeKind, TransferState
from hub.relationship.transfer_models import Handed, Transfer, Vote

giver, receiver = aliased(Broker), aliased(Broker)


@dataclass(frozen=True, slots=True)
class SeatLine:
    """A seat at a transfer as a page shows it."""

    seat: str
    broker_id: int
    name: str
    agreed: bool | None
    said_at: datetime | None
    why: str


def acts_for(broker_id: int) -> bool:
    """Whether the present actor is this broker, or stands in for him today."""
    mine = access.current().broker_id
    if mine is None:
        return False
    hands = hands_of(mine).subquery()
    return mine == broker_id or (
        work.session().scalar(select(hands.c.id).where(hands.c.id == broker_id)) is not None
    )


def visible() -> Select[Any]:
    """Transfers that the present actor asked for, has a say in, or sees a side of."""
    actor = access.current()
    mine: list[ColumnElement[bool]] = [
        access.scope(actor, brokers.KIND, Transfer.giver_id),
        access.scope(actor, brokers.KIND, Transfer.receiver_id),
        Transfer.asked_by == actor.user_id,
    ]
    if actor.broker_id is not None:
        hands = hands_of(actor.broker_id)
        said = select(Vote.transfer_id).where(Vote.broker_id.in_(hands))
        mine.append(Transfer.id.in_(said))
    return (
        select(Transfer)
        .join(giver, giver.id == Transfer.giver_id)
        .join(receiver, receiver.id == Transfer.receiver_id)
        .where(or_(*mine))
    )


def one(transfer_id: int) -> Transfer:
    """A transfer that the present actor may know of.

    Raises: NotFound.
    """
    row: Transfer | None = work.session().scalar(visible().where(Transfer.id == transfer_id))
    if row is None:
        gate.note_refusal(
            Transfer, transfer_id, access.current(), kind="transfer", verb="relationship.transfer"
        )
        raise NotFound
    return row


def locked(transfer_id: int) -> Transfer:
    """The same, open, and nobody else's until the unit ends: two votes come one after the other.

    Raises: NotFound, Conflict.
    """
    one(transfer_id)
    row = work.session().get_one(
        Transfer, transfer_id, with_for_update=True, populate_existing=True
    )
    if row.state != TransferState.OPEN:
        raise Conflict(_("this transfer is over"), code="transfer-over")
    return row


def votes(transfer_id: int) -> list[SeatLine]:
    """The seats of a transfer, and what was said."""
    rows = work.session().execute(
        select(Vote.seat, Broker.id, Broker.name, Vote.agreed, Vote.said_at, Vote.why)
        .join(Broker, Broker.id == Vote.broker_id)
        .where(Vote.transfer_id == transfer_id)
        .order_by(Vote.seat)
    )
    return [SeatLine(*row) for row in rows]


def given_by(row: Transfer, day: date) -> Select[Any]:
    """Ids of those whom the giver serves on a day, and whom he left to the house desk by leaving.

    Shape: without those whom somebody else was promised for a later day.
    """
    giver_id = row.giver_id
    left = select(Change.id).where(Change.giver_id == giver_id, Change.kind == ChangeKind.LEAVE)
    later, desks = aliased(Serving), select(Broker.id).where(Broker.kind == BrokerKind.DESK)
    promised = exists().where(
        later.client_id == Serving.client_id, known(later), later.valid_from > day,
        later.broker_id.not_in([giver_id, row.receiver_id]), later.broker_id.not_in(desks),
    )  # fmt: skip
    return select(Serving.client_id).where(
        or_(Serving.broker_id == giver_id, Serving.change_id.in_(left)), queries.holds_on(day),
        ~promised,
    )  # fmt: skip


def open_about(broker_id: int | None) -> Select[Any]:
    """Open transfers, nobody else's until the unit ends: a broker's, a desk's, or all.

    Shape: a broker's are those that he gives, receives or has a say in.
    """
    rows = select(Transfer).where(Transfer.state == TransferState.OPEN).order_by(Transfer.id)
    if broker_id is not None:
        desks = select(Broker.id).where(Broker.kind == BrokerKind.DESK)
        said = select(Vote.transfer_id).where(Vote.broker_id == broker_id, Vote.agreed.is_(None))
        rows = rows.where(
            or_(
                Transfer.giver_id == broker_id, Transfer.receiver_id == broker_id,
                Transfer.giver_id.in_(desks), Transfer.id.in_(said),
            )
        )  # fmt: skip
    return rows.with_for_update(of=Transfer).execution_options(populate_existing=True)


def can_receive(row: Transfer) -> bool:
    """Whether the receiver may serve them: he stays, and his hands are not held."""
    receiver = work.session().get_one(Broker, row.receiver_id)
    day = max(row.valid_from, clock.firm_day())
    return receiver.left_on is None and receiver.frozen_at is None and receiver.joined_on <= day


def people(transfer_id: int) -> Select[Any]:
    """The clients of a transfer whom the present actor may see."""
    handed = select(Handed.client_id).where(Handed.transfer_id == transfer_id)
    return clients.visible(Client).where(Client.id.in_(handed))


def moved_of(row: Transfer) -> Select[Any]:
    """Ids of the clients whom a finished transfer moved: the receiver serves them from its day."""
    return select(Handed.client_id).where(Handed.transfer_id == row.id, Handed.moved.is_(True))
