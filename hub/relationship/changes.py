"""One act by which clients get other brokers: a row, a fact for the rooms, a letter to each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Select, case, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from hub.brokers.models import Broker
from hub.brokers.rules import BrokerKind
from hub.clients.models import Client
from hub.kernel import access, audit, clock, outbox, work
from hub.kernel.dated import known
from hub.relationship import telling
from hub.relationship.events import ClientsMoved
from hub.relationship.models import Change, Serving
from hub.relationship.rules import ChangeKind

TELL = "relationship.tell"


@contextmanager
def one(kind: ChangeKind, giver_id: int | None = None) -> Iterator[int]:
    """An act that begins and ends here → its id for `service`; its clients are told at its end."""
    row = _begin(kind, "", giver_id)
    yield row.id
    _tell(row)


def of_file(import_id: int) -> int:
    """The act of a file, whose slices come one after the other → its id."""
    cause = f"import:{import_id}"
    found = _untold(cause)
    return (_begin(ChangeKind.FILE, cause, None) if found is None else found).id


def file_over(import_id: int) -> None:
    """A file is through, or given up: those whom it moved are told, once for all slices."""
    if (row := _untold(f"import:{import_id}")) is not None:
        outbox.defer(TELL, str(row.id), change_id=row.id)


def tell(change_id: int) -> None:
    """Job: tell of a file's act; a second time does nothing."""
    row = work.session().get_one(Change, change_id, with_for_update=True)
    if row.told_at is None:
        row.told_at = clock.now()
        _tell(row)


def moved(change_id: int) -> Select[Any]:
    """Whom an act gave another broker, as far as it still holds: client_id, broker_id, valid_from.

    Shape: whom a person never served before is not told, unless he was handed over on purpose:
        for him nobody changes.
    """
    new, old, before = aliased(Serving), aliased(Serving), aliased(Serving)
    other = exists().where(
        old.client_id == new.client_id, old.known_to == new.known_from,
        old.broker_id != new.broker_id,
        or_(old.valid_to.is_(None), old.valid_to > new.valid_from),
        or_(new.valid_to.is_(None), old.valid_from < new.valid_to),
    )  # fmt: skip
    person = select(Broker.id).where(Broker.kind == BrokerKind.PERSON)
    had = exists().where(
        before.client_id == new.client_id,
        before.broker_id != new.broker_id,
        before.known_from < new.known_from,
        before.broker_id.in_(person),
    )
    on_purpose = exists().where(Change.id == change_id, Change.kind == ChangeKind.TRANSFER)
    lasts = or_(new.valid_to.is_(None), new.valid_to > clock.firm_day())
    found: Any = select(new.client_id, new.broker_id, func.min(new.valid_from).label("valid_from"))
    rows: Select[Any] = (
        found.join(Client, (Client.id == new.client_id) & Client.merged_into.is_(None))
        .where(new.change_id == change_id, known(new), lasts, other, or_(had, on_purpose))
        .group_by(new.client_id, new.broker_id)
    )
    return rows


def _tell(row: Change) -> None:
    work.session().flush()
    told = moved(row.id).subquery()
    row.people = work.session().scalar(select(func.count()).select_from(told)) or 0
    if not row.people:
        return
    audit.append("clients-moved", "serving", row.id, {"by": row.kind, "clients": row.people})
    outbox.publish(ClientsMoved(change_id=row.id, kind=row.kind, people=row.people))
    # What began in the past is told as from today on: a letter a broker, not one a day.
    today = literal(clock.firm_day(), Serving.valid_from.type)
    day = case((told.c.valid_from > today, told.c.valid_from), else_=today)
    groups = select(told.c.broker_id, day.label("day")).distinct()
    for broker_id, first in work.session().execute(groups.order_by("broker_id", "day")).all():
        people = select(told.c.client_id).where(told.c.broker_id == broker_id, day == first)
        telling.tell(row.id, people, broker_id, first)


def _begin(kind: ChangeKind, cause: str, giver_id: int | None) -> Change:
    row = Change(
        kind=kind, cause=cause, giver_id=giver_id, made_by=access.current().user_id,
        made_at=clock.now(), told_at=None if cause else clock.now(),
    )  # fmt: skip
    work.session().add(row)
    work.session().flush()
    return row


def _untold(cause: str) -> Change | None:
    same = select(Change).where(Change.cause == cause, Change.told_at.is_(None))
    # Held, so that nobody tells of it before this slice is written.
    return work.session().scalar(same.with_for_update())
