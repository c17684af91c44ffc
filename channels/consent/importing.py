"""Consent columns for the client import: one per channel, the wording and source asked once."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Integer, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from channels.consent import service
from channels.consent.models import Consent
from channels.consent.rules import ASKED, Source
from channels.consent.service import Statement
from hub.clients.imports import SERVED_BY_ANOTHER
from hub.clients.models import Address, Client, Contact
from hub.kernel import access, clock
from hub.kernel.imports.kinds import Columns, Context, ImportField, Question, Refused
from hub.kernel.imports.slices import Slice
from hub.kernel.imports.values import past_day, text_of, yes_no
from hub.kernel.messages import MessageClass
from hub.kernel.sentences import N_

# Consent column → the field with the contact points it speaks of, and their kind.
SPEAKS_OF = {"sms_consent": ("phones", "sms"), "email_consent": ("emails", "email")}
NOT_YOURS_TO_SAY = N_("you may not record consents; leave this column out")
SHARED_ELSEWHERE = N_("this consent cannot be taken over from a file")
COVERS = {
    "both": ASKED,
    "promotion": (MessageClass.PROMOTION,),
    "service": (MessageClass.SERVICE,),
}


def _covers(text: str, context: Context) -> str:
    del context
    if text not in COVERS:
        raise Refused("choose what the consent covers")
    return text


def _asked(mapped: frozenset[str]) -> bool:
    return not mapped.isdisjoint(SPEAKS_OF)


def check(part: Slice) -> None:
    """Refuse statements that the importer may not record; tell which rows say something new.

    Shape: a row that says nothing new is refused to nobody who sees the client; no reason tells
        who else uses an address.
    """
    for field, (points, kind) in SPEAKS_OF.items():
        if part.has(field):
            _refuse_unless_allowed(part, field)
            if part.has(points):
                _judge(part, field, kind)


def _refuse_unless_allowed(part: Slice, field: str) -> None:
    if not part.actor.holds("consent.write"):
        part.refuse(part.value(field).is_not(None), NOT_YOURS_TO_SAY, field=field)


def _judge(part: Slice, field: str, kind: str) -> None:
    row, news = part.rows.c, part.rows.c.seq.in_(_news(part, field, kind))
    part.tell((row.outcome == "unchanged") & news, outcome="updated")
    may_record = exists().where(
        Client.id == row.target_id, access.scope(part.actor, "client.operate", Client.id)
    )
    part.refuse(row.target_id.is_not(None) & news & ~may_record, SERVED_BY_ANOTHER, field="no")
    foreign = row.seq.in_(_foreign_grants(part, field, kind))
    # Else a made-up client with somebody's number would speak for him.
    part.refuse(news & foreign, SHARED_ELSEWHERE, field=field)


def _news(part: Slice, field: str, kind: str) -> Select[Any]:
    """Rows with an answer that the ledger does not have from this file, for some class."""
    points, _kind = SPEAKS_OF[field]
    staged, each = part.select(field), part.each(points, "value")
    known = and_(
        *(
            or_(
                *(
                    (staged.c[field] == int(said)) & _known(part, klass, granted=said)
                    for said in (True, False)
                )
            )
            for klass in COVERS[part.answers["consent_covers"]]
        )
    )
    found = exists().where(Address.kind == kind, Address.value == each.c.value, known)
    return (
        select(staged.c.seq)
        .join(each, each.c.seq == staged.c.seq)
        .where(staged.c[field].is_not(None), ~found)
    )


def _foreign_grants(part: Slice, field: str, kind: str) -> Select[Any]:
    """Rows that grant for an address which a client beyond the importer's reach uses too."""
    points, _kind = SPEAKS_OF[field]
    staged, each = part.select(field), part.each(points, "value")
    beyond = (
        exists()
        .where(Contact.address_id == Address.id, Address.kind == kind)
        .where(Address.value == each.c.value)
        .where(~access.scope(part.actor, "client.operate", Contact.client_id))
    )
    return (
        select(staged.c.seq)
        .join(each, each.c.seq == staged.c.seq)
        .where(staged.c[field] == 1, beyond)
    )


def apply(part: Slice) -> None:
    """Put what the file says into the ledger: for each class, each answer, in one statement."""
    for field, (points, kind) in SPEAKS_OF.items():
        if part.has(field) and part.has(points):
            for granted in (True, False):
                for klass in COVERS[part.answers["consent_covers"]]:
                    statement = _statement(part, klass, granted=granted)
                    service.state(statement, _addresses(part, field, kind, statement))


def _statement(part: Slice, klass: MessageClass, *, granted: bool) -> Statement:
    day = date.fromisoformat(part.answers["consent_on"])
    return Statement(
        granted=granted,
        classes=(klass,),
        source=Source.IMPORT,
        proof=_proof(part),
        wording=part.answers["consent_wording"],
        note=part.answers["consent_source"],
        said_at=clock.start_of(day),
    )


def _addresses(part: Slice, field: str, kind: str, statement: Statement) -> Any:
    """Addresses of the slice's rows with this answer; those of the same file are left out."""
    points, _kind = SPEAKS_OF[field]
    staged, each = part.select(field), part.each(points, "value")
    known = _known(part, statement.classes[0], granted=statement.granted)
    return (
        select(Address.id)
        .select_from(staged)
        .join(each, each.c.seq == staged.c.seq)
        .join(Address, (Address.kind == kind) & (Address.value == each.c.value))
        .where(staged.c[field] == int(statement.granted), ~known)
        .distinct()
    )


def _known(part: Slice, klass: MessageClass, *, granted: bool) -> ColumnElement[bool]:
    """Condition on Address: the ledger has this statement from this very file."""
    said = aliased(Consent)
    return exists().where(
        said.address_id == Address.id,
        said.klass == klass.value,
        said.proof == _proof(part),
        said.granted == granted,
    )


def _proof(part: Slice) -> str:
    return f"file:{part.sha256}"


CONSENT_COLUMNS = Columns(
    kind="clients",
    fields=(
        ImportField(
            name="sms_consent", title=_("Consent to SMS"), parse=yes_no, type=Integer(),
            aliases=("短信同意", "同意短信", "短信授权", "sms consent", "consent sms",
                     "sms opt-in"),
            hint=_("yes or no: does the client agree to get text messages?"),
        ),
        ImportField(
            name="email_consent", title=_("Consent to e-mail"), parse=yes_no, type=Integer(),
            aliases=("邮件同意", "同意邮件", "邮件授权", "email consent", "consent email",
                     "email opt-in"),
            hint=_("yes or no: does the client agree to get e-mail?"),
        ),
    ),
    questions=(
        Question(
            name="consent_wording", title=_("Wording the clients agreed to"), parse=text_of(2000),
            when=_asked, widget="long", hint=_("Word for word, as it was shown to them."),
        ),
        Question(
            name="consent_source", title=_("Where they agreed"), parse=text_of(200), when=_asked,
            hint=_("For example: account opening form, version of May 2026."),
        ),
        Question(
            name="consent_on", title=_("Day of the consent"), parse=past_day, when=_asked,
            widget="day",
        ),
        Question(
            name="consent_covers", title=_("What it covers"), parse=_covers, when=_asked,
            widget="choice", default=lambda _context: "both",
            choices=(
                ("both", _("service and promotion")), ("promotion", _("promotion only")),
                ("service", _("service only")),
            ),
        ),
    ),
    check=check,
    apply=apply,
)  # fmt: skip
