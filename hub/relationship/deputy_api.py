"""Deputies for programs."""

from __future__ import annotations

from typing import Any

from hub.brokers import queries as brokers
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor
from hub.pages.readings import DatedForm, Reading
from hub.relationship import deputies
from hub.relationship.forms import DeputyForm, DeputyWish

door = ApiDoor("deputies_api", __name__, path="/brokers", about="Who stands in for whom.")


class DeputyOut(out.Out):
    """Who stands in for whom on the days before `valid_to`."""

    id = out.whole()
    absent = out.text()
    absent_id = out.whole()
    deputy = out.text()
    deputy_no = out.text()
    valid_from = out.day()
    valid_to = out.day()
    reason = out.text()


class DeputiesOut(out.Out):
    """Present and coming deputies, or those of a day, the first day first."""

    items = out.many(DeputyOut)


@door.get("/<int:broker_id>/deputies", needs="brokers.read", asks=DatedForm, gives=DeputiesOut)
def show(reading: Reading, broker_id: int) -> dict[str, Any]:
    """Who stands in for a broker, and for whom he does; of a day, who did on it."""
    return {"items": deputies.of_broker(brokers.one(broker_id).id, reading)}


@door.post(
    "/<int:broker_id>/deputies", needs="relationship.deputise", takes=DeputyForm,
    gives=out.Made, status=201,
)  # fmt: skip
def create(wish: DeputyWish, broker_id: int) -> dict[str, int]:
    """Have somebody stand in for a broker."""
    return {"id": deputies.name(broker_id, wish)}


@door.post("/<int:broker_id>/deputies/<int:deputy_id>/end", needs="relationship.deputise")
def end(broker_id: int, deputy_id: int) -> None:
    """Nobody stands in any more."""
    deputies.call_off(broker_id, deputy_id)
