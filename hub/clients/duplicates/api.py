"""Pairs of possible duplicates for programs."""

from __future__ import annotations

from typing import Any

from hub.clients.duplicates import comparing, joining, queries, service
from hub.clients.duplicates.comparing import Side
from hub.clients.duplicates.forms import (
    ApartForm,
    MergeForm,
    MergeWish,
    PairForm,
    UndoForm,
    UndoWish,
)
from hub.clients.duplicates.listing import listing
from hub.clients.duplicates.rules import told
from hub.clients.models import Client
from hub.kernel import work
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor

door = ApiDoor(
    "duplicates_api", __name__, path="/clients/duplicates", about="Clients who may be one person."
)


class DuplicateLineOut(out.Out):
    """What is written of the two; `may_take` says that `name` may stand in `take`."""

    name = out.text()
    low = out.text()
    high = out.text()
    may_take = out.yes()


class DuplicateOut(out.Out):
    """Two clients who may be one person; `kept_id` is who is kept once they are merged."""

    id = out.whole()
    low_id = out.whole()
    high_id = out.whole()
    score = out.whole()
    clues = out.texts()
    state = out.text()
    kept_id = out.whole(null=True)
    why = out.text()
    decided_at = out.moment(null=True)
    lines = out.many(DuplicateLineOut)


@door.get("", needs="clients.read", listing=listing)
def index() -> Any:
    """Pairs of whom you see both."""
    return listing(), queries.visible()


@door.get("/export", needs="clients.export", listing=listing, exports=True)
def export() -> Any:
    """Pairs of whom you see both, all of them."""
    return listing(), queries.visible()


@door.post("", needs=queries.RIGHT, takes=PairForm, gives=out.Made, status=201)
def name(wish: dict[str, str]) -> dict[str, int]:
    """Name two clients, by their numbers, who are held for one person."""
    return {"id": service.name(wish["first"], wish["second"])}


@door.post("/search", needs=queries.RIGHT, gives=out.Made, status=201)
def search() -> dict[str, int]:
    """Look through the whole book in the background: the operation's id."""
    return {"id": service.search()}


@door.get("/<int:pair_id>", needs="clients.read", gives=DuplicateOut)
def show(pair_id: int) -> dict[str, Any]:
    """A pair, and what is written of the two."""
    pair, session = queries.one(pair_id), work.session()
    low, high = (session.get_one(Client, one) for one in (pair.low_id, pair.high_id))
    names = (
        "id", "low_id", "high_id", "score", "state", "kept_id", "why", "decided_at",
    )  # fmt: skip
    return {one: getattr(pair, one) for one in names} | {
        "clues": [str(clue.name).lower() for clue in told(pair.clues)],
        "lines": [_line(line) for line in comparing.lines(low, high)],
    }


@door.post("/<int:pair_id>/merge", needs=queries.RIGHT, takes=MergeForm, gives=DuplicateOut)
def merge(wish: MergeWish, pair_id: int) -> dict[str, Any]:
    """Make the two one: `keep` is kept, in the fields of `take` the other is right."""
    joining.merge(pair_id, wish)
    return show(pair_id)


@door.post("/<int:pair_id>/apart", needs=queries.RIGHT, takes=ApartForm, gives=DuplicateOut)
def keep_apart(wish: dict[str, str], pair_id: int) -> dict[str, Any]:
    """They are two people: nobody is asked again."""
    service.keep_apart(pair_id, wish["why"])
    return show(pair_id)


@door.post("/<int:pair_id>/undo", needs=queries.RIGHT, takes=UndoForm, gives=DuplicateOut)
def undo(wish: UndoWish, pair_id: int) -> dict[str, Any]:
    """Take the merge back; `rest` leaves with the kept one what was changed since."""
    joining.undo(pair_id, wish)
    return show(pair_id)


def _line(line: Side) -> dict[str, Any]:
    return {"name": line.name, "low": line.kept, "high": line.gone, "may_take": line.may_take}
