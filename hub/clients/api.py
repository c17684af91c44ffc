"""Clients for programs: the same acts as on their pages."""

from __future__ import annotations

from typing import Any

from hub.clients import contact_history, contacts, queries, service
from hub.clients.contact_history import Owner, PastLine
from hub.clients.duplicates import entry
from hub.clients.forms import (
    ContactForm,
    NewClient,
    NewClientForm,
    NewContact,
    Profile,
    ProfileForm,
    RevealForm,
    RevealWish,
)
from hub.clients.listing import listing
from hub.clients.models import Client, Fact
from hub.clients.queries import ContactLine
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor
from hub.pages.api.operations import Guard

door = ApiDoor("clients_api", __name__, path="/clients", about="Persons and firms who trade.")


class ClientOut(out.Out):
    """A client; `merged_into` is who he is now."""

    id = out.whole()
    no = out.text()
    name = out.text()
    language = out.text()
    city = out.text(null=True)
    gender = out.text(null=True)
    preferred_channel = out.text(null=True)
    birthday = out.day(null=True)
    opened_on = out.day(null=True)
    branch = out.text(null=True)
    stated_assets = out.amount(null=True)
    created_at = out.moment()
    merged_into = out.whole(null=True)


class ContactOut(out.Out):
    """A way to reach a client; `shown` is masked."""

    id = out.whole()
    kind = out.text()
    label = out.text()
    is_primary = out.yes()
    shown = out.text()
    is_shared = out.yes()
    is_invalid = out.yes()


class ContactsOut(out.Out):
    """All ways to reach a client."""

    items = out.many(ContactOut)


class PastContactOut(out.Out):
    """A way to reach a client that is over; `shown` is masked."""

    kind = out.text()
    label = out.text()
    shown = out.text()
    valid_from = out.day()
    valid_to = out.day()


class PastContactsOut(out.Out):
    """All ways to reach a client that are over, the latest first."""

    items = out.many(PastContactOut)


class OwnerOut(out.Out):
    """Who uses or used an address; client_id and name are null for one whom you do not see."""

    client_id = out.whole(null=True)
    name = out.text(null=True)
    valid_from = out.day()
    valid_to = out.day(null=True)


class OwnersOut(out.Out):
    """Everybody who uses or used an address, the present ones first."""

    items = out.many(OwnerOut)


class FactOut(out.Out):
    """Something that is true of a client from a day on; a number or a text."""

    name = out.text()
    number = out.amount(null=True)
    text = out.text(null=True)
    valid_from = out.day()
    valid_to = out.day(null=True)
    source = out.text()


class FactsOut(out.Out):
    """What is known of a client."""

    items = out.many(FactOut)


class RevealedOut(out.Out):
    """A whole contact point."""

    value = out.text()


@door.get("", needs="clients.read", listing=listing)
def index() -> Any:
    """The clients whom you may see."""
    return listing(), queries.visible()


@door.get("/export", needs="clients.export", listing=listing, exports=True)
def export() -> Any:
    """All of the list at once; that it was taken is logged."""
    return listing(), queries.visible()


@door.post("", needs="clients.create", takes=NewClientForm, gives=out.Made, status=201)
def create(new: NewClient) -> dict[str, int]:
    """Take a client in; one who looks like somebody in the book only with `knowingly`."""
    return {"id": entry.take_in(new)}


@door.get("/<int:client_id>", needs="clients.read", gives=ClientOut)
def show(client_id: int) -> Client:
    """One client."""
    return queries.one(client_id)


@door.put(
    "/<int:client_id>", needs="clients.write", takes=ProfileForm, gives=ClientOut,
    guard=Guard(view=show, gives=ClientOut, model=Client, key="client_id"),
)  # fmt: skip
def change(profile: Profile, client_id: int) -> Client:
    """Change what is written: all of it, what you leave out is emptied."""
    service.change(client_id, profile)
    return queries.one(client_id)


@door.get("/<int:client_id>/facts", needs="clients.read", gives=FactsOut)
def known(client_id: int) -> dict[str, list[Fact]]:
    """What is known of a client, from which day on."""
    return {"items": queries.facts_of(queries.one(client_id).id)}


@door.get("/<int:client_id>/contacts", needs="clients.read", gives=ContactsOut)
def reached(client_id: int) -> dict[str, list[ContactLine]]:
    """The ways to reach a client, masked."""
    return {"items": queries.contacts(queries.one(client_id).id)}


@door.get("/<int:client_id>/contacts/earlier", needs="clients.read", gives=PastContactsOut)
def earlier(client_id: int) -> dict[str, list[PastLine]]:
    """The ways that a client was reached before, masked."""
    return {"items": contact_history.earlier(queries.one(client_id).id)}


@door.get(
    "/<int:client_id>/contacts/<int:contact_id>/owners", needs="clients.read", gives=OwnersOut
)
def owners(client_id: int, contact_id: int) -> dict[str, list[Owner]]:
    """Who uses the address of a contact, and who used it."""
    queries.one(client_id)
    return {"items": contact_history.owners(client_id, contact_id)}


@door.post(
    "/<int:client_id>/contacts", needs="clients.write", takes=ContactForm, gives=ContactsOut,
    status=201,
)  # fmt: skip
def add_contact(new: NewContact, client_id: int) -> dict[str, list[ContactLine]]:
    """Add a way to reach a client."""
    contacts.add(client_id, new.point, label=new.label)
    return reached(client_id)


@door.delete("/<int:client_id>/contacts/<int:contact_id>", needs="clients.write")
def remove_contact(client_id: int, contact_id: int) -> None:
    """Forget a way to reach a client."""
    contacts.remove(client_id, contact_id)


@door.post(
    "/<int:client_id>/contacts/<int:contact_id>/primary", needs="clients.write", gives=ContactsOut
)
def choose_contact(client_id: int, contact_id: int) -> dict[str, list[ContactLine]]:
    """Write to this contact first."""
    contacts.make_primary(client_id, contact_id)
    return reached(client_id)


@door.post(
    "/<int:client_id>/contacts/<int:contact_id>/reveal", needs="clients.reveal", reads=True,
    takes=RevealForm, gives=RevealedOut,
)  # fmt: skip
def reveal(wish: RevealWish, client_id: int, contact_id: int) -> dict[str, str]:
    """The whole value; that it was read, and why, is logged."""
    return {"value": service.reveal(client_id, contact_id, wish)}
