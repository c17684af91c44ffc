"""Agreements for programs."""

from __future__ import annotations

from typing import Any

from flask import request

from hub.brokers import queries as brokers
from hub.clients import queries as clients
from hub.kernel import files, work
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor
from hub.pages.forms import parse
from hub.pages.readings import DatedForm, Reading
from hub.relationship.agreements import listing as lists
from hub.relationship.agreements import queries, service, versions
from hub.relationship.agreements.forms import (
    AgreementEndForm,
    AgreementForm,
    AgreementVersionForm,
    AgreementWish,
    EndWish,
    SignedFileForm,
    VersionWish,
)
from hub.relationship.agreements.rules import Side

ABOUT = "What the firm agreed to with clients and brokers."
door = ApiDoor("agreements_api", __name__, path="/agreements", about=ABOUT)
client_door = ApiDoor("client_agreements_api", __name__, path="/clients", about=ABOUT)
broker_door = ApiDoor("broker_agreements_api", __name__, path="/brokers", about=ABOUT)


class AgreementVersionOut(out.Out):
    """A version on the days before `valid_to`; `file_id` and `sha256` are its signed file's."""

    id = out.whole()
    number = out.whole()
    valid_from = out.day()
    valid_to = out.day(null=True)
    plan = out.text()
    parameters = out.text()
    terms = out.text()
    reason = out.text()
    file_id = out.whole(null=True)
    sha256 = out.text()
    known_from = out.moment()
    known_to = out.moment(null=True)


class AgreementLineOut(out.Out):
    """An agreement on the days before `valid_to`; `state` is of today, in a list of its day."""

    id = out.whole()
    no = out.text()
    title = out.text()
    valid_from = out.day(null=True)
    valid_to = out.day(null=True)
    state = out.text()


class AgreementOut(AgreementLineOut):
    """An agreement, the version that counts on the day, and all that is known of it."""

    side = out.text()
    subject_id = out.whole()
    end_reason = out.text()
    day = out.day()
    in_force = out.one(AgreementVersionOut, null=True)
    versions = out.many(AgreementVersionOut)
    superseded = out.many(AgreementVersionOut)


class AgreementsOut(out.Out):
    """The version that counts on a day, and every agreement there is, the latest first."""

    day = out.day()
    in_force = out.one(AgreementVersionOut, null=True)
    items = out.many(AgreementLineOut)


@door.get("", needs="agreements.read", listing=lists.listing)
def index() -> Any:
    """Agreements that the caller may see; of a day, those in force on it."""
    reading: Reading = parse(DatedForm, request.args)
    return lists.listing(reading=reading), lists.rows(reading)


@door.get("/export", needs="clients.export", listing=lists.listing, exports=True)
def export() -> Any:
    """The same, all of it."""
    return index()


@door.get("/<int:agreement_id>", needs="agreements.read", asks=DatedForm, gives=AgreementOut)
def show(reading: Reading, agreement_id: int) -> dict[str, Any]:
    """One agreement, on a day, as known at a moment."""
    row, as_of = queries.one(agreement_id), reading.as_of
    side, subject_id = queries.side_of(row)
    lines = versions.of_agreement(agreement_id, as_of.known_at)
    found = queries.line_of(agreement_id)
    counts = next((line for line in lines if line.is_on(as_of.day)), None)
    return {name: getattr(found, name) for name in AgreementLineOut().fields} | {
        "side": side, "subject_id": subject_id, "end_reason": row.end_reason, "day": as_of.day,
        "in_force": counts, "versions": lines, "superseded": versions.superseded(agreement_id),
    }  # fmt: skip


@door.post(
    "/<int:agreement_id>/versions", needs="agreements.write", takes=AgreementVersionForm,
    gives=AgreementOut, status=201,
)  # fmt: skip
def sign(wish: VersionWish, agreement_id: int) -> dict[str, Any]:
    """A new version holds from a day on."""
    service.sign(agreement_id, wish)
    return show(Reading(), agreement_id)


@door.put(
    "/<int:agreement_id>/versions/<int:number>", needs="agreements.write",
    takes=AgreementVersionForm, gives=AgreementOut,
)  # fmt: skip
def correct(wish: VersionWish, agreement_id: int, number: int) -> dict[str, Any]:
    """A version was written down wrongly: what was known stays to be read."""
    service.correct(agreement_id, number, wish)
    return show(Reading(), agreement_id)


@door.post(
    "/<int:agreement_id>/versions/<int:number>/file", needs="agreements.write", reads=True,
    upload="application/octet-stream", asks=SignedFileForm, gives=out.Made, status=201,
)  # fmt: skip
def keep_file(wish: dict[str, str], agreement_id: int, number: int) -> dict[str, int]:
    """Send the signed file of a version: the body is the file itself."""
    queries.operable(agreement_id)
    brought = files.bring(service.OWNER, agreement_id, wish["filename"], request.stream)
    file_id = work.apart(lambda: service.keep_file(agreement_id, number, brought, wish["reason"]))
    return {"id": file_id}


@door.post(
    "/<int:agreement_id>/end", needs="agreements.write", takes=AgreementEndForm,
    gives=AgreementOut,
)  # fmt: skip
def end(wish: EndWish, agreement_id: int) -> dict[str, Any]:
    """An agreement ends before its time."""
    service.end(agreement_id, wish)
    return show(Reading(), agreement_id)


@client_door.get(
    "/<int:client_id>/agreements", needs="agreements.read", asks=DatedForm, gives=AgreementsOut
)
def of_client(reading: Reading, client_id: int) -> dict[str, Any]:
    """A client's agreements, and the version that counts on a day."""
    return _of(Side.CLIENT, clients.one(client_id).id, reading)


@client_door.post(
    "/<int:client_id>/agreements", needs="agreements.write", takes=AgreementForm,
    gives=out.Made, status=201,
)  # fmt: skip
def conclude_with_client(wish: AgreementWish, client_id: int) -> dict[str, int]:
    """Write a client's agreement down, with its first version."""
    return {"id": service.conclude(Side.CLIENT, client_id, wish)}


@broker_door.get(
    "/<int:broker_id>/agreements", needs="agreements.read", asks=DatedForm, gives=AgreementsOut
)
def of_broker(reading: Reading, broker_id: int) -> dict[str, Any]:
    """A broker's agreements, and the version that counts on a day."""
    return _of(Side.BROKER, brokers.one(broker_id).id, reading)


@broker_door.post(
    "/<int:broker_id>/agreements", needs="agreements.write", takes=AgreementForm,
    gives=out.Made, status=201,
)  # fmt: skip
def conclude_with_broker(wish: AgreementWish, broker_id: int) -> dict[str, int]:
    """Write a broker's agreement down, with its first version."""
    return {"id": service.conclude(Side.BROKER, broker_id, wish)}


def _of(side: Side, subject_id: int, reading: Reading) -> dict[str, Any]:
    return {
        "day": reading.as_of.day, "in_force": versions.in_force(side, subject_id, reading.as_of),
        "items": queries.of_subject(side, subject_id, reading.as_of),
    }  # fmt: skip
