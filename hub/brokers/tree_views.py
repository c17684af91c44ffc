"""The org chart: a step of the tree at a time, on any day."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from sqlalchemy import or_

from hub.brokers import cards, queries, words
from hub.brokers.forms import Reading, ReadingForm
from hub.brokers.models import Branch, Broker
from hub.kernel import clock, work
from hub.kernel.doors import Door
from hub.pages.forms import parse

door = Door("tree", __name__, url_prefix="/tree", template_folder="templates")

FOUND_MOST = 20


@door.get("/", needs="brokers.read")
def index() -> str:
    """The chart from where it begins for the visitor, opened down to whoever is looked for."""
    reading: Reading = parse(ReadingForm, request.args)
    look, wanted = request.args.get("q", "").strip()[:80], request.args.get("show", type=int)
    found = _found(look) if look else []
    if wanted is None and len(found) == 1:
        wanted = found[0].id
    return render_template(
        "brokers/tree.html", reading=reading, words=words, today=clock.firm_day(), q=look,
        found=found, wanted=wanted, nodes=_opened(reading, wanted),
    )  # fmt: skip


@door.get("/<int:broker_id>", needs="brokers.read")
def step(broker_id: int) -> str:
    """Those directly below a broker: a part of the chart."""
    reading: Reading = parse(ReadingForm, request.args)
    found = cards.below(broker_id, reading)["items"]
    return render_template("brokers/step.html", nodes=found, reading=reading, words=words)


def _found(look: str) -> list[Any]:
    """Brokers whom the visitor may see, by a piece of number or name."""
    like = or_(Broker.no.icontains(look, autoescape=True),
               Broker.name.icontains(look, autoescape=True))  # fmt: skip
    rows = queries.brokers().where(like).order_by(Broker.no).limit(FOUND_MOST)
    columns = rows.with_only_columns(Broker.id, Broker.no, Broker.name, Branch.name.label("branch"))
    return list(work.session().execute(columns))


def _opened(reading: Reading, wanted: int | None) -> list[dict[str, Any]]:
    """The first steps of the chart: the top, what lies below, and the way to `wanted`."""
    nodes: list[dict[str, Any]] = cards.top(reading)["items"]
    way = [one.id for one in cards.way(wanted, reading)] if wanted is not None else []
    opened = {*way, *(node["id"] for node in nodes)}

    def fill(node: dict[str, Any]) -> None:
        if node["id"] in opened and node["reports"]:
            node["children"] = cards.below(node["id"], reading)["items"]
            for child in node["children"]:
                fill(child)

    for node in nodes:
        fill(node)
    return nodes
