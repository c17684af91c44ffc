"""What a profile said before it was changed: so that a segment of a past day finds it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, case, delete, exists, literal, null, select
from sqlalchemy.orm import aliased

from hub.clients.models import Client, PastProfile
from hub.kernel import clock, work
from hub.kernel.base import table_of
from hub.kernel.dated import AsOf
from hub.kernel.inserts import insert_new

DATES = frozenset({"birthday", "opened_on"})
KEPT = ("no", "name", "language", "city", "gender", "branch", "preferred_channel", *sorted(DATES))
_KEY = ("client_id", "name", "valid_to")


def keep(name: str, clients: Select[Any]) -> None:
    """Keep what a column of these clients says, before it is changed; set-based.

    Shape: of several changes on one day the first is kept: it is what held until that day.
        Whoever was taken in today has no day before.
    """
    today, column = clock.firm_day(), getattr(Client, name)
    is_date = name in DATES
    rows = select(
        Client.id,
        literal(name),
        null() if is_date else column,
        column if is_date else literal(None, Date()),
        literal(today, Date()),
    ).where(Client.id.in_(clients), Client.created_at < clock.start_of(today))
    columns = ("client_id", "name", "text", "on_day", "valid_to")
    table = table_of(PastProfile)
    work.session().execute(insert_new(table, _KEY, columns=columns, rows=rows))


def was(name: str, as_of: AsOf) -> ColumnElement[Any]:
    """What the profile of `Client` said, as a correlated value.

    Shape: a place of living holds on its days; a birthday or a number that was corrected was
        always so, and is read as it was written then only when the reading says since when.
    """
    day = as_of.day
    if name in {"no", *DATES}:
        if as_of.known_at is None:
            return _present(name)
        day = clock.day_before(as_of.known_at)
    past = aliased(PastProfile)
    later = (past.client_id == Client.id, past.name == name, past.valid_to > day)
    first = select(past.on_day if name in DATES else past.text).where(*later)
    value = first.order_by(past.valid_to).limit(1).correlate(Client).scalar_subquery()
    return case((exists().where(*later).correlate(Client), value), else_=_present(name))


def was_client(as_of: AsOf) -> ColumnElement[bool]:
    """Condition: the hub knew `Client`, or he had an account, in a reading."""
    if as_of.known_at is not None:
        return Client.created_at < as_of.known_at
    return (Client.created_at < clock.end_of(as_of.day)) | (Client.opened_on <= as_of.day)


def of_client(client_id: int) -> list[PastProfile]:
    """What a client's profile said, the latest first."""
    mine = select(PastProfile).where(PastProfile.client_id == client_id)
    return list(work.session().scalars(mine.order_by(PastProfile.valid_to.desc())))


def personal(client_id: int) -> list[dict[str, Any]]:
    """The same for a person's own file."""
    return [
        {"field": row.name, "value": row.text or _written(row.on_day),
         "until": row.valid_to.isoformat()}
        for row in of_client(client_id)
    ]  # fmt: skip


def erase(client_id: int) -> None:
    """Forget it."""
    work.session().execute(delete(PastProfile).where(PastProfile.client_id == client_id))


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _present(name: str) -> ColumnElement[Any]:
    column: ColumnElement[Any] = getattr(Client, name).expression
    return column
