"""Reads of brokers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from hub.brokers.models import Broker
from hub.kernel import access, work


def brokers() -> Select[Any]:
    """Every broker, retired ones too."""
    return select(Broker)


def active() -> list[Broker]:
    """Brokers who serve clients, by number."""
    return list(work.session().scalars(select(Broker).where(Broker.active).order_by(Broker.no)))


def of_user(user_id: int) -> int | None:
    """Id of the broker who signs in as this user."""
    return work.session().scalar(select(Broker.id).where(Broker.user_id == user_id, Broker.active))


def one(broker_id: int) -> Broker:
    """One broker.

    Raises: NotFound.
    """
    return access.found(work.session().get(Broker, broker_id))


def branches() -> list[str]:
    """The branches that brokers belong to."""
    return list(work.session().scalars(select(Broker.branch).distinct().order_by(Broker.branch)))
