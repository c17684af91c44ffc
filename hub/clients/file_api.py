"""A client's papers and his data as a whole, for programs."""

from __future__ import annotations

import json
from typing import Any

from hub.clients import erasure, papers, reveals
from hub.clients import queries as clients
from hub.clients.forms import PaperForm, RevealForm, RevealWish
from hub.clients.paper_rules import PaperKind
from hub.clients.reveals import Reveal
from hub.kernel.errors import NotFound
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor

door = ApiDoor("client_files_api", __name__, path="/clients", about="A client's papers and file.")


class PapersOut(out.Out):
    """Papers on file by kind, masked."""

    papers = out.table()


class PaperOut(out.Out):
    """A whole number."""

    value = out.text()


class RevealOut(out.Out):
    """That somebody looked at a contact or a number, and his reason."""

    at = out.moment()
    who = out.text(null=True)
    what = out.text()
    why = out.text()
    said = out.text()


class RevealsOut(out.Out):
    """Who looked, the latest first."""

    items = out.many(RevealOut)


class EverythingOut(out.Out):
    """All that is held of a client, by module."""

    data = out.table()


@door.get("/<int:client_id>/papers", needs="clients.read", gives=PapersOut)
def shown(client_id: int) -> dict[str, Any]:
    """The papers on file, masked."""
    return {"papers": papers.shown(clients.one(client_id).id)}


@door.put("/<int:client_id>/papers/<kind>", needs="clients.write", takes=PaperForm)
def put(wish: dict[str, str], client_id: int, kind: str) -> None:
    """Keep a number in place of the one there was."""
    papers.put(client_id, _kind(kind), wish["number"])


@door.post(
    "/<int:client_id>/papers/<kind>/reveal", needs="clients.reveal", reads=True,
    takes=RevealForm, gives=PaperOut,
)  # fmt: skip
def reveal(wish: RevealWish, client_id: int, kind: str) -> dict[str, str]:
    """The whole number; that it was read, and why, is logged."""
    return {"value": papers.reveal(client_id, _kind(kind), wish)}


@door.get("/<int:client_id>/reveals", needs="clients.disclose", gives=RevealsOut)
def revealed(client_id: int) -> dict[str, list[Reveal]]:
    """Who had contacts and numbers shown, and why, the latest first."""
    return {"items": reveals.of_client(clients.one(client_id).id)}


@door.get("/<int:client_id>/everything", needs="clients.disclose", gives=EverythingOut)
def everything(client_id: int) -> dict[str, Any]:
    """All that is held of a client, as one file for him."""
    return {"data": json.loads(erasure.file_of(client_id))}


@door.post("/<int:client_id>/erase", needs="clients.erase", status=202)
def erase(client_id: int) -> None:
    """Ask a second person to release the wipe."""
    erasure.ask(client_id)


def _kind(name: str) -> PaperKind:
    try:
        return PaperKind(name)
    except ValueError as error:
        raise NotFound from error
