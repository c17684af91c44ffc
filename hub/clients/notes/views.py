"""Notes on a client's page, and in his own portal."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.clients import parts
from hub.clients import queries as clients
from hub.clients.notes import queries, service
from hub.clients.notes.forms import BY_HAND, SAID, AgreedForm, LearnedForm, NoteWish
from hub.clients.notes.rules import NEEDS, Consent
from hub.clients.notes.words import CONSENTS, KINDS, SOURCES
from hub.kernel import access, clock
from hub.kernel.access import Actor
from hub.kernel.doors import Door
from hub.pages import htmx
from hub.pages.forms import Answer, Filled, answer, blank, parse

OWN_HOME = "/my/#panel-notes"  # the portal stands above this room

door = Door("notes", __name__, url_prefix="/clients", template_folder="../templates")


def panel(actor: Actor, client_id: int | None) -> str:
    """The place on the client's page."""
    return "" if client_id is None else _panel(actor, client_id, _blank("notes"))


def own_panel(actor: Actor, client_id: int | None) -> str:
    """What is noted of a client, on his own home: he agrees to it or has it taken away."""
    del actor
    if client_id is None:
        return ""
    notes = queries.of_client(client_id)
    return render_template("clients/notes_own.html", notes=notes, **_words()) if notes else ""


@door.get("/<int:client_id>/notes", needs="clients.reveal")
def show(client_id: int) -> str:
    """The same on a page of its own."""
    clients.operable(client_id, "clients.reveal")
    return _page(client_id, _blank())


@door.post("/<int:client_id>/notes", needs="clients.write")
def record(client_id: int) -> ResponseReturnValue:
    """Note what was learned."""
    clients.operable(client_id, "clients.write")

    def act(wish: NoteWish) -> ResponseReturnValue:
        if not service.record(client_id, wish).is_new:
            flash(_("This was noted already."), "info")
        return _back(client_id)

    return answer(LearnedForm, Answer(show=lambda filled: _page(client_id, filled), act=act))


@door.post("/<int:client_id>/notes/<int:note_id>/agreed", needs="clients.write")
def agree(client_id: int, note_id: int) -> ResponseReturnValue:
    """Write down how the client agreed."""
    wish = parse(AgreedForm, request.form)
    service.agree(client_id, note_id, Consent(wish["consent"]))
    return _back(client_id)


@door.post("/<int:client_id>/notes/<int:note_id>/met", needs="clients.write")
def meet(client_id: int, note_id: int) -> ResponseReturnValue:
    """A need is met."""
    service.meet(client_id, note_id)
    return _back(client_id)


@door.post("/<int:client_id>/notes/<int:note_id>/remove", needs="clients.write")
def remove(client_id: int, note_id: int) -> ResponseReturnValue:
    """Take a note away."""
    service.remove(client_id, note_id)
    return _back(client_id)


@door.post("/own/notes/<int:note_id>/agreed", needs="own")
def agree_own(note_id: int) -> ResponseReturnValue:
    """The client agrees that it is kept."""
    service.agree_own(note_id)
    return htmx.go(OWN_HOME)


@door.post("/own/notes/<int:note_id>/remove", needs="own")
def refuse_own(note_id: int) -> ResponseReturnValue:
    """The client has it taken away."""
    service.refuse_own(note_id)
    return htmx.go(OWN_HOME)


def _blank(place: str = "") -> Filled:
    return blank(
        {"on_day": clock.firm_day().isoformat(), "consent": Consent.NOT_ASKED.value}, place=place
    )


def _page(client_id: int, form: Filled) -> str:
    html = _panel(access.current(), client_id, form)
    return parts.page(client_id, _("Needs and events"), html, form)


def _panel(actor: Actor, client_id: int, form: Filled) -> str:
    if not access.may(actor, "clients.reveal", client_id):
        return ""
    return render_template(
        "clients/notes.html", client_id=client_id, notes=queries.of_client(client_id), form=form,
        may_write=access.may(actor, "clients.write", client_id), **_words(),
    )  # fmt: skip


def _words() -> dict[str, Any]:
    return {
        "kinds": KINDS, "sources": SOURCES, "consents": CONSENTS, "needs": NEEDS,
        "by_hand": [(source, SOURCES[source]) for source in BY_HAND],
        "said": [(consent, CONSENTS[consent]) for consent in SAID],
    }  # fmt: skip


def _back(client_id: int) -> ResponseReturnValue:
    return htmx.go(url_for("clients.show", client_id=client_id) + "#panel-notes")
