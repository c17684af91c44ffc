"""Unsubscribe without a cookie (RFC 8058), and the ledger for staff."""

from __future__ import annotations

from flask import Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from channels.consent import queries, service
from channels.consent.listings import ledger_list
from channels.consent.rules import ASKED, Source
from channels.deliveries import queries as deliveries
from channels.providers.seal import Seal
from hub.kernel import access
from hub.kernel.doors import Door
from hub.kernel.errors import NotFound
from hub.kernel.messages import MessageClass
from hub.pages.exports import csv_file
from hub.pages.formats import masked_address

door = Door("consent", __name__, template_folder="../templates")


def _delivery(token: str) -> deliveries.Told:
    delivery_id = Seal(current_app.config["SECRET_KEY"], "unsubscribe").opened(token)
    if delivery_id is None:
        raise NotFound
    return deliveries.told(delivery_id)


def _page(token: str, *, done: bool) -> str:
    address = _delivery(token).address
    return render_template(
        "consent/unsubscribe.html", token=token, address=masked_address(address), done=done
    )


@door.get("/u/<token>", needs="signed")
def unsubscribe_page(token: str) -> ResponseReturnValue:
    """Ask: a GET never unsubscribes, scanners follow links too."""
    return _page(token, done=False)


@door.post("/u/<token>", needs="signed")
def unsubscribe(token: str) -> ResponseReturnValue:
    """Withdraw consent for the class of the message: one click, no cookie, no question."""
    told = _delivery(token)
    klass = MessageClass(told.klass)
    one_click = request.form.get("List-Unsubscribe") == "One-Click"
    service.withdraw(
        told.address_id,
        (klass,) if klass in ASKED else ASKED,
        source=Source.ONE_CLICK if one_click else Source.PAGE,
        proof=f"delivery:{told.delivery_id}",
        ip=request.remote_addr or "",
    )
    if one_click:
        return Response("ok\n", mimetype="text/plain")
    return redirect(url_for("consent.unsubscribed", token=token), 303)


@door.get("/u/<token>/done", needs="signed")
def unsubscribed(token: str) -> ResponseReturnValue:
    """Say that it is done."""
    return _page(token, done=True)


@door.get("/consents", needs="consent.read")
def ledger() -> ResponseReturnValue:
    """The ledger of the clients the reader may see."""
    page = ledger_list.page(queries.ledger(access.current()), request.args)
    return render_template("consent/ledger.html", page=page)


@door.get("/consents.csv", needs="consent.export")
def ledger_file() -> ResponseReturnValue:
    """The same as a file."""
    return csv_file(ledger_list, queries.ledger(access.current()), request.args)
