"""The serving broker on a client's page, and the form that assigns another."""

from __future__ import annotations

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.brokers import queries as brokers
from hub.clients import parts
from hub.clients import queries as clients
from hub.kernel import access, clock, work
from hub.kernel.access import Actor
from hub.kernel.doors import Door
from hub.kernel.errors import Invalid
from hub.pages import exports, htmx
from hub.pages.forms import Filled, blank, parse, posted
from hub.pages.readings import DatedForm, Reading
from hub.relationship import queries, service
from hub.relationship.forms import Assignment, AssignmentForm
from hub.relationship.serving_listing import listing

door = Door("relationship", __name__, url_prefix="/relationship", template_folder="templates")


def serving_panel(actor: Actor, client_id: int | None) -> str:
    """Who serves the client, who did, and the form for those who may assign."""
    return "" if client_id is None else _served(actor, client_id, Reading())


def own_broker(actor: Actor, client_id: int | None) -> str:
    """Who serves a client, on the client's own home."""
    del actor
    broker_id = None if client_id is None else queries.broker_of(client_id)
    broker = None if broker_id is None else brokers.name_of(broker_id)
    return "" if broker is None else render_template("relationship/portal.html", broker=broker)


@door.get("/clients/<int:client_id>/serving", needs="clients.read")
def served(client_id: int) -> str:
    """Who serves the client on a day, and on all others, as known at a moment."""
    client, reading = clients.one(client_id), parse(DatedForm, request.args)
    html = _served(access.current(), client_id, reading)
    if htmx.is_fragment():
        return html
    return parts.page(client.id, _("Serving broker"), html, blank())


@door.get("/brokers/<int:broker_id>/clients", needs="clients.read")
def clients_of(broker_id: int) -> str:
    """The clients whom a broker serves on a day, as far as the visitor sees them."""
    broker, reading = brokers.one(broker_id), parse(DatedForm, request.args)
    found = queries.clients_of(broker_id, reading.as_of)
    return render_template(
        "relationship/served.html", broker=broker, day=reading.as_of.day,
        count=queries.count_clients_of(broker_id, reading.as_of),
        page=listing().page(found, request.args),
    )  # fmt: skip


@door.get("/brokers/<int:broker_id>/clients/export", needs="clients.export")
def export_clients_of(broker_id: int) -> Response:
    """The same as CSV, with a watermark."""
    broker, reading = brokers.one(broker_id), parse(DatedForm, request.args)
    rows = queries.clients_of(broker.id, reading.as_of)
    return exports.csv_file(listing(), rows, request.args, subject_id=broker.id)


@door.get("/clients/<int:client_id>/assign", needs="relationship.assign")
def ask(client_id: int) -> str:
    """The form on a page of its own."""
    clients.operable(client_id, "relationship.assign")
    return _page(client_id, _blank(queries.broker_of(client_id)))


@door.post("/clients/<int:client_id>/assign", needs="relationship.assign")
def assign(client_id: int) -> ResponseReturnValue:
    """Have another broker serve the client."""
    try:
        wish: Assignment = parse(AssignmentForm, posted())
        service.assign(client_id, wish.broker, valid_from=wish.valid_from)
    except Invalid as error:
        if request.is_json:
            raise
        work.fail()
        filled = Filled(request.form.to_dict(), error.fields)
        return make_response(_page(client_id, filled), 422)
    return htmx.go(url_for("clients.show", client_id=client_id))


def _served(actor: Actor, client_id: int, reading: Reading) -> str:
    as_of, may_assign = reading.as_of, access.may(actor, "relationship.assign", client_id)
    lines = queries.history(client_id, as_of.known_at)
    return render_template(
        "relationship/panel.html", client_id=client_id, history=lines, as_of=as_of,
        on_day=next((line for line in lines if line.is_on(as_of.day)), None),
        form=_blank(queries.broker_of(client_id)) if may_assign else None,
        brokers=_choices() if may_assign else [],
    )  # fmt: skip


def _blank(broker_id: int | None) -> Filled:
    return blank({"broker": broker_id, "valid_from": clock.firm_day().isoformat()})


def _choices() -> list[tuple[int, str]]:
    """Whom the visitor may have serve: himself, and his direct reports."""
    found = brokers.within_reach("relationship.assign", himself=True)
    return [(one.id, f"{one.no} {one.name} ({one.branch})") for one in found]


def _page(client_id: int, form: Filled) -> str:
    client = clients.one(client_id)
    return render_template(
        "relationship/assign.html",
        client=client,
        client_id=client_id,
        form=form,
        brokers=_choices(),
        title=_("Assign %(name)s", name=client.name),
    )
