"""Notes for programs."""

from __future__ import annotations

from typing import Any

from hub.clients import queries as clients
from hub.clients.notes import queries, service
from hub.clients.notes.forms import AgreedForm, LearnedForm, NoteWish
from hub.clients.notes.models import Note
from hub.clients.notes.rules import Consent
from hub.clients.notes.service import Noted
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor

door = ApiDoor("notes_api", __name__, path="/clients", about="What was learned of clients.")


class NoteOut(out.Out):
    """A need, a life event or a piece of news."""

    id = out.whole()
    kind = out.text()
    text = out.text()
    on_day = out.day()
    met_on = out.day(null=True)
    source = out.text()
    source_detail = out.text()
    consent = out.text()
    consent_on = out.day(null=True)
    noted_at = out.moment()


class NotesOut(out.Out):
    """Every note of a client, the latest first."""

    items = out.many(NoteOut)


class NotedOut(out.Out):
    """The note; `is_new` is false when it was known."""

    id = out.whole()
    is_new = out.yes()


@door.get("/<int:client_id>/notes", needs="clients.reveal", gives=NotesOut)
def shown(client_id: int) -> dict[str, list[Note]]:
    """What was learned of a client."""
    clients.operable(client_id, "clients.reveal")
    return {"items": queries.of_client(client_id)}


@door.post(
    "/<int:client_id>/notes", needs="clients.write", takes=LearnedForm, gives=NotedOut, status=201
)
def record(wish: NoteWish, client_id: int) -> Noted:
    """Note what was learned."""
    return service.record(client_id, wish)


@door.post("/<int:client_id>/notes/<int:note_id>/agreed", needs="clients.write", takes=AgreedForm)
def agree(wish: dict[str, Any], client_id: int, note_id: int) -> None:
    """Write down how the client agreed."""
    service.agree(client_id, note_id, Consent(wish["consent"]))


@door.post("/<int:client_id>/notes/<int:note_id>/met", needs="clients.write")
def meet(client_id: int, note_id: int) -> None:
    """A need is met."""
    service.meet(client_id, note_id)


@door.delete("/<int:client_id>/notes/<int:note_id>", needs="clients.write")
def remove(client_id: int, note_id: int) -> None:
    """Take a note away."""
    service.remove(client_id, note_id)


@door.post("/own/notes/<int:note_id>/agreed", needs="own")
def agree_own(note_id: int) -> None:
    """You agree that a note of you is kept."""
    service.agree_own(note_id)


@door.delete("/own/notes/<int:note_id>", needs="own")
def refuse_own(note_id: int) -> None:
    """You do not want a note of you kept."""
    service.refuse_own(note_id)
