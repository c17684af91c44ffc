"""Reads of frozen segments."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, String, cast, func, or_, select, true
from sqlalchemy.orm import aliased

from hub.clients import queries
from hub.clients.frozen.models import Frozen, FrozenMember
from hub.clients.models import Client
from hub.kernel import access, work

OFFERED = 200  # names in a list to choose from


def usable() -> Select[Any]:
    """Frozen segments that the present actor owns or that are shared."""
    return select(Frozen).where(_mine())


def present() -> Select[Any]:
    """The same without those that were put away."""
    return usable().where(Frozen.put_away_at.is_(None))


def one(frozen_id: int) -> Frozen:
    """A frozen segment that the present actor may use.

    Raises: NotFound.
    """
    row: Frozen | None = work.session().scalar(usable().where(Frozen.id == frozen_id))
    return access.found(row)


def clients(frozen_id: int) -> Select[Any]:
    """Its members, of those whom the present actor may see now."""
    then = aliased(Client)
    inside = (
        select(func.coalesce(then.merged_into, then.id))
        .join(FrozenMember, FrozenMember.client_id == then.id)
        .where(FrozenMember.frozen_id == frozen_id)
    )
    return queries.visible().where(Client.id.in_(inside))


def offered() -> tuple[tuple[str, str], ...]:
    """Number and name of those that a rule may ask for, the latest first."""
    rows = work.session().execute(
        present().with_only_columns(Frozen.id, Frozen.name, Frozen.on_day)
        .order_by(Frozen.id.desc()).limit(OFFERED)
    )  # fmt: skip
    return tuple((str(row.id), f"{row.name} ({row.on_day})") for row in rows)


def in_which() -> ScalarSelect[Any]:
    """The numbers of the frozen segments that `Client` is in, as a correlated set of texts."""
    then = aliased(Client)  # whoever was merged into him is he, too
    return (
        select(cast(FrozenMember.frozen_id, String))
        .join(then, then.id == FrozenMember.client_id)
        .join(Frozen, Frozen.id == FrozenMember.frozen_id)
        .where(or_(then.id == Client.id, then.merged_into == Client.id), _mine())
        .correlate(Client)
        .scalar_subquery()
    )


def personal(client_id: int) -> list[dict[str, Any]]:
    """The frozen segments that a person is in, for his own file."""
    rows = work.session().execute(
        select(Frozen.name, Frozen.on_day)
        .join(FrozenMember, FrozenMember.frozen_id == Frozen.id)
        .where(FrozenMember.client_id == client_id)
    )
    return [{"segment": name, "day": day.isoformat()} for name, day in rows]


def _mine() -> ColumnElement[bool]:
    actor = access.current()
    return true() if actor.is_system else or_(Frozen.shared, Frozen.owner_id == actor.user_id)
