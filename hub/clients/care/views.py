"""Care flags on a client's page."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.clients import parts
from hub.clients import queries as clients
from hub.clients.care import queries, service
from hub.clients.care.forms import CareForm, CareWish
from hub.clients.care.words import TITLES, TONES
from hub.kernel import access
from hub.kernel.access import Actor
from hub.kernel.doors import Door
from hub.pages import htmx
from hub.pages.forms import Answer, Filled, answer, blank

door = Door("care", __name__, url_prefix="/clients", template_folder="../templates")


def panel(actor: Actor, client_id: int | None) -> str:
    """The place on the client's page."""
    return "" if client_id is None else _panel(actor, client_id, blank(place="care"))


@door.get("/<int:client_id>/care", needs="clients.read")
def show(client_id: int) -> str:
    """The same on a page of its own."""
    clients.one(client_id)
    return _page(client_id, blank())


@door.post("/<int:client_id>/care", needs="clients.write")
def put(client_id: int) -> ResponseReturnValue:
    """Have a client treated with care."""
    clients.operable(client_id, "clients.write")

    def act(wish: CareWish) -> ResponseReturnValue:
        service.put(client_id, wish)
        return _back(client_id)

    return answer(CareForm, Answer(show=lambda filled: _page(client_id, filled), act=act))


@door.post("/<int:client_id>/care/<int:care_id>/end", needs="clients.write")
def end(client_id: int, care_id: int) -> ResponseReturnValue:
    """Have a flag hold no longer."""
    service.end(client_id, care_id)
    return _back(client_id)


def _page(client_id: int, form: Filled) -> str:
    html = _panel(access.current(), client_id, form)
    return parts.page(client_id, _("Care"), html, form)


def _panel(actor: Actor, client_id: int, form: Filled) -> str:
    return render_template(
        "clients/care.html", client_id=client_id, lines=queries.of_client(client_id), form=form,
        titles=TITLES, tones=TONES, may_write=access.may(actor, "clients.write", client_id),
        may_reveal=access.may(actor, "clients.reveal", client_id),
    )  # fmt: skip


def _back(client_id: int) -> ResponseReturnValue:
    return htmx.go(url_for("clients.show", client_id=client_id) + "#panel-care")
