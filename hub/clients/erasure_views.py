"""A client's data as a whole: his own file, and the request to wipe it."""

from __future__ import annotations

import io

from flask import Response, flash, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.clients import erasure, queries, reveals
from hub.clients.reveal_words import REASONS
from hub.kernel import people
from hub.kernel.access import Actor
from hub.kernel.doors import Door
from hub.pages import htmx

door = Door("erasure", __name__, url_prefix="/clients", template_folder="templates")


def panel(actor: Actor, client_id: int | None) -> str:
    """The place on the client's page."""
    if client_id is None:
        return ""
    return render_template(
        "clients/erasure.html", client_id=client_id, kept=people.KEPT,
        reveals=reveals.of_client(client_id), reasons=REASONS,
        is_erased=erasure.is_erased(client_id), may_erase=actor.holds("clients.erase"),
    )  # fmt: skip


@door.get("/<int:client_id>/everything.json", needs="clients.disclose")
def everything(client_id: int) -> Response:
    """All that is held of a client, as one file for him."""
    file = io.BytesIO(erasure.file_of(client_id))
    name = f"{queries.one(client_id).no}-data.json"
    return send_file(file, "application/json", as_attachment=True, download_name=name)


@door.post("/<int:client_id>/erase", needs="clients.erase")
def erase(client_id: int) -> ResponseReturnValue:
    """Ask a second person to release the wipe."""
    erasure.ask(client_id)
    flash(_("A second person must release it now."), "info")
    return htmx.go(url_for("clients.show", client_id=client_id))
