"""Brokers for programs."""

from __future__ import annotations

from typing import Any

from flask import request

from hub.brokers import cards, licensing, listing, moving, posts, queries, service, teams
from hub.brokers.forms import (
    Appointment,
    AppointmentForm,
    BrokerChange,
    BrokerChangeForm,
    End,
    Entry,
    EntryForm,
    Farewell,
    FarewellForm,
    Licence,
    LicenceForm,
    Link,
    LinkForm,
    Move,
    MoveForm,
    Reading,
    ReadingForm,
    UntilForm,
)
from hub.brokers.models import Broker
from hub.brokers.outs import BrokerOut, CardOut, TreeOut
from hub.brokers.team_forms import Aim, AimForm
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor
from hub.pages.api.operations import Guard
from hub.pages.forms import parse
from hub.pages.readings import DatedForm
from hub.pages.readings import Reading as DayReading

door = ApiDoor("brokers_api", __name__, path="/brokers", about="The tree of those who serve.")


@door.get("", needs="brokers.read", listing=listing.for_programs)
def index() -> Any:
    """Brokers whom the caller may see; of a day, those who worked here on it, as they stood."""
    reading: DayReading = parse(DatedForm, request.args)
    return listing.for_programs(reading), listing.rows(reading)


@door.get("/export", needs="brokers.read", listing=listing.for_programs, exports=True)
def export() -> Any:
    """All of the list at once; that it was taken is logged."""
    return index()


@door.post("", needs="brokers.write", takes=EntryForm, gives=out.Made, status=201)
def create(entry: Entry) -> dict[str, int]:
    """Take a broker in, under somebody."""
    return {"id": service.create(entry)}


@door.get("/tree", needs="brokers.read", asks=ReadingForm, gives=TreeOut)
def top(reading: Reading) -> Any:
    """Where the tree begins for the caller."""
    return cards.top(reading)


@door.get("/<int:broker_id>", needs="brokers.read", gives=BrokerOut)
def show(broker_id: int) -> Any:
    """One broker."""
    return cards.plain(queries.one(broker_id))


@door.get("/<int:broker_id>/card", needs="brokers.read", asks=ReadingForm, gives=CardOut)
def card(reading: Reading, broker_id: int) -> Any:
    """A broker with his place, posts, qualifications and results, as of a day."""
    return cards.card(broker_id, reading)


@door.get("/<int:broker_id>/reports", needs="brokers.read", asks=ReadingForm, gives=TreeOut)
def reports(reading: Reading, broker_id: int) -> Any:
    """Who stands directly below a broker, as of a day."""
    return cards.below(broker_id, reading)


@door.put(
    "/<int:broker_id>", needs="brokers.write", takes=BrokerChangeForm, gives=BrokerOut,
    guard=Guard(view=show, gives=BrokerOut, model=Broker, key="broker_id"),
)  # fmt: skip
def change(written: BrokerChange, broker_id: int) -> Any:
    """Change what is written about a broker."""
    service.change(broker_id, written)
    return show(broker_id)


@door.post("/<int:broker_id>/freeze", needs="brokers.write", gives=BrokerOut)
def freeze(broker_id: int) -> Any:
    """Hold a broker's hands."""
    service.freeze(broker_id)
    return show(broker_id)


@door.post("/<int:broker_id>/thaw", needs="brokers.write", gives=BrokerOut)
def thaw(broker_id: int) -> Any:
    """Let a frozen broker work again."""
    service.thaw(broker_id)
    return show(broker_id)


@door.post("/<int:broker_id>/place", needs="brokers.place", takes=MoveForm, gives=BrokerOut)
def place(move: Move, broker_id: int) -> Any:
    """Have a broker, with all below him, stand under somebody else from a day on."""
    moving.place(broker_id, move)
    return show(broker_id)


@door.post("/<int:broker_id>/leave", needs="brokers.place", takes=FarewellForm, gives=BrokerOut)
def leave(farewell: Farewell, broker_id: int) -> Any:
    """A broker leaves the firm; his heir leads those whom he led."""
    service.leave(broker_id, farewell)
    return cards.plain(queries.one(broker_id))


@door.post("/<int:broker_id>/succeed", needs="brokers.office", takes=UntilForm, gives=BrokerOut)
def succeed(since: End, broker_id: int) -> Any:
    """A broker takes the root's place from a day on."""
    moving.succeed(broker_id, since.valid_to)
    return show(broker_id)


@door.put("/<int:broker_id>/user", needs="brokers.office", takes=LinkForm, gives=BrokerOut)
def link(wish: Link, broker_id: int) -> Any:
    """Say which user a broker is."""
    service.link_user(broker_id, wish.user)
    return show(broker_id)


@door.post(
    "/<int:broker_id>/posts", needs="brokers.appoint", takes=AppointmentForm, gives=out.Made,
    status=201,
)  # fmt: skip
def appoint(wish: Appointment, broker_id: int) -> dict[str, int]:
    """Give a broker a post for some days."""
    return {"id": posts.appoint(broker_id, wish)}


@door.post("/<int:broker_id>/posts/<int:post_id>/end", needs="brokers.appoint", takes=UntilForm)
def end_post(end: End, broker_id: int, post_id: int) -> None:
    """A post is held no more from a day on."""
    posts.end(broker_id, post_id, end.valid_to)


@door.post(
    "/<int:broker_id>/licences", needs="brokers.write", takes=LicenceForm, gives=out.Made,
    status=201,
)  # fmt: skip
def qualify(licence: Licence, broker_id: int) -> dict[str, int]:
    """Note a qualification."""
    return {"id": licensing.note(broker_id, licence)}


@door.post("/<int:broker_id>/licences/<int:licence_id>/end", needs="brokers.write", takes=UntilForm)
def end_licence(end: End, broker_id: int, licence_id: int) -> None:
    """A qualification holds no more from a day on."""
    licensing.end(broker_id, licence_id, end.valid_to)


@door.put("/<int:broker_id>/target", needs="teams.write", takes=AimForm)
def aim(wish: Aim, broker_id: int) -> None:
    """Set what a direct report shall reach in a month."""
    teams.aim_broker(broker_id, wish)
