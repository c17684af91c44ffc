"""House desks: each branch has one from its first day; it serves whom no person serves."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from hub.brokers import moving, queries, stations, tree
from hub.brokers.models import Branch, Broker, Line
from hub.brokers.rules import BrokerKind, LineKind
from hub.kernel import audit, clock, work
from hub.kernel.dated import AsOf, earlier, stands

HEAD_OFFICE = "总部"  # the branch that is there before anybody names one
SINCE = date(2000, 1, 1)  # a desk is there before its first client, whatever day he brings along


def branch(name: str) -> int:
    """A branch by its name, made with its house desk if it is not there → its id.

    The caller answers for the right to do so.
    """
    found = queries.branch_id(name)
    if found is not None:
        return found
    row = Branch(name=name, created_at=clock.now())
    work.session().add(row)
    work.session().flush()
    desk = Broker(
        no=f"DESK-{row.id}", name=name, kind=BrokerKind.DESK, branch_id=row.id, title="",
        joined_on=SINCE, created_at=clock.now(),
    )  # fmt: skip
    work.session().add(desk)
    work.session().flush()
    stations.begin(Broker.id == desk.id)
    audit.append("created", "branch", row.id)
    settle()
    return row.id


def of(branch_name: str | None) -> int:
    """Id of the house desk that serves a branch, else of the head office's."""
    found = queries.desk_of(branch_name)
    if found is not None:
        return found
    branch(HEAD_OFFICE)
    return queries.desk_of(None) or 0


def settle() -> None:
    """Desks that have no place in the tree stand under its root from today on."""
    today = clock.firm_day()
    place = select(Line.id).where(
        Line.broker_id == Broker.id, Line.line == LineKind.MANAGEMENT, stands(Line, AsOf(today))
    )
    bare = select(Broker.id).where(Broker.kind == BrokerKind.DESK, ~place.exists())
    for desk_id in work.session().scalars(bare).all():
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
