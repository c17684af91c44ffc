"""Reads of notes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, or_, select, true

from hub.clients.models import Client
from hub.clients.notes.models import Note
from hub.clients.notes.rules import Consent, NoteKind
from hub.kernel import access, clock, work
from hub.kernel.dated import AsOf


def of_client(client_id: int) -> list[Note]:
    """Every note of a client, the latest first."""
    mine = select(Note).where(Note.client_id == client_id)
    return list(work.session().scalars(mine.order_by(Note.on_day.desc(), Note.id.desc())))


def one(client_id: int, note_id: int) -> Note:
    """A note of a client.

    Raises: NotFound.
    """
    mine = select(Note).where(Note.client_id == client_id, Note.id == note_id)
    return access.found(work.session().scalar(mine))


def kinds_on(kinds: tuple[NoteKind, ...], as_of: AsOf) -> ScalarSelect[Any]:
    """The kinds of these that are noted of `Client` on a day, as a correlated set.

    Shape: only what he agreed to; a need that was met by then is none.
    """
    day = as_of.day
    return (
        select(Note.kind)
        .where(
            Note.client_id == Client.id,
            Note.kind.in_(kinds),
            Note.on_day <= day,
            or_(Note.met_on.is_(None), Note.met_on > day),
            Note.consent != Consent.NOT_ASKED,
            _was_known(as_of.known_at),
        )
        .correlate(Client)
        .scalar_subquery()
    )


def _was_known(at: datetime | None) -> ColumnElement[bool]:
    """Condition: a note was written, and agreed to, by then."""
    if at is None:
        return true()
    return (Note.noted_at < at) & (Note.consent_on <= clock.day_before(at))


def personal(client_id: int) -> list[dict[str, Any]]:
    """Every note of a person, for his own file."""
    return [
        {"kind": note.kind, "text": note.text, "day": note.on_day.isoformat(),
         "source": note.source, "detail": note.source_detail, "consent": note.consent}
        for note in of_client(client_id)
    ]  # fmt: skip
