"""A client's access, for programs of the firm."""

from __future__ import annotations

from typing import Any

from hub.pages.api.doors import ApiDoor
from hub.portal import desk
from hub.portal.forms import AccessAddressForm

door = ApiDoor("access_api", __name__, path="/clients", about="How clients sign in.")


@door.put("/<int:client_id>/access/address", needs=desk.HELP, takes=AccessAddressForm)
def change_address(wish: dict[str, Any], client_id: int) -> None:
    """Have the client sign in by another of his contacts."""
    desk.change_address(client_id, wish["contact"])
