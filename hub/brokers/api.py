"""Brokers for programs."""

from __future__ import annotations

from typing import Any

from hub.brokers import queries, service
from hub.brokers.forms import BrokerCard, BrokerForm
from hub.brokers.listing import listing
from hub.brokers.models import Broker
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor
from hub.pages.api.operations import Guard

door = ApiDoor("brokers_api", __name__, path="/brokers", about="Who serves clients.")


class BrokerOut(out.Out):
    """A broker; an inactive one serves nobody."""

    id = out.whole()
    no = out.text()
    name = out.text()
    branch = out.text()
    title = out.text()
    active = out.yes()


@door.get("", needs="brokers.read", listing=listing)
def index() -> Any:
    """Every broker."""
    return listing(), queries.brokers()


@door.post("", needs="brokers.write", takes=BrokerForm, gives=out.Made, status=201)
def create(card: BrokerCard) -> dict[str, int]:
    """Take a broker in."""
    return {"id": service.create(card)}


@door.get("/<int:broker_id>", needs="brokers.read", gives=BrokerOut)
def show(broker_id: int) -> Broker:
    """One broker."""
    return queries.one(broker_id)


@door.put(
    "/<int:broker_id>", needs="brokers.write", takes=BrokerForm, gives=BrokerOut,
    guard=Guard(view=show, gives=BrokerOut, model=Broker, key="broker_id"),
)  # fmt: skip
def change(card: BrokerCard, broker_id: int) -> Broker:
    """Change what is written about a broker."""
    service.change(broker_id, card)
    return queries.one(broker_id)
