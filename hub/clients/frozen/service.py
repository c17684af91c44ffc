"""Freeze a segment, and put what was frozen away."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, literal

from hub.clients import segments
from hub.clients.frozen import queries
from hub.clients.frozen.forms import FreezeWish
from hub.clients.frozen.models import Frozen, FrozenMember
from hub.kernel import access, audit, clock, work
from hub.kernel.base import table_of
from hub.kernel.dated import AsOf
from hub.kernel.errors import Forbidden
from hub.kernel.rules import Rule


def freeze(rule: Rule, wish: FreezeWish) -> int:
    """Keep who is meant → the id; set-based.

    Raises: Invalid as `segments.clients` does.
    """
    actor = access.demand("segments.write")
    assert actor.user_id is not None
    as_of = wish.as_of or AsOf()
    row = Frozen(
        name=segments.named(wish.name), rule=dict(segments.check(rule)), on_day=as_of.day,
        known_at=as_of.known_at, size=0, shared=wish.shared, owner_id=actor.user_id,
        taken_at=clock.now(),
    )  # fmt: skip
    session = work.session()
    session.add(row)
    session.flush()
    inside = segments.members(rule, wish.as_of).add_columns(literal(row.id))
    result: Any = session.execute(
        insert(table_of(FrozenMember)).from_select(["client_id", "frozen_id"], inside),
        execution_options={"preserve_rowcount": True},
    )
    row.size = int(result.rowcount)
    audit.append("froze", "segment", row.id, {"size": row.size})
    return row.id


def put_away(frozen_id: int) -> None:
    """Offer it no more; rules that ask for it go on.

    Raises: NotFound, Forbidden for somebody else's.
    """
    _own(frozen_id).put_away_at = clock.now()
    audit.append("put-away", "segment", frozen_id)


def take_out(frozen_id: int) -> None:
    """Offer it again.

    Raises: NotFound, Forbidden for somebody else's.
    """
    _own(frozen_id).put_away_at = None
    audit.append("took-out", "segment", frozen_id)


def erase(client_id: int) -> None:
    """Take a person out of every frozen segment."""
    work.session().execute(delete(FrozenMember).where(FrozenMember.client_id == client_id))


def _own(frozen_id: int) -> Frozen:
    row, actor = queries.one(frozen_id), access.demand("segments.write")
    if row.owner_id != actor.user_id:
        raise Forbidden(code="not-your-segment")
    return row
