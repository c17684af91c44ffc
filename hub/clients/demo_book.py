"""What brokers would have written about the made-up clients, set-based."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, insert, literal, null, select, update
from sqlalchemy.orm import aliased

from hub.clients import facts, names
from hub.clients.custom.models import CustomField
from hub.clients.custom.rules import CustomKind
from hub.clients.duplicates import finding
from hub.clients.models import Client
from hub.clients.notes.models import Note
from hub.clients.notes.rules import Consent, NoteKind, Source
from hub.clients.notes.service import mark_of
from hub.clients.suitability import queries as suitability
from hub.clients.suitability.rules import SuitabilityClass
from hub.clients.tags.models import Tag, Tagging
from hub.clients.tags.rules import folded
from hub.kernel import clock, work
from hub.kernel.base import table_of

# Name → every so many clients have it.
TAGS = {"高净值": 23, "新客户": 17, "偏好电话": 41}
TAGGED_DAYS = 200  # days ago
EXPERIENCE = [
    {"zh": "不足一年", "en": "under a year"}, {"zh": "一至五年", "en": "one to five years"},
    {"zh": "五年以上", "en": "over five years"},
]  # fmt: skip
NOTES = {NoteKind.EDUCATION: "想为孩子准备教育金", NoteKind.MOVE: "搬到了新城区"}
NOTED_EVERY, NOTED_DAYS = 11, 40
TWIN_EVERY, TWIN_PLACE = 60, 9


def fill() -> None:
    """Tags, a custom field, suitability classes, and some notes."""
    _tags()
    _custom()
    _suitability()
    _notes()


def twins() -> None:
    """Every so many clients are written down twice, with another number and another phone."""
    mine, before = table_of(Client), aliased(Client)
    for name in ("name", "birthday"):
        value = select(getattr(before, name)).where(before.id == mine.c.id - 1)
        here = update(mine).where(mine.c.id % TWIN_EVERY == TWIN_PLACE)
        work.session().execute(here.values({name: value.scalar_subquery()}))
    work.session().execute(update(mine).values(name_key=names.key(mine.c.name)))
    finding.find(lambda client: client.id % TWIN_EVERY == TWIN_PLACE)


def _custom() -> None:
    field = CustomField(
        kind=CustomKind.CHOICE, title_zh="投资经验", title_en="Experience", choices=EXPERIENCE,
        is_filter=True, made_at=clock.now(),
    )  # fmt: skip
    work.session().add(field)
    work.session().flush()
    for place, one in enumerate(EXPERIENCE):
        _state(field.name, one["zh"], Client.id % (7 + place) == 0, days=TAGGED_DAYS - place)


def _suitability() -> None:
    """Assessed at different times, so that some end soon and some are good no longer."""
    day = clock.firm_day()
    for place, klass in enumerate(SuitabilityClass):
        wearers = Client.id % len(SuitabilityClass) == place
        days = 100 * place + 80
        _state(suitability.CLASS, klass.value, wearers, days=days)
        assessed = (day - timedelta(days=days)).isoformat()
        _state(suitability.ASSESSED, assessed, wearers, days=days)


def _state(name: str, value: str, wearers: ColumnElement[bool], *, days: int) -> None:
    given: Any = select(Client.id.label("client_id"), literal(value).label("value")).where(wearers)
    facts.put_all(
        name, given, valid_from=clock.firm_day() - timedelta(days=days), source="demo"
    )  # fmt: skip


def _notes() -> None:
    """Every so many clients told something; made-up words."""
    day, now = clock.firm_day() - timedelta(days=NOTED_DAYS), clock.now()
    for kind, text in NOTES.items():
        values: dict[str, Any] = {
            "kind": kind.value, "text": text, "source": Source.TALK.value, "source_detail": "",
            "consent": Consent.SPOKEN.value, "mark": mark_of(kind, day.isoformat(), text),
        }  # fmt: skip
        dated = [literal(day, Note.on_day.type), literal(day, Note.on_day.type)]
        rows = select(
            Client.id, *(literal(value) for value in values.values()), *dated,
            literal(now, Note.noted_at.type),
        ).where(Client.id % NOTED_EVERY == 0)  # fmt: skip
        columns = ["client_id", *values, "on_day", "consent_on", "noted_at"]
        work.session().execute(insert(table_of(Note)).from_select(columns, rows))


def _tags() -> None:
    """The firm's list, and who has what of it."""
    session, now = work.session(), clock.now()
    day = literal(clock.firm_day() - timedelta(days=TAGGED_DAYS), Tagging.valid_from.type)
    columns = ["client_id", "tag_id", "valid_from", "valid_to", "put_by", "taken_by"]
    for name, every in TAGS.items():
        tag = Tag(name=name, folded=folded(name), is_listed=True, made_at=now)
        session.add(tag)
        session.flush()
        wearers = select(Client.id, literal(tag.id), day, null(), null(), null())
        rows = wearers.where(Client.id % every == 0)
        session.execute(insert(table_of(Tagging)).from_select(columns, rows))
