"""What one client said about messages, for programs."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from channels.consent import desk, queries
from channels.consent.forms import Lifting, LiftingForm, Note, NoteForm, Stopping, StoppingForm
from hub.clients import queries as clients
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor

door = ApiDoor("client_consents_api", __name__, path="/clients", about="One client's consents.")


class SaidOut(out.Out):
    """The newest statement about one class of messages."""

    granted = out.yes()
    said_at = out.moment()
    source = out.text()
    note = out.text(null=True)
    wording = out.text(null=True)


class ClosedOut(out.Out):
    """Why nothing goes to a contact."""

    reason = out.text()
    at = out.moment()
    until = out.moment(null=True)


class StandingOut(out.Out):
    """What holds for one contact: statements by class, and what closes it."""

    contact_id = out.whole()
    shown = out.text()
    said = fields.Dict(
        keys=fields.String(), values=fields.Nested(SaidOut, allow_none=True), required=True
    )
    stop = out.one(ClosedOut, null=True)


class StandingsOut(out.Out):
    """What holds for all contacts of a client."""

    items = out.many(StandingOut)


@door.get("/<int:client_id>/consents", needs="consent.read", gives=StandingsOut)
def show(client_id: int) -> dict[str, Any]:
    """For each contact: the consents, and whether it is closed."""
    return {"items": queries.standing(clients.one(client_id).id)}


@door.post(
    "/<int:client_id>/consents", needs=desk.NEEDS, takes=NoteForm, gives=StandingsOut, status=201
)
def record(note: Note, client_id: int) -> dict[str, Any]:
    """Write down a consent or its withdrawal."""
    desk.record(client_id, note)
    return show(client_id)


@door.post(
    "/<int:client_id>/consents/stop", needs=desk.NEEDS, takes=StoppingForm, gives=StandingsOut
)
def stop(wish: Stopping, client_id: int) -> dict[str, Any]:
    """Close a contact."""
    desk.stop(client_id, wish)
    return show(client_id)


@door.post(
    "/<int:client_id>/consents/lift", needs=desk.NEEDS, takes=LiftingForm, gives=StandingsOut
)
def lift(wish: Lifting, client_id: int) -> dict[str, Any]:
    """Open a contact again."""
    desk.lift(client_id, wish)
    return show(client_id)
