"""The serving broker on a client's page, and the form that assigns another."""

from __future__ import annotations

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.brokers import queries as brokers
from hub.clients import queries as clients
from hub.kernel import access, clock, work
from hub.kernel.access import Actor
from hub.kernel.doors import Door
from hub.kernel.errors import Invalid
from hub.pages import htmx
from hub.pages.forms import Filled, blank, parse, posted
from hub.relationship import queries, service
from hub.relationship.forms import Assignment, AssignmentForm

door = Door("relationship", __name__, url_prefix="/relationship", template_folder="templates")


def serving_panel(actor: Actor, client_id: int | None) -> str:
    """Who serves the client, who did, and the form for those who may assign."""
    if client_id is None:
        return ""
    may_assign = access.may(actor, "relationship.assign", client_id)
    return render_template(
        "relationship/panel.html",
        client_id=client_id,
        history=queries.history(client_id),
        today=clock.firm_day(),
        form=_blank(queries.broker_of(client_id)) if may_assign else None,
        brokers=_choices() if may_assign else [],
    )


def own_broker(actor: Actor, client_id: int | None) -> str:
    """Who serves a client, on the client's own home."""
    del actor
    broker_id = None if client_id is None else queries.broker_of(client_id)
    broker = None if broker_id is None else brokers.name_of(broker_id)
    return "" if broker is None else render_template("relationship/portal.html", broker=broker)


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


def _blank(broker_id: int | None) -> Filled:
    return blank({"broker": broker_id, "valid_from": clock.firm_day().isoformat()})


def _choices() -> list[tuple[int, str]]:
    """Whom the visitor may have serve: himself, and his direct reports."""
    own = access.current().broker_id
    mine = [] if own is None else [brokers.name_of(own)]
    return [
        (one.id, f"{one.no} {one.name} ({one.branch})")
        for one in (*mine, *brokers.within_reach("relationship.assign"))
    ]


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
