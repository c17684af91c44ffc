"""Related persons and households for programs."""

from __future__ import annotations

from typing import Any

from hub.clients import queries as clients
from hub.clients.kin import queries, service
from hub.clients.kin.forms import HouseholdForm, MemberForm, RelationForm, RelationWish
from hub.kernel import access
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor

door = ApiDoor("kin_api", __name__, path="/clients", about="Who belongs to a client.")


class RelationOut(out.Out):
    """What somebody is to the client; name and other_id are null for one whom you do not see."""

    id = out.whole()
    kind = out.text()
    name = out.text(null=True)
    other_id = out.whole(null=True)
    contact = out.text(null=True)
    valid_from = out.day()
    valid_to = out.day(null=True)


class MemberOut(out.Out):
    """Somebody of the household."""

    client_id = out.whole()
    name = out.text()


class KinOut(out.Out):
    """Related persons and the household of today; `unseen` members are none of yours."""

    relations = out.many(RelationOut)
    household = out.text(null=True)
    members = out.many(MemberOut)
    unseen = out.whole()


@door.get("/<int:client_id>/kin", needs="clients.read", gives=KinOut)
def shown(client_id: int) -> dict[str, Any]:
    """Who belongs to a client."""
    clients.one(client_id)
    tells = access.may(access.current(), "clients.reveal", client_id)
    relations = [
        {"id": line.id, "kind": line.kind.value, "name": line.name, "other_id": line.other_id,
         "contact": line.contact if tells else None, "valid_from": line.valid_from,
         "valid_to": line.valid_to}
        for line in queries.of_client(client_id)
    ]  # fmt: skip
    home = queries.home(client_id)
    members = home.members if home else []
    return {
        "relations": relations,
        "household": home.name if home else None,
        "members": [{"client_id": number, "name": name} for number, name in members],
        "unseen": home.unseen if home else 0,
    }


@door.post(
    "/<int:client_id>/relations", needs="clients.write", takes=RelationForm, gives=KinOut,
    status=201,
)  # fmt: skip
def relate(wish: RelationWish, client_id: int) -> dict[str, Any]:
    """Write down who is what to a client."""
    service.relate(client_id, wish)
    return shown(client_id)


@door.delete("/<int:client_id>/relations/<int:relation_id>", needs="clients.write")
def part(client_id: int, relation_id: int) -> None:
    """The relation holds no longer."""
    service.part(client_id, relation_id)


@door.post(
    "/<int:client_id>/household", needs="clients.write", takes=HouseholdForm, gives=KinOut,
    status=201,
)  # fmt: skip
def found(wish: dict[str, str], client_id: int) -> dict[str, Any]:
    """Found a household."""
    service.found(client_id, wish["household"])
    return shown(client_id)


@door.post(
    "/<int:client_id>/household/members", needs="clients.write", takes=MemberForm, gives=KinOut,
    status=201,
)  # fmt: skip
def join(wish: dict[str, str], client_id: int) -> dict[str, Any]:
    """Have another client join a client's household."""
    service.join(client_id, wish["member"])
    return shown(client_id)


@door.delete("/<int:client_id>/household", needs="clients.write")
def leave(client_id: int) -> None:
    """A client leaves his household."""
    service.leave(client_id)
