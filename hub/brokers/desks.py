"""House desks: each branch has one from its first day; it serves whom no person serves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import insert, select

from hub.brokers import moving, queries, stations, tree
from hub.brokers.models import Branch, Broker, Line
from hub.brokers.rules import BrokerKind, LineKind
from hub.kernel import access, audit, clock, work
from hub.kernel.dated import AsOf, earlier, stands

HEAD_OFFICE = "总部"  # the branch that is there before anybody names one
SINCE = date(2000, 1, 1)  # a desk is there before its first client, whatever day he brings along


def branch(name: str) -> int:
    """A branch by its name, made with its house desk if it is not there → its id.

    The caller answers for the right to do so.
    """
    found = queries.branch_id(name)
    return make([name])[0] if found is None else found


def make(names: Sequence[str]) -> list[int]:
    """New branches, each with its house desk → their ids.

    The caller answers for the right to do so, and that none of them is there.
    """
    session, now = work.session(), clock.now()
    rows = [Branch(name=name, created_at=now) for name in names]
    session.add_all(rows)
    session.flush()
    desks = [
        Broker(
            no=f"DESK-{row.id}", name=row.name, kind=BrokerKind.DESK, branch_id=row.id, title="",
            joined_on=SINCE, created_at=now,
        )
        for row in rows
    ]  # fmt: skip
    session.add_all(desks)
    session.flush()
    stations.begin(Broker.id.in_([desk.id for desk in desks]))
    for row in rows:
        audit.append("created", "branch", row.id)
    settle()
    return [row.id for row in rows]


def of(branch_name: str | None) -> int:
    """Id of the house desk that serves a branch, else of the head office's."""
    found = queries.desk_of(branch_name)
    if found is not None:
        return found
    branch(HEAD_OFFICE)
    return queries.desk_of(None) or 0


def settle() -> None:
    """Desks that have no place in the tree stand under its root from today on."""
    today, session = clock.firm_day(), work.session()
    places = select(Line.id).where(Line.broker_id == Broker.id, Line.line == LineKind.MANAGEMENT)
    place, desk = places.where(stands(Line, AsOf(today))), Broker.kind == BrokerKind.DESK
    # Those of new branches, dozens in a first file, had none to be closed.
    new = session.scalars(select(Broker.id).where(desk, ~places.exists())).all()
    for root in tree.roots(today, None) if new else ():
        values = {
            "superior_id": root.broker_id, "line": LineKind.MANAGEMENT,
            "valid_from": max(today, root.valid_from), "valid_to": root.valid_to,
            "known_from": clock.now(), "placed_by": access.current().user_id,
        }  # fmt: skip
        session.execute(insert(Line), [values | {"broker_id": one} for one in new])
    for desk_id in session.scalars(select(Broker.id).where(desk, ~place.exists())).all():
        _under_root(desk_id, today, None)


def hand_to(broker_id: int, branch_id: int, first: date, end: date | None) -> None:
    """A branch's house desk stands under its manager as long as he is that."""
    if (desk_id := _of_branch(branch_id)) is not None:
        moving.write(desk_id, broker_id, LineKind.MANAGEMENT, first, end)


def take_back(branch_id: int, first: date, end: date | None) -> None:
    """The manager's post ends earlier: the desk stands under the root on the days that are left."""
    if (desk_id := _of_branch(branch_id)) is not None:
        _under_root(desk_id, first, end)


def _of_branch(branch_id: int) -> int | None:
    desk = select(Broker.id).where(Broker.kind == BrokerKind.DESK, Broker.branch_id == branch_id)
    return work.session().scalar(desk)


def _under_root(desk_id: int, first: date, end: date | None) -> None:
    """A desk stands under whoever is the root on each day."""
    for root in tree.roots(first, end):
        days = max(first, root.valid_from), earlier(end, root.valid_to)
        moving.write(desk_id, root.broker_id, LineKind.MANAGEMENT, *days)
