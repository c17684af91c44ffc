"""A broker leaves: what he holds changes on the day, whenever it was planned."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select, update

from hub.brokers.models import Broker
from hub.kernel import access, clock, work
from hub.kernel.dated import holds, known
from hub.relationship import service, transfers
from hub.relationship.leads import service as leads
from hub.relationship.leads.models import Lead
from hub.relationship.leads.rules import LIVE
from hub.relationship.models import Deputy, Serving

TURN, SEATS = "relationship.turn", "relationship.seats"


def farewell(broker_id: int, day: date) -> None:
    """From the day on others serve his clients; the rest is his until then."""
    if day <= clock.firm_day():
        _part(broker_id)
    service.hand_back(broker_id, day)


def turn() -> None:
    """Job: a day has turned. Whoever has left holds nothing more; seats follow the tree."""
    for broker_id in work.session().scalars(_holding()).all():
        _part(broker_id)
    for broker_id, day in work.session().execute(_serving()).all():
        service.hand_back(broker_id, day)
    transfers.settle()


def seats(fact: dict[str, Any]) -> None:
    """Job: somebody moved in the tree, left, or a post of his began or ended."""
    transfers.settle(fact["broker_id"])


def _holding() -> Select[Any]:
    """Those who have left and still work on leads or stand in; nothing of a leave that is off."""
    lead = exists().where(Lead.broker_id == Broker.id, Lead.state.in_(LIVE))
    return select(Broker.id).where(
        Broker.left_on <= clock.firm_day(), or_(lead, exists().where(*_stands(Broker.id)))
    )


def _serving() -> Select[Any]:
    """Those who have left, with their day, and were given clients beside their leave."""
    open_ones = exists().where(
        Serving.broker_id == Broker.id, known(Serving), holds(Serving, clock.firm_day())
    )
    rows: Any = select(Broker.id, Broker.left_on)
    found: Select[Any] = rows.where(Broker.left_on <= clock.firm_day(), open_ones)
    return found


def _part(broker_id: int) -> None:
    """His transfers go on without him, his leads wait in the pool, nobody stands in any more."""
    transfers.settle(broker_id)
    leads.farewell(broker_id)
    off = update(Deputy).where(*_stands(broker_id))
    work.session().execute(
        off.values(ended_at=clock.now(), ended_by=access.current().user_id),
        execution_options={"synchronize_session": "fetch"},
    )


def _stands(broker_id: Any) -> tuple[ColumnElement[bool], ...]:
    """Conditions: somebody still stands in for him, or he for somebody."""
    his = or_(Deputy.absent_id == broker_id, Deputy.deputy_id == broker_id)
    return Deputy.ended_at.is_(None), Deputy.valid_to > clock.firm_day(), his
