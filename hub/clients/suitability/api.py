"""Suitability for programs."""

from __future__ import annotations

from typing import Any

from hub.clients import queries as clients
from hub.clients.suitability import queries, service
from hub.clients.suitability.forms import Assessment, AssessmentForm
from hub.kernel.errors import NotFound
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor

door = ApiDoor("suitability_api", __name__, path="/clients", about="What risk clients may bear.")


class SuitabilityOut(out.Out):
    """A client's class; it counts while `is_good`."""

    klass = out.text()
    assessed_on = out.day()
    expires_on = out.day()
    source = out.text()
    is_good = out.yes()


@door.get("/<int:client_id>/suitability", needs="clients.read", gives=SuitabilityOut)
def shown(client_id: int) -> Any:
    """A client's class; 404 for one who was never assessed."""
    found = queries.standing(clients.one(client_id).id)
    if found is None:
        raise NotFound
    return found


@door.post(
    "/<int:client_id>/suitability", needs=service.RIGHT, takes=AssessmentForm,
    gives=SuitabilityOut, status=201,
)  # fmt: skip
def classify(wish: Assessment, client_id: int) -> Any:
    """Record an assessment."""
    service.classify(client_id, wish)
    return shown(client_id)
