"""Keep the list of brokers."""

from __future__ import annotations

from dataclasses import asdict

from flask_babel import gettext as _
from sqlalchemy import select

from hub.brokers import queries
from hub.brokers.forms import BrokerCard
from hub.brokers.models import Broker
from hub.kernel import access, audit, clock, work
from hub.kernel.errors import Invalid


def create(card: BrokerCard) -> int:
    """Take a broker in → his id.

    Raises: Forbidden, Invalid for a number that is taken.
    """
    access.demand("brokers.write")
    _refuse_taken(card.no, but=0)
    row = Broker(**asdict(card), created_at=clock.now())
    work.session().add(row)
    work.session().flush()
    audit.append("created", "broker", row.id)
    return row.id


def change(broker_id: int, card: BrokerCard) -> None:
    """Change what is written about a broker.

    Raises: Forbidden, NotFound, Invalid.
    """
    access.demand("brokers.write")
    row = queries.one(broker_id)
    _refuse_taken(card.no, but=broker_id)
    for name, value in asdict(card).items():
        setattr(row, name, value)
    audit.append("changed", "broker", broker_id)


def _refuse_taken(no: str, *, but: int) -> None:
    same = select(Broker.id).where(Broker.no == no, Broker.id != but)
    if work.session().scalar(same) is not None:
        raise Invalid({"no": _("another broker has this number")})
