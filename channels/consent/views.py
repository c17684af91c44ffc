"""Unsubscribe without a cookie (RFC 8058), and the ledger for staff."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from channels.consent import queries, service
from channels.consent.models import Consent, Wording
from channels.consent.rules import ASKED, Source
from channels.deliveries import queries as deliveries
from channels.providers.seal import Seal
from hub.clients.models import Address, Client, Contact
from hub.kernel import access
from hub.kernel.doors import Door
from hub.kernel.errors import NotFound
from hub.kernel.messages import MessageClass
from hub.pages.exports import csv_file
from hub.pages.filters import Filter
from hub.pages.formats import masked_email, masked_phone
from hub.pages.lists import Column, Listing

door = Door("consent", __name__, template_folder="../templates")

CHANNEL_TITLES = {"email": _("E-mail"), "sms": _("SMS")}
CLASS_TITLES = {"service": _("service"), "promotion": _("promotion")}
SOURCE_TITLES = {
    Source.IMPORT.value: _("imported file"),
    Source.ONE_CLICK.value: _("one-click unsubscribe"),
    Source.PAGE.value: _("unsubscribe page"),
    Source.STAFF.value: _("staff"),
    Source.DEMO.value: _("demo data"),
}


def _client_page(row: Any) -> str:
    return url_for("clients.show", client_id=row.client_id)


ledger_list = Listing(
    name="consents",
    columns=(
        Column(key="at", label=_("Recorded"), expr=Consent.at, kind="time", sortable=True),
        Column(key="name", label=_("Client"), expr=Client.name, sortable=True, link=_client_page),
        Column(key="address", label=_("Address"), expr=Address.value, kind="email"),
        Column(key="channel", label=_("Channel"), expr=Consent.channel, kind="badge",
               labels=CHANNEL_TITLES),
        Column(key="klass", label=_("Class"), expr=Consent.klass, kind="badge",
               labels=CLASS_TITLES),
        Column(key="granted", label=_("Statement"), expr=Consent.granted, kind="badge",
               labels={True: _("granted"), False: _("withdrawn")},
               tones={True: "green", False: "red"}),
        Column(key="source", label=_("Source"), expr=Consent.source, kind="badge",
               labels=SOURCE_TITLES),
        Column(key="wording", label=_("Wording"), expr=Wording.text, minor=True),
        Column(key="proof", label=_("Proof"), expr=Consent.proof, minor=True),
    ),
    filters=(
        Filter(key="name", label=_("Client"), exprs=(Client.name,)),
        Filter(key="channel", label=_("Channel"), exprs=(Consent.channel,), kind="choice",
               choices=tuple(CHANNEL_TITLES.items())),
        Filter(key="klass", label=_("Class"), exprs=(Consent.klass,), kind="choice",
               choices=tuple(CLASS_TITLES.items())),
    ),
    default_sort="-at",
    key=Consent.id,
    extra=(Contact.client_id,),
)  # fmt: skip


def _delivery(token: str) -> deliveries.Told:
    delivery_id = Seal(current_app.config["SECRET_KEY"], "unsubscribe").opened(token)
    if delivery_id is None:
        raise NotFound
    return deliveries.told(delivery_id)


def _page(token: str, *, done: bool) -> str:
    address = _delivery(token).address
    shown = masked_email(address) if "@" in address else masked_phone(address)
    return render_template("consent/unsubscribe.html", token=token, address=shown, done=done)


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


@door.get("/consents.csv", needs="consent.read")
def ledger_file() -> ResponseReturnValue:
    """The same as a file."""
    return csv_file(ledger_list, queries.ledger(access.current()), request.args)
