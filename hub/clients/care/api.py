"""Care flags for programs."""

from __future__ import annotations

from typing import Any

from hub.clients import queries as clients
from hub.clients.care import queries, service
from hub.clients.care.forms import CareForm, CareWish
from hub.kernel import access
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor

door = ApiDoor("care_api", __name__, path="/clients", about="Clients to be treated with care.")


class CareOut(out.Out):
    """A care flag; the reason is null to those who may not reveal."""

    id = out.whole()
    kind = out.text()
    reason = out.text(null=True)
    valid_from = out.day()
    valid_to = out.day(null=True)
    put_by = out.text(null=True)


class CaresOut(out.Out):
    """Every care flag of a client, the latest first."""

    items = out.many(CareOut)


@door.get("/<int:client_id>/care", needs="clients.read", gives=CaresOut)
def shown(client_id: int) -> dict[str, list[dict[str, Any]]]:
    """The care flags that a client has and had."""
    clients.one(client_id)
    tells = access.may(access.current(), "clients.reveal", client_id)
    items = [
        {"id": line.id, "kind": line.kind, "reason": line.reason if tells else None,
         "valid_from": line.valid_from, "valid_to": line.valid_to, "put_by": line.put_by}
        for line in queries.of_client(client_id)
    ]  # fmt: skip
    return {"items": items}


@door.post(
    "/<int:client_id>/care", needs="clients.write", takes=CareForm, gives=CaresOut, status=201
)
def put(wish: CareWish, client_id: int) -> dict[str, list[dict[str, Any]]]:
    """Have a client treated with care from today on."""
    service.put(client_id, wish)
    return shown(client_id)


@door.delete("/<int:client_id>/care/<int:care_id>", needs="clients.write")
def end(client_id: int, care_id: int) -> None:
    """Have a flag hold no longer."""
    service.end(client_id, care_id)
