"""Transfers for programs."""

from __future__ import annotations

from typing import Any

from flask import request

from hub.brokers import queries as brokers
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor
from hub.pages.forms import parse
from hub.pages.readings import DatedForm, Reading
from hub.relationship import transfer_queries, transfers
from hub.relationship.forms import Say, SayForm, TransferForm, TransferWish
from hub.relationship.transfer_listing import listing, rows

door = ApiDoor("transfers_api", __name__, path="/transfers", about="Clients who change hands.")


class VoteOut(out.Out):
    """A seat and what its holder said; null while he has said nothing."""

    seat = out.text()
    name = out.text()
    agreed = out.yes(null=True)
    said_at = out.moment(null=True)
    why = out.text()


class TransferOut(out.Out):
    """A transfer with its seats."""

    id = out.whole()
    giver = out.text()
    receiver = out.text()
    valid_from = out.day()
    reason = out.text()
    notes = out.text()
    state = out.text()
    people = out.whole()
    moved = out.whole()
    left_out = out.whole()
    moved_on = out.day(null=True)
    votes = out.many(VoteOut)


@door.get("", needs="transfers.read", listing=listing)
def index() -> Any:
    """Transfers that the caller has to do with; of a day, as they stood when it ended."""
    reading: Reading = parse(DatedForm, request.args)
    return listing(reading=reading), rows(reading)


@door.get("/export", needs="transfers.read", listing=listing, exports=True)
def export() -> Any:
    """All of the list at once; that it was taken is logged."""
    return index()


@door.post("", needs="relationship.transfer", takes=TransferForm, gives=out.Made, status=201)
def create(wish: TransferWish) -> dict[str, int]:
    """Wish that clients change hands."""
    return {"id": transfers.ask(wish)}


@door.get("/<int:transfer_id>", needs="transfers.read", gives=TransferOut)
def show(transfer_id: int) -> dict[str, Any]:
    """One transfer."""
    row = transfer_queries.one(transfer_id)
    names = (
        "id", "valid_from", "reason", "notes", "state", "people", "moved", "left_out", "moved_on",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names} | {
        "giver": brokers.name_of(row.giver_id).name,
        "receiver": brokers.name_of(row.receiver_id).name,
        "votes": transfer_queries.votes(transfer_id),
    }


@door.post(
    "/<int:transfer_id>/say", needs="relationship.transfer", takes=SayForm, gives=TransferOut
)
def say(wish: Say, transfer_id: int) -> dict[str, Any]:
    """Agree or refuse."""
    transfers.say(transfer_id, wish)
    return show(transfer_id)


@door.post("/<int:transfer_id>/withdraw", needs="relationship.transfer", gives=TransferOut)
def withdraw(transfer_id: int) -> dict[str, Any]:
    """Wish it no more."""
    transfers.withdraw(transfer_id)
    return show(transfer_id)
