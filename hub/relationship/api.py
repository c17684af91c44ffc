"""Who serves a client, for programs."""

from __future__ import annotations

from typing import Any

from flask import request

from hub.brokers import queries as brokers
from hub.clients import queries as clients
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor
from hub.pages.forms import parse
from hub.pages.readings import DatedForm, Reading
from hub.relationship import queries, service
from hub.relationship.forms import Assignment, AssignmentForm
from hub.relationship.serving_listing import listing

ABOUT = "Who serves whom, since when."
door = ApiDoor("serving_api", __name__, path="/clients", about=ABOUT)
broker_door = ApiDoor("served_api", __name__, path="/brokers", about=ABOUT)


class ServedOut(out.Out):
    """A stretch of serving: the days before `valid_to`."""

    broker = out.text()
    broker_no = out.text()
    valid_from = out.day()
    valid_to = out.day(null=True)


class ServingOut(out.Out):
    """Who serves a client on the day, and who served and serves him, latest first."""

    day = out.day()
    on_day = out.one(ServedOut, null=True)
    items = out.many(ServedOut)


class ServedCountOut(out.Out):
    """How many of the clients whom you see a broker serves on a day."""

    day = out.day()
    clients = out.whole()


@door.get("/<int:client_id>/serving", needs="clients.read", asks=DatedForm, gives=ServingOut)
def history(reading: Reading, client_id: int) -> dict[str, Any]:
    """Who serves a client on a day, and on all others, as known at a moment."""
    as_of = reading.as_of
    lines = queries.history(clients.one(client_id).id, as_of.known_at)
    on_day = next((line for line in lines if line.is_on(as_of.day)), None)
    return {"day": as_of.day, "on_day": on_day, "items": lines}


@door.post(
    "/<int:client_id>/serving", needs="relationship.assign", takes=AssignmentForm, gives=ServingOut
)
def assign(wish: Assignment, client_id: int) -> dict[str, Any]:
    """Have a broker serve the client from a day on."""
    service.assign(client_id, wish.broker, valid_from=wish.valid_from)
    return history(Reading(), client_id)


@broker_door.get("/<int:broker_id>/clients", needs="clients.read", listing=listing)
def served(broker_id: int) -> Any:
    """Clients whom a broker serves on a day, as known at a moment, as far as you see them."""
    as_of = parse(DatedForm, request.args).as_of
    return listing(), queries.clients_of(brokers.one(broker_id).id, as_of)


@broker_door.get(
    "/<int:broker_id>/clients/export", needs="clients.export", listing=listing, exports=True
)
def export_served(broker_id: int) -> Any:
    """The same, all of them."""
    return served(broker_id)


@broker_door.get(
    "/<int:broker_id>/clients/count", needs="clients.read", asks=DatedForm, gives=ServedCountOut
)
def count(reading: Reading, broker_id: int) -> dict[str, Any]:
    """How many those are."""
    as_of = reading.as_of
    found = queries.count_clients_of(brokers.one(broker_id).id, as_of)
    return {"day": as_of.day, "clients": found}
