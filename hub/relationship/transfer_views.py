"""Pages of transfers: the list, one with its seats, the wish for one."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.brokers import queries as brokers
from hub.clients.listing import listing as clients_listing
from hub.kernel import access, clock
from hub.kernel.doors import Door
from hub.pages import exports, htmx
from hub.pages.forms import Answer, Filled, answer, blank, parse
from hub.pages.readings import DatedForm, Reading
from hub.relationship import seating, transfer_queries, transfers, words
from hub.relationship.forms import Say, SayForm, TransferForm, TransferWish
from hub.relationship.transfer_listing import listing, rows

door = Door("transfers", __name__, url_prefix="/transfers", template_folder="templates")


@door.get("/", needs="transfers.read")
def index() -> str:
    """Transfers that the visitor has to do with; of a day, as they stood when it ended."""
    reading: Reading = parse(DatedForm, request.args)

    def link(row: Any) -> str:
        return url_for("transfers.show", transfer_id=row.id)

    page = listing(link, reading).page(rows(reading), request.args)
    return render_template("relationship/transfers.html", page=page)


@door.get("/export", needs="transfers.read")
def export() -> Response:
    """The list as CSV; of a day, the file says so."""
    reading: Reading = parse(DatedForm, request.args)
    return exports.csv_file(listing(reading=reading), rows(reading), request.args)


@door.get("/new", needs="relationship.transfer")
def new() -> str:
    """The empty form: whose clients, and which."""
    wanted = {
        "giver": request.args.get("giver", access.current().broker_id, type=int),
        "clients": request.args.getlist("clients", type=int),
    }
    return _form(blank(wanted | {"valid_from": clock.firm_day()}))


@door.post("/new", needs="relationship.transfer")
def create() -> ResponseReturnValue:
    """Wish that clients change hands."""

    def act(wish: TransferWish) -> ResponseReturnValue:
        return htmx.go(url_for("transfers.show", transfer_id=transfers.ask(wish)))

    return answer(TransferForm, Answer(show=_form, act=act))


@door.get("/<int:transfer_id>", needs="transfers.read")
def show(transfer_id: int) -> str:
    """One transfer: who goes from whom to whom, who has agreed, the notes."""
    return _show(transfer_id)


@door.post("/<int:transfer_id>/say", needs="relationship.transfer")
def say(transfer_id: int) -> ResponseReturnValue:
    """Agree or refuse."""

    def act(wish: Say) -> ResponseReturnValue:
        transfers.say(transfer_id, wish)
        flash(_("Your word is written down."), "success")
        return htmx.go(url_for("transfers.show", transfer_id=transfer_id))

    return answer(SayForm, Answer(show=lambda filled: _show(transfer_id, filled), act=act))


@door.post("/<int:transfer_id>/withdraw", needs="relationship.transfer")
def withdraw(transfer_id: int) -> ResponseReturnValue:
    """Wish it no more."""
    transfers.withdraw(transfer_id)
    return htmx.go(url_for("transfers.show", transfer_id=transfer_id))


def _show(transfer_id: int, form: Filled | None = None) -> str:
    row = transfer_queries.one(transfer_id)
    page = clients_listing().page(transfer_queries.people(transfer_id), request.args)
    return render_template(
        "relationship/transfer.html",
        row=row, words=words, giver=brokers.name_of(row.giver_id),
        receiver=brokers.name_of(row.receiver_id), votes=transfer_queries.votes(transfer_id),
        is_mine=row.asked_by == access.current().user_id, form=form or blank(), page=page,
        asks_me=row.state == "open" and bool(seating.mine(row)),
        is_held=row.state == "open" and not transfer_queries.can_receive(row),
    )  # fmt: skip


def _form(filled: Filled) -> str:
    own = access.current().broker_id
    mine = [] if own is None else [brokers.name_of(own)]
    givers = [
        (one.id, f"{one.no} {one.name}")
        for one in (*mine, *brokers.within_reach("relationship.assign", desks=True))
    ]
    return render_template("relationship/transfer_form.html", form=filled, givers=givers)
