"""Identity number and bank card on a client's page: masked, shown on demand, changed."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import NotFound as NoSuchPage

from hub.clients import papers, queries
from hub.clients.forms import RevealForm
from hub.clients.paper_rules import PaperKind
from hub.clients.reveal_words import REASONS
from hub.kernel import access
from hub.kernel.access import Actor
from hub.kernel.doors import Door
from hub.pages import htmx
from hub.pages.forms import parse

door = Door("papers", __name__, url_prefix="/clients", template_folder="templates")

TITLES = {PaperKind.ID_NO: _("Identity number"), PaperKind.BANK_CARD: _("Bank card")}
LONGEST = 40  # characters typed


def panel(actor: Actor, client_id: int | None) -> str:
    """The place on the client's page."""
    if client_id is None:
        return ""
    return render_template(
        "clients/papers.html", client_id=client_id, titles=TITLES, shown=papers.shown(client_id),
        may_write=access.may(actor, "clients.write", client_id),
        reasons=REASONS, may_reveal=access.may(actor, "clients.reveal", client_id),
    )  # fmt: skip


@door.post("/<int:client_id>/papers/<kind>", needs="clients.write")
def put(client_id: int, kind: str) -> ResponseReturnValue:
    """Keep a number in place of the one there was."""
    papers.put(client_id, _kind(kind), request.form.get("number", "")[:LONGEST])
    return htmx.go(url_for("clients.show", client_id=client_id) + "#panel-papers")


@door.post("/<int:client_id>/papers/<kind>/reveal", needs="clients.reveal", reads=True)
def reveal(client_id: int, kind: str) -> str:
    """The whole number; that it was read, and why, is logged."""
    paper = _kind(kind)
    queries.operable(client_id, "clients.reveal")
    value = papers.reveal(client_id, paper, parse(RevealForm, request.form))
    return render_template("clients/revealed.html", value=value)


def _kind(name: str) -> PaperKind:
    try:
        return PaperKind(name)
    except ValueError as error:
        raise NoSuchPage from error
