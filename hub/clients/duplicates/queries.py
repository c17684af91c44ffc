"""Reads of pairs: those of whom the present actor sees both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from hub.clients import queries as clients
from hub.clients.duplicates.models import Duplicate
from hub.clients.duplicates.rules import Clue, PairState, told
from hub.clients.models import Client
from hub.kernel import access, gate, work
from hub.kernel.errors import NotFound

RIGHT = "clients.merge"
low, high = aliased(Client), aliased(Client)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairLine:
    """A pair as the page of one of the two shows it: the other one, and what was decided."""

    id: int
    other_no: str
    other_name: str
    score: int
    clues: list[Clue]
    state: str
    decided_at: datetime | None


def visible() -> Select[Any]:
    """Pairs of whom the present actor sees both; of merged ones, who was kept."""
    actor = access.current()
    apart = and_(
        Duplicate.state != PairState.MERGED, low.merged_into.is_(None), high.merged_into.is_(None),
        access.scope(actor, "client", low.id), access.scope(actor, "client", high.id),
    )  # fmt: skip
    merged = (Duplicate.state == PairState.MERGED) & access.scope(
        actor, "client", Duplicate.kept_id
    )
    return (
        select(Duplicate)
        .join(low, low.id == Duplicate.low_id)
        .join(high, high.id == Duplicate.high_id)
        .where(or_(apart, merged))
    )


def one(pair_id: int) -> Duplicate:
    """A pair that the present actor sees.

    Raises: NotFound.
    """
    found: Duplicate | None = work.session().scalar(visible().where(Duplicate.id == pair_id))
    if found is None:
        actor = access.current()
        gate.note_refusal(Duplicate, pair_id, actor, kind="duplicate", verb="clients.read")
        raise NotFound
    return found


def may_decide(pair: Duplicate) -> bool:
    """Whether the present actor may decide on both clients of a pair."""
    actor = access.current()
    both = (pair.kept_id,) if pair.kept_id else (pair.low_id, pair.high_id)
    return all(access.may(actor, RIGHT, client_id) for client_id in both)


def of_client(client_id: int) -> list[PairLine]:
    """What is open about a client, and who was merged into him."""
    mine = _with(client_id) & or_(
        Duplicate.state == PairState.OPEN,
        (Duplicate.state == PairState.MERGED) & (Duplicate.kept_id == client_id),
    )
    columns = (Duplicate, low.id, low.no, low.name, high.no, high.name)
    rows = work.session().execute(
        visible().with_only_columns(*columns).where(mine).order_by(Duplicate.score.desc())
    )
    return [
        PairLine(
            id=pair.id, score=pair.score, clues=told(pair.clues), state=pair.state,
            decided_at=pair.decided_at,
            other_no=high_no if low_id == client_id else low_no,
            other_name=high_name if low_id == client_id else low_name,
        )
        for pair, low_id, low_no, low_name, high_no, high_name in rows
    ]  # fmt: skip


def unseen(client_id: int) -> int:
    """How many clients like this one the present actor may not see."""
    mine = (Duplicate.state == PairState.OPEN) & _with(client_id)
    living = select(func.count()).select_from(Duplicate).where(mine)
    living = living.join(low, low.id == Duplicate.low_id).join(high, high.id == Duplicate.high_id)
    every = living.where(low.merged_into.is_(None), high.merged_into.is_(None))
    session = work.session()
    seen = visible().with_only_columns(func.count()).where(mine)
    return (session.scalar(every) or 0) - (session.scalar(seen) or 0)


def pair_of(one_id: int, other_id: int) -> Duplicate | None:
    """The pair of two clients, if it was ever found."""
    first, second = sorted((one_id, other_id))
    return work.session().scalar(
        select(Duplicate).where(Duplicate.low_id == first, Duplicate.high_id == second)
    )


def merged_rows(client_id: int) -> list[int]:
    """Ids of the rows that were merged into a client."""
    rows = clients.rows_of(client_id).where(Client.id != client_id).order_by(Client.id)
    return list(work.session().scalars(rows))


def personal(client_id: int) -> list[dict[str, Any]]:
    """What was found and decided about a person, for his own file; the others are not named."""
    rows = work.session().scalars(select(Duplicate).where(_with(client_id)))
    return [
        {"found_at": row.found_at.isoformat(), "state": row.state, "points": row.score}
        for row in rows
    ]


def _with(client_id: int) -> ColumnElement[bool]:
    return or_(Duplicate.low_id == client_id, Duplicate.high_id == client_id)
