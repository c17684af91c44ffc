"""Each made-up client gets a broker, in turn; contracts with brokers; some leads."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, insert, literal, select

from hub.brokers.models import Broker
from hub.brokers.rules import BrokerKind
from hub.clients.models import Client
from hub.kernel import clock, work
from hub.relationship.agreements import demo as agreements
from hub.relationship.leads import demo as leads
from hub.relationship.models import Serving

START = date(2020, 1, 1)


def fill(clients: int, seed: int) -> None:
    """Share the clients out among the brokers, one after the other: one statement."""
    del clients, seed
    with work.unit():
        session = work.session()
        if session.scalar(select(Serving.id).limit(1)) is not None:
            return
        persons = Broker.kind == BrokerKind.PERSON
        count = session.scalar(select(func.count()).select_from(Broker).where(persons))
        if not count:
            return
        place = (func.row_number().over(order_by=Broker.id) - 1).label("place")
        brokers = select(Broker.id, place).where(persons).subquery()
        rows = select(
            Client.id, brokers.c.id,
            func.coalesce(Client.opened_on, literal(START, Serving.valid_from.type)),
            literal(clock.now(), Serving.known_from.type),
        ).join(brokers, brokers.c.place == (Client.id - 1) % count)  # fmt: skip
        columns = ["client_id", "broker_id", "valid_from", "known_from"]
        session.execute(insert(Serving).from_select(columns, rows))
        agreements.fill(START)
        leads.fill()
