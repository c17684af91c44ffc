"""Who serves whom on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select

from hub.brokers.models import Broker
from hub.clients import queries as clients
from hub.clients.models import Client
from hub.kernel import clock, work
from hub.kernel.base import MONEY_SCALE, Rows, Scaled
from hub.kernel.dated import AsOf, is_on, known, stands
from hub.relationship.models import Introduction, Serving
from hub.relationship.transfer_models import Handed


@dataclass(frozen=True, slots=True)
class Served:
    """A stretch of serving, as a page shows it."""

    broker: str
    broker_no: str
    valid_from: date
    valid_to: date | None

    def is_on(self, day: date) -> bool:
        """Whether he serves on a day."""
        return is_on(self, day)


def holds_on(day: date, serving: Any = Serving) -> ColumnElement[bool]:
    """Condition: the row is known and true on a day."""
    return stands(serving, AsOf(day))


def served_by_any(brokers: Select[Any], day: date | None = None) -> Select[Any]:
    """Ids of the clients whom any of these brokers serves on a day, today when not given."""
    return select(Serving.client_id).where(
        Serving.broker_id.in_(brokers), holds_on(day or clock.firm_day())
    )


def broker_of(client_id: int, day: date | None = None) -> int | None:
    """Id of the broker who serves a client on a day."""
    found = select(Serving.broker_id).where(
        Serving.client_id == client_id, holds_on(day or clock.firm_day())
    )
    return work.session().scalar(found)


def history(client_id: int, known_at: datetime | None = None) -> list[Served]:
    """Who served and serves a client, latest first, as it is known now or was at a moment."""
    rows = work.session().execute(
        select(Broker.name, Broker.no, Serving.valid_from, Serving.valid_to)
        .join(Broker, Broker.id == Serving.broker_id)
        .where(Serving.client_id == client_id, known(Serving, known_at))
        .order_by(Serving.valid_from.desc())
    )
    return [Served(*row) for row in rows]


def clients_of(broker_id: int, as_of: AsOf) -> Select[Any]:
    """Clients whom a broker served in a reading and whom the present actor sees."""
    then = select(Serving.client_id).where(Serving.broker_id == broker_id, stands(Serving, as_of))
    return clients.visible(Client).where(Client.id.in_(then))


def count_clients_of(broker_id: int, as_of: AsOf) -> int:
    """How many those are."""
    some = clients_of(broker_id, as_of).with_only_columns(Client.id).subquery()
    return work.session().scalar(select(func.count()).select_from(some)) or 0


def personal(client_id: int) -> dict[str, Any]:
    """Everything these tables hold of a client."""
    introducer = (
        work.session()
        .execute(
            select(Broker.no, Introduction.on_day)
            .join(Broker, Broker.id == Introduction.broker_id)
            .where(Introduction.client_id == client_id)
        )
        .first()
    )
    handed = work.session().scalars(select(Handed.transfer_id).where(Handed.client_id == client_id))
    return {
        "served_by": [
            {"broker": line.broker_no, "from": line.valid_from.isoformat(),
             "to": line.valid_to and line.valid_to.isoformat()}
            for line in history(client_id)
        ],
        "introduced_by": None if introducer is None else {
            "broker": introducer.no, "on": introducer.on_day.isoformat(),
        },
        "transfers": list(handed),
    }  # fmt: skip


def count_served(broker_id: int, as_of: AsOf) -> int:
    """How many clients a broker served in a reading."""
    rows = select(func.count()).where(Serving.broker_id == broker_id, stands(Serving, as_of))
    return work.session().scalar(rows) or 0


def introductions(first: date, end: date) -> Rows:
    """Who brought clients in on the days [first, end): broker_id, day, amount (one each)."""
    one = literal(Decimal(1), Scaled(MONEY_SCALE))
    return select(
        Introduction.broker_id, Introduction.on_day.label("day"), one.label("amount")
    ).where(Introduction.on_day >= first, Introduction.on_day < end)


def introducer_of(client_id: int) -> int | None:
    """Id of the broker who brought a client to the firm."""
    row = work.session().get(Introduction, client_id)
    return None if row is None else row.broker_id
