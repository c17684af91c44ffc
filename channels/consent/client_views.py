"""What a client said about messages, on his page, and the forms of those who may record it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from channels.consent import desk, queries
from channels.consent.forms import LiftingForm, NoteForm, StoppingForm
from channels.consent.words import CLASS_TITLES, SAID_TITLES, SOURCE_TITLES, STOP_TITLES
from hub.clients import queries as clients
from hub.kernel import access, clock
from hub.kernel.access import Actor
from hub.kernel.doors import Door
from hub.pages import htmx
from hub.pages.forms import Answer, Filled, Form, answer, blank

door = Door("client_consents", __name__, url_prefix="/clients", template_folder="../templates")


def panel(actor: Actor, client_id: int | None) -> str:
    """For each contact: the consents, and whether it is closed."""
    if client_id is None:
        return ""
    return render_template("consent/panel.html", **_shown(actor, client_id, _blank()))


def own_panel(actor: Actor, client_id: int | None) -> str:
    """What a client said, on his own home: to read."""
    del actor
    if client_id is None:
        return ""
    lines = queries.standing(client_id)
    return render_template("consent/portal.html", lines=lines, class_titles=CLASS_TITLES)


@door.get("/<int:client_id>/consents", needs="consent.read")
def show(client_id: int) -> str:
    """The same on a page of its own."""
    return _page(client_id, _blank())


@door.post("/<int:client_id>/consents", needs=desk.NEEDS)
def record(client_id: int) -> ResponseReturnValue:
    """Write down a consent or its withdrawal."""
    return _answer(client_id, NoteForm, desk.record)


@door.post("/<int:client_id>/consents/stop", needs=desk.NEEDS)
def stop(client_id: int) -> ResponseReturnValue:
    """Close a contact."""
    return _answer(client_id, StoppingForm, desk.stop)


@door.post("/<int:client_id>/consents/lift", needs=desk.NEEDS)
def lift(client_id: int) -> ResponseReturnValue:
    """Open a contact again."""
    return _answer(client_id, LiftingForm, desk.lift)


def _answer(
    client_id: int, form: type[Form], act: Callable[[int, Any], None]
) -> ResponseReturnValue:
    clients.operable(client_id, desk.NEEDS)

    def done(wish: Any) -> ResponseReturnValue:
        act(client_id, wish)
        return htmx.go(url_for("clients.show", client_id=client_id) + "#panel-consents")

    return answer(form, Answer(show=lambda filled: _page(client_id, filled), act=done))


def _blank() -> Filled:
    return blank({"said_on": clock.firm_day().isoformat(), "klass": "both", "said": "yes"})


def _page(client_id: int, form: Filled) -> str:
    client = clients.one(client_id)
    shown = _shown(access.current(), client_id, form)
    return render_template("consent/client.html", client=client, **shown)


def _shown(actor: Actor, client_id: int, form: Filled) -> dict[str, Any]:
    lines = queries.standing(client_id)
    return {
        "client_id": client_id,
        "lines": lines,
        "form": form,
        "may_record": bool(lines) and access.may(actor, desk.NEEDS, client_id),
        "open_contacts": [(line.contact_id, line.shown) for line in lines if not line.stop],
        "closed_contacts": [(line.contact_id, line.shown) for line in lines if line.stop],
        "contacts": [(line.contact_id, line.shown) for line in lines],
        "class_titles": CLASS_TITLES,
        "said_titles": SAID_TITLES,
        "source_titles": SOURCE_TITLES,
        "stop_titles": STOP_TITLES,
    }
