"""A client's timeline: its latest lines on his page, all of it on a page of its own."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request

from hub.clients import queries
from hub.clients.timeline.listing import of_client, shown, words
from hub.kernel import timelines
from hub.kernel.access import Actor
from hub.kernel.doors import Door
from hub.pages import exports

LATEST = 8  # lines on the client's page

door = Door("timeline", __name__, url_prefix="/clients", template_folder="../templates")


def panel(actor: Actor, client_id: int | None) -> str:
    """The latest lines."""
    del actor
    if client_id is None:
        return ""
    return render_template("clients/timeline_panel.html", **_shown(client_id, {}, limit=LATEST))


@door.get("/<int:client_id>/timeline", needs="clients.read")
def show(client_id: int) -> str:
    """Everything that the visitor may read, page by page."""
    client = queries.present_row(client_id)
    return render_template(
        "clients/timeline.html", client=client, **_shown(client.id, request.args)
    )


@door.get("/<int:client_id>/timeline/export", needs="clients.export")
def export(client_id: int) -> Response:
    """The same as CSV, with a watermark."""
    client_id = queries.operable(queries.present(client_id), "clients.export").id
    listing, rows = of_client(client_id)
    return exports.csv_file(listing, rows, request.args, subject_id=client_id)


def _shown(client_id: int, args: Any, limit: int = 50) -> dict[str, Any]:
    listing, rows = of_client(client_id)
    return {
        "client_id": client_id, "page": listing.page(rows, args, limit=limit), "shown": shown,
        "words": words,
        "sources": {source.name: source for source in timelines.every()},
    }  # fmt: skip
