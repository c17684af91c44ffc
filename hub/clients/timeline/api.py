"""A client's timeline for programs."""

from __future__ import annotations

from typing import Any

from hub.clients import queries
from hub.clients.timeline.listing import listing, of_client
from hub.pages.api.doors import ApiDoor

door = ApiDoor("timeline_api", __name__, path="/clients", about="What happened with a client.")


@door.get("/<int:client_id>/timeline", needs="clients.read", listing=listing)
def shown(client_id: int) -> Any:
    """Everything that the caller may read, the latest first; `told` holds source, what, detail."""
    return of_client(queries.present(client_id))


@door.get("/<int:client_id>/timeline/export", needs="clients.export", listing=listing, exports=True)
def export(client_id: int) -> Any:
    """The same, all of it."""
    return of_client(queries.operable(queries.present(client_id), "clients.export").id)
