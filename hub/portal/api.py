"""A client's access to the portal, for programs of those who may help him."""

from __future__ import annotations

from typing import Any

from hub.pages import fields
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor
from hub.pages.forms import Form
from hub.portal import desk

door = ApiDoor("client_access_api", __name__, path="/clients", about="How clients come in.")


class AccessForm(Form):
    """One of the client's contacts."""

    contact = fields.Whole(required=True)


class AccessOut(out.Out):
    """Whether a client has activated his access, and when he was last here."""

    activated = out.yes()
    last_seen = out.moment(null=True)


@door.get("/<int:client_id>/access", needs=desk.HELP, gives=AccessOut)
def show(client_id: int) -> dict[str, Any]:
    """Whether the client comes in."""
    return _told(client_id)


@door.put("/<int:client_id>/access/address", needs=desk.HELP, takes=AccessForm, gives=AccessOut)
def change_address(wish: dict[str, Any], client_id: int) -> dict[str, Any]:
    """Have the client sign in by another of his contacts; his sessions end."""
    desk.change_address(client_id, wish["contact"])
    return _told(client_id)


def _told(client_id: int) -> dict[str, Any]:
    found = desk.of_visible(client_id)
    return {"activated": found.user is not None, "last_seen": found.last_seen}
