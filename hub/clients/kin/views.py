"""Related persons and the household on a client's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.clients import parts
from hub.clients import queries as clients
from hub.clients.kin import queries, service
from hub.clients.kin.forms import HouseholdForm, MemberForm, RelationForm
from hub.clients.kin.words import TITLES
from hub.kernel import access, clock
from hub.kernel.access import Actor
from hub.kernel.doors import Door
from hub.pages import htmx
from hub.pages.forms import Answer, Filled, Form, answer, blank

door = Door("kin", __name__, url_prefix="/clients", template_folder="../templates")


def panel(actor: Actor, client_id: int | None) -> str:
    """The place on the client's page."""
    return "" if client_id is None else _panel(actor, client_id, _blank("kin"))


@door.get("/<int:client_id>/kin", needs="clients.read")
def show(client_id: int) -> str:
    """The same on a page of its own."""
    clients.one(client_id)
    return _page(client_id, _blank())


@door.post("/<int:client_id>/relations", needs="clients.write")
def relate(client_id: int) -> ResponseReturnValue:
    """Write down who is what to a client."""
    return _answer(client_id, RelationForm, lambda wish: service.relate(client_id, wish))


@door.post("/<int:client_id>/relations/<int:relation_id>/end", needs="clients.write")
def part(client_id: int, relation_id: int) -> ResponseReturnValue:
    """The relation holds no longer."""
    service.part(client_id, relation_id)
    return _back(client_id)


@door.post("/<int:client_id>/household", needs="clients.write")
def found(client_id: int) -> ResponseReturnValue:
    """Found a household."""
    return _answer(
        client_id, HouseholdForm, lambda wish: service.found(client_id, wish["household"])
    )


@door.post("/<int:client_id>/household/members", needs="clients.write")
def join(client_id: int) -> ResponseReturnValue:
    """Have another client join."""
    return _answer(client_id, MemberForm, lambda wish: service.join(client_id, wish["member"]))


@door.post("/<int:client_id>/household/leave", needs="clients.write")
def leave(client_id: int) -> ResponseReturnValue:
    """The client leaves his household."""
    service.leave(client_id)
    return _back(client_id)


def _answer(client_id: int, form: type[Form], act: Callable[[Any], object]) -> ResponseReturnValue:
    clients.operable(client_id, "clients.write")

    def done(wish: Any) -> ResponseReturnValue:
        act(wish)
        return _back(client_id)

    return answer(form, Answer(show=lambda filled: _page(client_id, filled), act=done))


def _blank(place: str = "") -> Filled:
    return blank({"since": clock.firm_day().isoformat()}, place=place)


def _page(client_id: int, form: Filled) -> str:
    html = _panel(access.current(), client_id, form)
    return parts.page(client_id, _("Family and household"), html, form)


def _panel(actor: Actor, client_id: int, form: Filled) -> str:
    return render_template(
        "clients/kin.html", client_id=client_id, lines=queries.of_client(client_id),
        home=queries.home(client_id), form=form, titles=TITLES,
        may_write=access.may(actor, "clients.write", client_id),
        may_reveal=access.may(actor, "clients.reveal", client_id),
    )  # fmt: skip


def _back(client_id: int) -> ResponseReturnValue:
    return htmx.go(url_for("clients.show", client_id=client_id) + "#panel-kin")
