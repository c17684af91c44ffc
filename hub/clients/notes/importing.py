"""Notes from a file: one line each, the same file twice changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as l_
from sqlalchemy import Date, Integer, String, exists, false, func, insert, select, true, update

from hub.clients.models import Client
from hub.clients.notes.import_words import CONSENT_WORDS, KIND_WORDS
from hub.clients.notes.models import Note
from hub.clients.notes.rules import TEXT_MOST, Consent, NoteKind, Source
from hub.clients.notes.service import mark_of
from hub.kernel import access, clock, gate, work
from hub.kernel.base import table_of
from hub.kernel.imports.kinds import ImportField, Kind
from hub.kernel.imports.slices import Slice
from hub.kernel.imports.values import choice_of, past_day, text_of, yes_no
from hub.kernel.sentences import N_

NO_SUCH_CLIENT = N_("there is no client of this number whom you may change")
REFUSED = N_("the client did not agree: it may not be kept")


@dataclass(frozen=True, slots=True)
class _Line:
    """A good row of the slice."""

    seq: int
    client_id: int
    outcome: str
    kind: str
    text: str
    on_day: date
    consent: str
    mark: str


def check(part: Slice) -> None:
    """Find the clients, refuse strangers and what was refused, tell new from known."""
    client, row = table_of(Client).c, part.rows.c
    whose = select(func.coalesce(client.merged_into, client.id)).where(client.no == row.key)
    part.tell(true(), target_id=whose.scalar_subquery(), outcome="unchanged")
    mine = exists().where(
        Client.id == row.target_id, access.scope(part.actor, "client.operate", Client.id)
    )
    # By a file, too, only those note who may by hand.
    may_note = true() if part.actor.holds("clients.write") else false()
    ids = select(row.target_id).where(part.good(), row.target_id.is_not(None), ~mine | ~may_note)
    gate.note_refusals(ids, kind="client", verb="clients.write")
    part.refuse(row.target_id.is_(None) | ~mine | ~may_note, NO_SUCH_CLIENT, field="no")
    if part.has("agreed"):
        part.refuse(part.value("agreed") == 0, REFUSED, field="agreed")
    known, seen = _known(part), set[tuple[int, str]]()
    news: list[int] = []
    agreed: list[int] = []
    for line in _lines(part):
        thing = (line.client_id, line.mark)
        if thing in seen:
            continue
        seen.add(thing)
        if thing not in known:
            news.append(line.seq)
        elif known[thing] == Consent.NOT_ASKED != line.consent:
            agreed.append(line.seq)
    part.tell(row.seq.in_(news), outcome="created")
    part.tell(row.seq.in_(agreed), outcome="updated")


def apply(part: Slice) -> None:
    """Write the new ones, and the consents that were lacking."""
    session, now, today = work.session(), clock.now(), clock.firm_day()
    table = table_of(Note)
    rows = [
        {"client_id": line.client_id, "kind": line.kind, "text": line.text,
         "on_day": line.on_day, "source": Source.FILE.value, "source_detail": part.filename[:255],
         "consent": line.consent,
         "consent_on": None if line.consent == Consent.NOT_ASKED else today,
         "mark": line.mark, "noted_by": part.actor.user_id, "noted_at": now}
        for line in _lines(part) if line.outcome == "created"
    ]  # fmt: skip
    if rows:
        session.execute(insert(table), rows)
    for line in _lines(part):
        if line.outcome == "updated":
            mine = (table.c.client_id == line.client_id) & (table.c.mark == line.mark)
            session.execute(
                update(table).where(mine).values(consent=line.consent, consent_on=today)
            )


def _lines(part: Slice) -> list[_Line]:
    """The good rows in their order; a parsed slice in hand, as papers are."""
    staged = part.select("kind", "text", "on_day", "agreed", "consent")
    found = work.session().execute(
        select(staged).where(staged.c.target_id.is_not(None)).order_by(staged.c.seq)
    )
    return [
        _Line(
            row.seq, row.target_id, row.outcome, row.kind, row.text, row.on_day, _consent(row),
            mark_of(NoteKind(row.kind), row.on_day.isoformat(), row.text),
        )
        for row in found
    ]  # fmt: skip


def _consent(row: Any) -> str:
    if row.consent is not None:
        return str(row.consent)
    return Consent.WRITTEN.value if row.agreed else Consent.NOT_ASKED.value


def _known(part: Slice) -> dict[tuple[int, str], str]:
    row = part.rows.c
    touched = select(row.target_id).where(part.good())
    query = select(Note.client_id, Note.mark, Note.consent).where(Note.client_id.in_(touched))
    return {(one.client_id, one.mark): one.consent for one in work.session().execute(query)}


def _field(name: str, title: Any, parse: Any, *aliases: str, **more: Any) -> ImportField:
    return ImportField(name=name, title=title, parse=parse, aliases=aliases, **more)


notes = Kind(
    name="notes",
    title=l_("Needs and events"),
    needs="clients.import",
    key="no",
    key_repeats=True,
    onward=((l_("See the clients"), "/clients/"),),
    check=check,
    apply=apply,
    fields=(
        _field(
            "no", l_("Client number"), text_of(64), "client no", "number", "client id",
            "客户号", "客户编号", "客户代码", required=True, type=String(64),
        ),
        _field(
            "kind", l_("Kind"), choice_of(KIND_WORDS), "type", "类型", "类别", "种类",
            required=True, type=String(16),
        ),
        _field(
            "text", l_("What was learned"), text_of(TEXT_MOST), "text", "note", "content",
            "内容", "说明", "备注", required=True, type=String(TEXT_MOST),
        ),
        _field(
            "on_day", l_("Day"), past_day, "date", "on", "日期", "发生日期", required=True,
            type=Date(),
        ),
        _field(
            "agreed", l_("The client agreed"), yes_no, "consent", "agreed", "同意", "是否同意",
            type=Integer(),
        ),
        _field(
            "consent", l_("How he agreed"), choice_of(CONSENT_WORDS), "how", "同意方式",
            type=String(16),
        ),
    ),
)  # fmt: skip
