"""Reads of care flags."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select

from hub.accounts.models import User
from hub.clients.care.models import Care
from hub.clients.care.rules import CareKind
from hub.clients.models import Client
from hub.kernel import clock, dated, work


@dataclass(frozen=True, slots=True)
class CareLine:
    """A care flag with its days and who put it."""

    id: int
    kind: str
    reason: str
    valid_from: date
    valid_to: date | None
    put_by: str | None

    @property
    def is_present(self) -> bool:
        """Whether it holds today."""
        return dated.is_on(self, clock.firm_day())


def of_client(client_id: int) -> list[CareLine]:
    """Every care flag a client has or had, the latest first."""
    rows = work.session().execute(
        select(Care.id, Care.kind, Care.reason, Care.valid_from, Care.valid_to, User.name)
        .outerjoin(User, User.id == Care.put_by)
        .where(Care.client_id == client_id)
        .order_by(Care.valid_from.desc(), Care.id.desc())
    )
    return [CareLine(*row) for row in rows]


def holding(kind: CareKind, day: date) -> Select[Any]:
    """Ids of the clients for whom a flag holds on a day."""
    return select(Care.client_id).where(Care.kind == kind, dated.holds(Care, day))


def held_on(kind: CareKind, day: date) -> ColumnElement[bool]:
    """Condition: the flag holds for `Client` on a day."""
    mine = exists().where(Care.client_id == Client.id, Care.kind == kind)
    return mine.where(dated.holds(Care, day)).correlate(Client)


def personal(client_id: int) -> list[dict[str, Any]]:
    """Every care flag of a person, for his own file."""
    return [
        {"kind": line.kind, "reason": line.reason, "from": line.valid_from.isoformat(),
         "until": line.valid_to.isoformat() if line.valid_to else None}
        for line in of_client(client_id)
    ]  # fmt: skip
