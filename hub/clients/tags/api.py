"""Tags for programs."""

from __future__ import annotations

from typing import Any

from hub.clients import queries as clients
from hub.clients.tags import queries, service
from hub.clients.tags.forms import TagForm
from hub.clients.tags.listing import listing
from hub.clients.tags.queries import TagLine
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor

door = ApiDoor("tags_api", __name__, path="/clients", about="Tags of clients.")


class TaggedOut(out.Out):
    """A tag that a client has or had."""

    tag_id = out.whole()
    name = out.text()
    is_listed = out.yes()
    valid_from = out.day()
    valid_to = out.day(null=True)


class TagsOut(out.Out):
    """Every tag of a client, the present ones first."""

    items = out.many(TaggedOut)


@door.get("/<int:client_id>/tags", needs="clients.read", gives=TagsOut)
def shown(client_id: int) -> dict[str, list[TagLine]]:
    """The tags that a client has and had."""
    return {"items": queries.of_client(clients.one(client_id).id)}


@door.post("/<int:client_id>/tags", needs="clients.write", takes=TagForm, gives=TagsOut, status=201)
def put(wish: dict[str, str], client_id: int) -> dict[str, list[TagLine]]:
    """Mark a client."""
    service.put(client_id, wish["name"])
    return shown(client_id)


@door.delete("/<int:client_id>/tags/<int:tag_id>", needs="clients.write")
def take_off(client_id: int, tag_id: int) -> None:
    """Take a tag off a client."""
    service.take_off(client_id, tag_id)


@door.get("/tags", needs=service.RIGHT, listing=listing)
def index() -> Any:
    """The firm's list, and the free tags."""
    return listing(), queries.every()


@door.get("/tags/export", needs=service.RIGHT, listing=listing, exports=True)
def export() -> Any:
    """The same, all of it."""
    return listing(), queries.every()


@door.post("/tags", needs=service.RIGHT, takes=TagForm, gives=out.Made, status=201)
def enlist(wish: dict[str, str]) -> dict[str, int]:
    """Put a tag on the firm's list."""
    return {"id": service.enlist(wish["name"])}


@door.delete("/tags/<int:tag_id>", needs=service.RIGHT)
def retire(tag_id: int) -> None:
    """Have a tag put on nobody any more."""
    service.retire(tag_id)
