"""Pages of the list of brokers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from hub.brokers import queries, service
from hub.brokers.forms import BrokerCard, BrokerForm
from hub.brokers.listing import listing
from hub.brokers.models import Broker
from hub.kernel import access
from hub.kernel.doors import Door
from hub.pages import htmx
from hub.pages.forms import Answer, Filled, answer, blank

door = Door("brokers", __name__, url_prefix="/brokers", template_folder="templates")


@door.get("/", needs="brokers.read")
def index() -> str:
    """Every broker."""

    def link(row: Any) -> str:
        return url_for("brokers.edit", broker_id=row.id)

    may_write = access.current().holds("brokers.write")
    page = listing(link if may_write else None).page(queries.brokers(), request.args)
    return render_template("brokers/index.html", page=page)


@door.get("/new", needs="brokers.write")
def new() -> str:
    """The empty form."""
    return _form(blank({"active": True}))


@door.post("/new", needs="brokers.write")
def create() -> ResponseReturnValue:
    """Take a broker in."""

    def act(card: BrokerCard) -> ResponseReturnValue:
        service.create(card)
        return htmx.go(url_for("brokers.index"))

    return answer(BrokerForm, Answer(show=_form, act=act))


@door.get("/<int:broker_id>", needs="brokers.write")
def edit(broker_id: int) -> str:
    """The form with what is written now."""
    row = queries.one(broker_id)
    names = asdict(BrokerCard(no="", name="", branch="", title=""))
    return _form(blank({name: getattr(row, name) for name in names}), row)


@door.post("/<int:broker_id>", needs="brokers.write")
def change(broker_id: int) -> ResponseReturnValue:
    """Change what is written."""
    row = queries.one(broker_id)

    def act(card: BrokerCard) -> ResponseReturnValue:
        service.change(broker_id, card)
        return htmx.go(url_for("brokers.index"))

    return answer(BrokerForm, Answer(show=lambda filled: _form(filled, row), act=act))


def _form(filled: Filled, broker: Broker | None = None) -> str:
    return render_template(
        "brokers/form.html", form=filled, broker=broker, branches=queries.branches()
    )
