"""Who stands in for a broker: a panel on his page, and the forms on it."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.brokers import queries as brokers
from hub.kernel import access, clock
from hub.kernel.access import Actor
from hub.kernel.doors import Door
from hub.pages import htmx
from hub.pages.forms import Answer, Filled, answer, blank, parse
from hub.pages.readings import DatedForm, Reading
from hub.relationship import deputies, queries
from hub.relationship.forms import DeputyForm, DeputyWish

door = Door("deputies", __name__, url_prefix="/deputies", template_folder="templates")


def panel(actor: Actor, broker_id: int | None) -> str:
    """How many a broker serves, who stands in for him, the way to a transfer."""
    if broker_id is None:
        return ""
    return _panel(actor, broker_id, None)


@door.get("/<int:broker_id>", needs="brokers.read")
def show(broker_id: int) -> str:
    """The same on a page of its own."""
    return _page(broker_id, None)


@door.post("/<int:broker_id>", needs="relationship.deputise")
def create(broker_id: int) -> ResponseReturnValue:
    """Have somebody stand in."""

    def act(wish: DeputyWish) -> ResponseReturnValue:
        deputies.name(broker_id, wish)
        flash(_("He serves the clients on those days."), "success")
        return htmx.go(url_for("brokers.show", broker_id=broker_id))

    return answer(DeputyForm, Answer(show=lambda filled: _page(broker_id, filled), act=act))


@door.post("/<int:broker_id>/<int:deputy_id>/end", needs="relationship.deputise")
def end(broker_id: int, deputy_id: int) -> ResponseReturnValue:
    """Nobody stands in any more."""
    deputies.call_off(broker_id, deputy_id)
    return htmx.go(url_for("brokers.show", broker_id=broker_id))


def _page(broker_id: int, filled: Filled | None) -> str:
    row = brokers.one(broker_id)
    html = _panel(access.current(), broker_id, filled)
    return render_template("relationship/deputies.html", broker=row, html=html, form=filled)


def _panel(actor: Actor, broker_id: int, filled: Filled | None) -> str:
    today = clock.firm_day()
    reading: Reading = parse(DatedForm, request.args)
    may = broker_id == actor.broker_id and actor.holds("relationship.deputise")
    may = may or access.may(actor, "relationship.deputise", broker_id, brokers.KIND)
    return render_template(
        "relationship/deputy_panel.html",
        broker_id=broker_id, lines=deputies.of_broker(broker_id, reading), may=may,
        day=reading.as_of.day, then={"day": reading.day, "known_at": reading.known_at},
        is_today=reading.as_of.day == today and reading.known_at is None,
        may_give=broker_id == actor.broker_id
        or access.may(actor, "relationship.assign", broker_id, brokers.KIND),
        served=queries.count_served(broker_id, reading.as_of),
        forms={} if filled is None else {"deputy": filled},
        fresh=blank({"valid_from": today, "valid_to": ""}), is_fragment=request.method == "GET",
    )  # fmt: skip
