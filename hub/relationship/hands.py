"""For whom a broker acts today: himself, those he stands in for, the house desks he works."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, literal, select, union

from hub.brokers.models import Broker, Line, Post
from hub.brokers.rules import BrokerKind, LineKind, PostKind
from hub.kernel import clock
from hub.kernel.access import Actor
from hub.kernel.dated import AsOf, holds, known, meets, stands
from hub.relationship.models import Deputy, Serving

KEPT = 512  # brokers whose statements are kept


def hands_of(broker_id: int) -> Select[Any]:
    """Ids of the brokers whose clients a broker serves today, his own first."""
    return _hands(broker_id, clock.firm_day())


# Nearly every request asks these for the same few people: a statement is built once a day.
@lru_cache(KEPT)
def _hands(broker_id: int, today: date) -> Select[Any]:
    own = select(literal(broker_id, Broker.id.type).label("id"))
    absent = select(Deputy.absent_id).where(
        Deputy.deputy_id == broker_id, Deputy.ended_at.is_(None), holds(Deputy, today)
    )
    desks = select(Broker.id).where(Broker.kind == BrokerKind.DESK)
    worked = desks.join(Post, Post.branch_id == Broker.branch_id).where(
        Post.broker_id == broker_id, Post.kind == PostKind.DESK, holds(Post, today)
    )
    led = desks.join(Line, Line.broker_id == Broker.id).where(
        Line.superior_id == broker_id, Line.line == LineKind.MANAGEMENT,
        stands(Line, AsOf(today)),
    )  # fmt: skip
    every = union(own, absent, worked, led).subquery()
    return select(every.c.id)


def served_by_others(client_id: Any, first: Any, actor: Actor) -> ColumnElement[bool]:
    """Condition: on a day from `first` to yesterday somebody served whom the actor does not lead.

    Shape: a house desk is nobody; the system keeps any history.
    """
    if actor.is_system:
        return false()
    today = clock.firm_day()
    mine = led_by(actor.broker_id) if actor.broker_id is not None else select(literal(0))
    nobody = select(Broker.id).where(Broker.kind == BrokerKind.DESK)
    served = exists().where(
        Serving.client_id == client_id, known(Serving), meets(Serving, first, today),
        Serving.broker_id.not_in(mine), Serving.broker_id.not_in(nobody),
    )  # fmt: skip
    return and_(first < today, served)


def promised_to_others(client_id: Any, actor: Actor) -> ColumnElement[bool]:
    """Condition: from a later day on somebody serves whom the actor does not lead.

    Shape: both sides agreed to that, so one of them alone does not undo it; a house desk is nobody.
    """
    if actor.is_system:
        return false()
    mine = led_by(actor.broker_id) if actor.broker_id is not None else select(literal(0))
    nobody = select(Broker.id).where(Broker.kind == BrokerKind.DESK)
    return exists().where(
        Serving.client_id == client_id, known(Serving), Serving.valid_from > clock.firm_day(),
        Serving.broker_id.not_in(mine), Serving.broker_id.not_in(nobody),
    )  # fmt: skip


def led_by(broker_id: int) -> Select[Any]:
    """Ids of a broker and of those who report to him directly today."""
    return _led(broker_id, clock.firm_day())


@lru_cache(KEPT)
def _led(broker_id: int, today: date) -> Select[Any]:
    reports = select(Line.broker_id).where(
        Line.superior_id == broker_id, Line.line == LineKind.MANAGEMENT,
        stands(Line, AsOf(today)),
    )  # fmt: skip
    own = select(literal(broker_id, Broker.id.type).label("id"))
    every = union(own, reports).subquery()
    return select(every.c.id)
