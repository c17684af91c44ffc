"""Unsubscribe without a cookie (RFC 8058), and the ledger for staff."""

from __future__ import annotations

from flask import Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from channels.consent import queries, service
from channels.consent.rules import ASKED, Source
from channels.deliveries import queries as deliveries
from channels.providers.seal import Seal
from hub.kernel import access
from hub.kernel.doors import Door
from hub.kernel.errors import NotFound
from hub.kernel.messages import MessageClass
from hub.pages.exports import csv_response
from hub.pages.lists import Column, Filter, Listing

door = Door("consent", __name__, template_folder="templates")

ledger_list = Listing(
    name="consent",
    columns=(
        Column(key="at", label=_("Recorded"), kind="datetime"),
        Column(key="client_id", label=_("Client"), kind="number"),
        Column(key="channel", label=_("Channel"), kind="text"),
        Column(key="klass", label=_("Class"), kind="text"),
        Column(key="granted", label=_("Granted"), kind="yesno"),
        Column(key="source", label=_("Source"), kind="text"),
        Column(key="wording", label=_("Wording"), kind="text", sortable=False),
        Column(key="proof", label=_("Proof"), kind="text", sortable=False),
    ),
    filters=(
        Filter(key="client_id", label=_("Client"), kind="number"),
        Filter(key="channel", label=_("Channel"), kind="text"),
    ),
    default_sort="-at",
    key="id",
)


def _delivery(token: str) -> deliveries.Told:
    delivery_id = Seal(current_app.config["SECRET_KEY"], "unsubscribe").opened(token)
    if delivery_id is None:
        raise NotFound
    return deliveries.told(delivery_id)


@door.get("/u/<token>", needs="signed")
def unsubscribe_page(token: str) -> ResponseReturnValue:
    """Ask: a GET never unsubscribes, scanners follow links too."""
    return render_template("consent/unsubscribe.html", token=token, told=_delivery(token), done=False)


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
    return render_template("consent/unsubscribe.html", token=token, told=_delivery(token), done=True)


@door.get("/consents", needs="consent.read")
def ledger() -> ResponseReturnValue:
    """The ledger of the clients the reader may see."""
    query = queries.ledger(access.current())
    if request.args.get("export"):
        return csv_response(ledger_list, query, request.args)
    page = ledger_list.page(query, request.args)
    return render_template("consent/ledger.html", listing=ledger_list, page=page)
