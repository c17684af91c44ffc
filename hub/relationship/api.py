"""Who serves a client, for programs."""

from __future__ import annotations

from typing import Any

from hub.clients import queries as clients
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor
from hub.relationship import queries, service
from hub.relationship.forms import Assignment, AssignmentForm

door = ApiDoor("serving_api", __name__, path="/clients", about="Who serves whom, since when.")


class ServedOut(out.Out):
    """A stretch of serving: the days before `valid_to`."""

    broker = out.text()
    broker_no = out.text()
    valid_from = out.day()
    valid_to = out.day(null=True)


class ServingOut(out.Out):
    """Who served and serves a client, latest first."""

    items = out.many(ServedOut)


@door.get("/<int:client_id>/serving", needs="clients.read", gives=ServingOut)
def history(client_id: int) -> dict[str, Any]:
    """Who served and serves a client, as it is known now."""
    return {"items": queries.history(clients.one(client_id).id)}


@door.post(
    "/<int:client_id>/serving", needs="relationship.assign", takes=AssignmentForm, gives=ServingOut
)
def assign(wish: Assignment, client_id: int) -> dict[str, Any]:
    """Have a broker serve the client from a day on."""
    service.assign(client_id, wish.broker, valid_from=wish.valid_from)
    return history(client_id)
