"""A client's class on his page and in his portal."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.clients import parts
from hub.clients import queries as clients
from hub.clients.suitability import queries, service
from hub.clients.suitability.forms import Assessment, AssessmentForm
from hub.clients.suitability.words import TITLES
from hub.kernel import access, clock
from hub.kernel.access import Actor
from hub.kernel.doors import Door
from hub.pages import htmx
from hub.pages.forms import Answer, Filled, answer, blank

door = Door("suitability", __name__, url_prefix="/clients", template_folder="../templates")


def panel(actor: Actor, client_id: int | None) -> str:
    """The place on the client's page."""
    return "" if client_id is None else _panel(actor, client_id, _blank("suitability"))


def own_panel(actor: Actor, client_id: int | None) -> str:
    """A client's class on his own home."""
    del actor
    if client_id is None or (standing := queries.standing(client_id)) is None:
        return ""
    return render_template("clients/suitability_own.html", standing=standing, titles=TITLES)


@door.get("/<int:client_id>/suitability", needs="clients.read")
def show(client_id: int) -> str:
    """The same on a page of its own."""
    clients.one(client_id)
    return _page(client_id, _blank())


@door.post("/<int:client_id>/suitability", needs=service.RIGHT)
def classify(client_id: int) -> ResponseReturnValue:
    """Record an assessment."""
    clients.one(client_id)

    def act(wish: Assessment) -> ResponseReturnValue:
        service.classify(client_id, wish)
        return htmx.go(url_for("clients.show", client_id=client_id) + "#panel-suitability")

    return answer(AssessmentForm, Answer(show=lambda filled: _page(client_id, filled), act=act))


def _blank(place: str = "") -> Filled:
    return blank({"assessed_on": clock.firm_day().isoformat()}, place=place)


def _page(client_id: int, form: Filled) -> str:
    html = _panel(access.current(), client_id, form)
    return parts.page(client_id, _("Suitability"), html, form)


def _panel(actor: Actor, client_id: int, form: Filled) -> str:
    lines = queries.known(client_id)
    return render_template(
        "clients/suitability.html", client_id=client_id, form=form, titles=TITLES,
        standing=queries.standing_in(lines), may_classify=actor.holds(service.RIGHT),
        known=[line for line in lines if line.name == queries.CLASS],
    )  # fmt: skip
