"""Leads for programs."""

from __future__ import annotations

from typing import Any

from hub.brokers import queries as brokers
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor
from hub.relationship.leads import queries, service
from hub.relationship.leads.forms import (
    Conversion,
    ConversionForm,
    LeadBrokerForm,
    LeadForm,
    LeadSourceForm,
    LeadWish,
    Loss,
    LossForm,
    SourceWish,
    Talk,
    TalkForm,
)
from hub.relationship.leads.listing import listing
from hub.relationship.leads.models import LeadSource

door = ApiDoor("leads_api", __name__, path="/leads", about="People who may become clients.")


class LeadStepOut(out.Out):
    """Something that happened to a lead."""

    kind = out.text()
    said = out.text()
    at = out.moment()


class LeadOut(out.Out):
    """A lead with its history; phone and email are whole for `broker`, who works on it."""

    id = out.whole()
    name = out.text()
    phone = out.text(null=True)
    email = out.text(null=True)
    city = out.text(null=True)
    interest = out.text()
    consent = out.text()
    consent_on = out.day()
    consent_proof = out.text()
    state = out.text()
    lost_reason = out.text(null=True)
    next_on = out.day(null=True)
    broker = out.text(null=True)
    client_id = out.whole(null=True)
    points = out.whole()
    steps = out.many(LeadStepOut)


class LeadSourceOut(out.Out):
    """Where leads come from."""

    id = out.whole()
    code = out.text()
    title_zh = out.text()
    title_en = out.text()
    weight = out.whole()
    retired_at = out.moment(null=True)


class LeadSourcesOut(out.Out):
    """Every source, the retired ones last."""

    items = out.many(LeadSourceOut)


@door.get("", needs=queries.READ, listing=listing)
def index() -> Any:
    """The leads that you see."""
    return listing(), queries.visible()


@door.get("/export", needs="clients.export", listing=listing, exports=True)
def export() -> Any:
    """All of the list at once; that it was taken is logged."""
    return listing(), queries.visible()


@door.post("", needs=queries.WRITE, takes=LeadForm, gives=out.Made, status=201)
def create(wish: LeadWish) -> dict[str, int]:
    """Write a lead down; one who looks like a client only with `knowingly`."""
    return {"id": service.enter(wish)}


@door.get("/<int:lead_id>", needs=queries.READ, gives=LeadOut)
def show(lead_id: int) -> dict[str, Any]:
    """One lead."""
    lead = queries.one(lead_id)
    names = [
        "id", "name", "city", "interest", "consent", "consent_on",
        "consent_proof", "state", "lost_reason", "next_on", "client_id",
    ]  # fmt: skip
    plain = {name: getattr(lead, name) for name in names} | queries.shown(lead)
    return plain | {
        "broker": brokers.name_of(lead.broker_id).name if lead.broker_id else None,
        "points": sum(points for _title, points in queries.explained(lead)),
        "steps": queries.steps(lead_id),
    }


@door.post("/<int:lead_id>/assign", needs=queries.ASSIGN, takes=LeadBrokerForm, gives=LeadOut)
def assign(wish: dict[str, str], lead_id: int) -> dict[str, Any]:
    """Give it to a broker who reports to you directly, or to yourself."""
    service.assign(lead_id, wish["broker_no"])
    return show(lead_id)


@door.post("/<int:lead_id>/talk", needs=queries.WRITE, takes=TalkForm, gives=LeadOut)
def talk(wish: Talk, lead_id: int) -> dict[str, Any]:
    """Note what was said."""
    service.talk(lead_id, wish)
    return show(lead_id)


@door.post("/<int:lead_id>/lose", needs=queries.WRITE, takes=LossForm, gives=LeadOut)
def lose(wish: Loss, lead_id: int) -> dict[str, Any]:
    """Nothing came of it."""
    service.lose(lead_id, wish)
    return show(lead_id)


@door.post("/<int:lead_id>/convert", needs=queries.WRITE, takes=ConversionForm, gives=LeadOut)
def convert(wish: Conversion, lead_id: int) -> dict[str, Any]:
    """It is a client now."""
    service.convert(lead_id, wish)
    return show(lead_id)


@door.get("/sources", needs=queries.SOURCES, gives=LeadSourcesOut)
def sources() -> dict[str, list[LeadSource]]:
    """Where leads come from."""
    return {"items": queries.sources(retired=True)}


@door.post("/sources", needs=queries.SOURCES, takes=LeadSourceForm, gives=out.Made, status=201)
def define(wish: SourceWish) -> dict[str, int]:
    """Name a source."""
    return {"id": service.define(wish)}


@door.delete("/sources/<int:source_id>", needs=queries.SOURCES)
def retire(source_id: int) -> None:
    """Offer a source no more."""
    service.retire(source_id)
