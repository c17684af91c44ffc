"""Tags on a client's page, and the firm's list of them."""

from __future__ import annotations

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hub.clients.tags import queries, service
from hub.clients.tags.forms import TagForm
from hub.clients.tags.listing import listing
from hub.kernel import access
from hub.kernel.access import Actor
from hub.kernel.doors import Door
from hub.pages import exports, htmx
from hub.pages.forms import Answer, Filled, answer, blank, parse

door = Door("tags", __name__, url_prefix="/clients", template_folder="../templates")


def panel(actor: Actor, client_id: int | None) -> str:
    """The place on the client's page."""
    if client_id is None:
        return ""
    may_write = access.may(actor, "clients.write", client_id)
    return render_template(
        "clients/tags.html", client_id=client_id, lines=queries.of_client(client_id),
        may_write=may_write, offered=queries.offered() if may_write else (),
    )  # fmt: skip


@door.post("/<int:client_id>/tags", needs="clients.write")
def put(client_id: int) -> ResponseReturnValue:
    """Mark a client."""
    service.put(client_id, parse(TagForm, request.form)["name"])
    return _back(client_id)


@door.post("/<int:client_id>/tags/<int:tag_id>/remove", needs="clients.write")
def take_off(client_id: int, tag_id: int) -> ResponseReturnValue:
    """Take a tag off a client."""
    service.take_off(client_id, tag_id)
    return _back(client_id)


@door.get("/tags", needs=service.RIGHT)
def index() -> str:
    """The firm's list, and the free ones."""
    return _page(blank())


@door.get("/tags/export", needs=service.RIGHT)
def export() -> Response:
    """The list as CSV."""
    return exports.csv_file(listing(), queries.every(), request.args)


@door.post("/tags", needs=service.RIGHT)
def enlist() -> ResponseReturnValue:
    """Put a tag on the firm's list."""

    def act(wish: dict[str, str]) -> ResponseReturnValue:
        service.enlist(wish["name"])
        return htmx.go(url_for("tags.index"))

    return answer(TagForm, Answer(show=_page, act=act))


@door.post("/tags/<int:tag_id>/retire", needs=service.RIGHT)
def retire(tag_id: int) -> ResponseReturnValue:
    """Have a tag put on nobody any more."""
    service.retire(tag_id)
    return htmx.go(url_for("tags.index"))


def _page(form: Filled) -> str:
    page = listing().page(queries.every(), request.args)
    return render_template("clients/tag_list.html", page=page, form=form, listed=queries.listed())


def _back(client_id: int) -> ResponseReturnValue:
    return htmx.go(url_for("clients.show", client_id=client_id) + "#panel-tags")
