"""What staff records for one client: his consents, and the contacts closed to messages."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import literal, select

from channels.consent import queries, service
from channels.consent.forms import Lifting, Note, Stopping
from channels.consent.rules import ASKED, Source
from channels.consent.service import Statement
from hub.clients import queries as clients
from hub.kernel import access, audit, clock
from hub.kernel.errors import Invalid
from hub.kernel.messages import MessageClass

NEEDS = "consent.write"


def record(client_id: int, note: Note) -> None:
    """Write down what the client said.

    Raises: NotFound, Forbidden; Invalid for a day to come, or a consent that proves nothing or
        speaks for a client whom the actor may not change.
    """
    address_id = _address(client_id, note.contact, "contact")
    if note.said_on > clock.firm_day():
        raise Invalid({"said_on": _("This day lies in the future.")})
    granted = note.said == "yes"
    if granted and not note.wording:
        raise Invalid({"wording": _("Write the words the client agreed to.")})
    if granted:
        _refuse_shared(address_id, "contact")
    statement = Statement(
        granted=granted, classes=_classes(note.klass), source=Source.STAFF, proof=note.note,
        wording=note.wording, note=note.note, said_at=_moment(note.said_on),
    )  # fmt: skip
    service.state(statement, select(literal(address_id)))
    detail = {"address_id": address_id, "class": note.klass, "granted": granted}
    audit.append("consent.recorded", "client", client_id, detail)


def stop(client_id: int, wish: Stopping) -> None:
    """Close a contact to messages.

    Raises: NotFound, Forbidden, Invalid.
    """
    service.suppress(_address(client_id, wish.stop_contact, "stop_contact"), wish.stop_reason)


def lift(client_id: int, wish: Lifting) -> None:
    """Let messages go to a contact again.

    Raises: NotFound, Forbidden, Invalid where the contact is a foreign client's too.
    """
    address_id = _address(client_id, wish.lift_contact, "lift_contact")
    _refuse_shared(address_id, "lift_contact")
    service.lift(address_id, wish.lift_reason)


def _address(client_id: int, contact_id: int, field: str) -> int:
    clients.operable(client_id, NEEDS)
    found = queries.address_of(client_id, contact_id)
    if found is None:
        raise Invalid({field: _("Choose one of the client's contacts.")})
    return found


def _refuse_shared(address_id: int, field: str) -> None:
    """Nobody opens an address for people whom he may not change."""
    if queries.is_beyond(access.current(), address_id):
        raise Invalid({field: _("Other clients use this contact too: ask those who serve them.")})


def _classes(name: str) -> tuple[MessageClass, ...]:
    return ASKED if name == "both" else (MessageClass(name),)


def _moment(day: date) -> datetime:
    """Today is now; of an earlier day nothing closer is known than its beginning."""
    if day == clock.firm_day():
        return clock.now()
    return clock.start_of(day)
