"""Reads of kin: a related client is named only to those who may see him."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from hub.clients import queries as clients
from hub.clients.kin.models import Household, Member, Relation
from hub.clients.kin.rules import INVERSE, RelationKind
from hub.clients.models import Client
from hub.kernel import clock, dated, work


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationLine:
    """What somebody is to the client.

    Shape: `name` is None for a client whom the reader may not see; `other_id` is set for one
        whom he may.
    """

    id: int
    kind: RelationKind
    name: str | None
    other_id: int | None
    contact: str
    valid_from: date
    valid_to: date | None

    @property
    def is_present(self) -> bool:
        """Whether it holds today."""
        return dated.is_on(self, clock.firm_day())


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A client's household of today: the members whom the reader may see, and how many more."""

    id: int
    name: str
    members: list[tuple[int, str]]
    unseen: int


def of_client(client_id: int) -> list[RelationLine]:
    """Everybody who is or was something to a client, from either side, the present ones first."""
    either = or_(Relation.client_id == client_id, Relation.other_id == client_id)
    query = select(Relation).where(either)
    rows = list(
        work.session().scalars(
            query.order_by(Relation.valid_to.is_not(None), Relation.kind, Relation.id)
        )
    )
    names = _seen(_other(row, client_id) for row in rows)
    return [_line(row, client_id, names) for row in rows]


def _line(row: Relation, client_id: int, names: dict[int, str]) -> RelationLine:
    kind, other = RelationKind(row.kind), _other(row, client_id)
    return RelationLine(
        id=row.id, kind=kind if row.client_id == client_id else INVERSE[kind],
        name=row.name if other is None else names.get(other),
        other_id=other if other in names else None, contact=row.contact,
        valid_from=row.valid_from, valid_to=row.valid_to,
    )  # fmt: skip


def _other(row: Relation, client_id: int) -> int | None:
    return row.client_id if row.other_id == client_id else row.other_id


def _seen(ids: Iterable[int | None]) -> dict[int, str]:
    """Names of those whom the reader may see."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    columns: tuple[Any, ...] = (Client.id, Client.name)
    rows = work.session().execute(clients.visible(*columns).where(Client.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}


def membership(client_id: int) -> Member | None:
    """The client's place in a household today."""
    mine = select(Member).where(Member.client_id == client_id)
    return work.session().scalar(mine.where(dated.holds(Member, clock.firm_day())))


def home(client_id: int) -> Home | None:
    """The client's household of today."""
    place = membership(client_id)
    if place is None:
        return None
    household = work.session().get_one(Household, place.household_id)
    here = select(Member.client_id).where(Member.household_id == household.id)
    ids = list(work.session().scalars(here.where(dated.holds(Member, clock.firm_day()))))
    names = _seen(ids)
    return Home(
        id=household.id, name=household.name, members=sorted(names.items()),
        unseen=len(ids) - len(names),
    )  # fmt: skip


def personal(client_id: int) -> dict[str, Any]:
    """A person's kin, for his own file: other clients by what they are to him alone."""
    relations = [
        {"kind": line.kind.value, "name": line.name if line.other_id is None else None,
         "contact": line.contact, "from": line.valid_from.isoformat(),
         "until": line.valid_to.isoformat() if line.valid_to else None}
        for line in of_client(client_id)
    ]  # fmt: skip
    lived = work.session().execute(
        select(Household.name, Member.valid_from, Member.valid_to)
        .join(Household, Household.id == Member.household_id)
        .where(Member.client_id == client_id)
    )
    households = [
        {"household": name, "from": start.isoformat(), "until": end.isoformat() if end else None}
        for name, start, end in lived
    ]
    return {"relations": relations, "households": households}
