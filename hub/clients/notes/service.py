"""What is learned of a client is noted once, agreed to, met, and taken away."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from flask_babel import lazy_gettext as l_
from sqlalchemy import delete, select, update

from hub.clients import queries as clients
from hub.clients.notes import queries
from hub.clients.notes.forms import NoteWish
from hub.clients.notes.models import Note
from hub.clients.notes.rules import NEEDS, Consent, NoteKind, sameness
from hub.kernel import access, audit, clock, keeping, keys, parameters, work
from hub.kernel.base import table_of
from hub.kernel.errors import Conflict
from hub.kernel.module import Merger
from hub.kernel.parameters import Parameter

FORGET = "clients.forget_notes"
UNASKED_DAYS = Parameter(
    name="clients.note_unasked_days", title=l_("Notes without the client's consent stay for"),
    kind="int", default=30, unit="days", low=Decimal(1), high=Decimal(365),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Noted:
    """The note, and whether it is new."""

    id: int
    is_new: bool


def mark_of(kind: NoteKind, on_day: str, text: str) -> str:
    """The keyed hash by which a note is known again."""
    return keys.fingerprint("note", sameness(kind, on_day, text))


def record(client_id: int, wish: NoteWish) -> Noted:
    """Note what was learned; the same thing again only adds the consent that was lacking.

    Raises: NotFound, Forbidden.
    """
    clients.operable(client_id, "clients.write")
    mark = mark_of(wish.kind, wish.on_day.isoformat(), wish.text)
    same = select(Note).where(Note.client_id == client_id, Note.mark == mark)
    known = work.session().scalar(same)
    if known is not None:
        if known.consent == Consent.NOT_ASKED and wish.consent != Consent.NOT_ASKED:
            _agree(known, wish.consent)
        return Noted(known.id, is_new=False)
    asked = wish.consent != Consent.NOT_ASKED
    row = Note(
        client_id=client_id, kind=wish.kind.value, text=wish.text, on_day=wish.on_day,
        source=wish.source.value, source_detail=wish.source_detail, consent=wish.consent.value,
        consent_on=clock.firm_day() if asked else None, mark=mark,
        noted_by=access.current().user_id, noted_at=clock.now(),
    )  # fmt: skip
    work.session().add(row)
    work.session().flush()
    audit.append("noted", "client", client_id, {"note": row.id, "kind": row.kind})
    return Noted(row.id, is_new=True)


def agree(client_id: int, note_id: int, consent: Consent) -> None:
    """Write down how the client agreed that a note is kept.

    Raises: NotFound, Forbidden.
    """
    clients.operable(client_id, "clients.write")
    _agree(queries.one(client_id, note_id), consent)


def meet(client_id: int, note_id: int) -> None:
    """A need is met from today on.

    Raises: NotFound, Forbidden; Conflict for what is no need.
    """
    clients.operable(client_id, "clients.write")
    row = queries.one(client_id, note_id)
    if row.kind not in NEEDS or row.met_on is not None:
        raise Conflict("only an open need can be met", code="no-open-need")
    row.met_on = clock.firm_day()
    audit.append("need-met", "client", client_id, {"note": note_id})


def remove(client_id: int, note_id: int) -> None:
    """Take a note away for good: the client does not want it kept, or it was wrong.

    Raises: NotFound, Forbidden.
    """
    clients.operable(client_id, "clients.write")
    _remove(client_id, note_id)


def agree_own(note_id: int) -> None:
    """The client agrees in the portal that a note of him is kept.

    Raises: NotFound.
    """
    _agree(queries.one(_self(), note_id), Consent.PORTAL)


def refuse_own(note_id: int) -> None:
    """The client does not want a note of him kept: it goes at once.

    Raises: NotFound.
    """
    _remove(_self(), note_id)


def forget_unasked() -> None:
    """Job: what nobody asked the client about in time is not kept."""
    table, days = table_of(Note), parameters.get(UNASKED_DAYS.name)
    unasked = table.c.consent == Consent.NOT_ASKED
    keeping.delete_old(table, table.c.noted_at, unasked, days=days, job=FORGET)


def erase(client_id: int) -> None:
    """Forget all that was noted of a person."""
    work.session().execute(delete(Note).where(Note.client_id == client_id))


def merge(merger: Merger) -> None:
    """Give the one who is kept the other's notes; of the same thing, the one he agreed to."""
    session, mine = work.session(), table_of(Note)
    same = select(mine.c.mark).where(mine.c.client_id == merger.kept)
    agreed = select(mine.c.mark).where(
        mine.c.client_id == merger.gone, mine.c.consent != Consent.NOT_ASKED
    )
    unasked = (mine.c.client_id == merger.kept) & (mine.c.consent == Consent.NOT_ASKED)
    session.execute(delete(mine).where(unasked, mine.c.mark.in_(agreed)))
    theirs = (mine.c.client_id == merger.gone) & mine.c.mark.not_in(same)
    session.execute(update(mine).where(theirs).values(client_id=merger.kept))


def _self() -> int:
    return access.found(access.current().client_id)


def _agree(row: Note, consent: Consent) -> None:
    row.consent, row.consent_on = consent.value, clock.firm_day()
    detail = {"note": row.id, "how": consent.value}
    audit.append("note-agreed", "client", row.client_id, detail)


def _remove(client_id: int, note_id: int) -> None:
    work.session().delete(queries.one(client_id, note_id))
    audit.append("note-removed", "client", client_id, {"note": note_id})
