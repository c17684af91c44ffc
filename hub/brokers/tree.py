"""Reads of the tree on a day, as known at a moment: below, above, the chart. All of it in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, bindparam, func, literal, or_, select
from sqlalchemy.orm import aliased

from hub.brokers.models import Branch, Broker, Line, Station
from hub.brokers.rules import LineKind
from hub.kernel import work
from hub.kernel.dated import AsOf, known, meets, stands

MANAGEMENT = LineKind.MANAGEMENT
NODES_MOST = 500  # shown at once below one broker


def below(broker_id: Any, line: LineKind = MANAGEMENT, as_of: AsOf | None = None) -> CTE:
    """A broker and everybody below him: broker_id, depth (0 is he himself)."""
    as_of = as_of or AsOf()
    start = select(literal(broker_id, Broker.id.type).label("broker_id"), literal(0).label("depth"))
    tree = start.cte(recursive=True)  # unnamed: a statement may ask several times
    edge = aliased(Line)
    step = select(edge.broker_id, tree.c.depth + 1).where(
        edge.superior_id == tree.c.broker_id, edge.line == line, stands(edge, as_of)
    )
    return tree.union(step)


def above(broker_id: Any, line: LineKind = MANAGEMENT, as_of: AsOf | None = None) -> CTE:
    """A broker and everybody above him: broker_id, height (0 is he himself)."""
    as_of = as_of or AsOf()
    he = broker_id if isinstance(broker_id, ColumnElement) else literal(broker_id, Broker.id.type)
    start = select(he.label("broker_id"), literal(0).label("height"))
    chain = start.cte(recursive=True)
    edge = aliased(Line)
    step = select(edge.superior_id, chain.c.height + 1).where(
        edge.broker_id == chain.c.broker_id, edge.superior_id.is_not(None),
        edge.line == line, stands(edge, as_of),
    )  # fmt: skip
    return chain.union(step)


@lru_cache(64)
def chain(line: LineKind, as_of: AsOf) -> CTE:
    """The same above whomever the statement's parameter "broker" means: built once a day."""
    return above(bindparam("broker", type_=Broker.id.type), line, as_of)


def subtree(broker_id: int, as_of: AsOf | None = None) -> Select[Any]:
    """Ids of a broker and of everybody whom he leads, directly or not."""
    return _subtree(broker_id, as_of or AsOf())


# The gate asks this at each request of a leader: the statement is built once a day.
@lru_cache(512)
def _subtree(broker_id: int, as_of: AsOf) -> Select[Any]:
    start = select(literal(broker_id, Broker.id.type).label("broker_id")).cte(recursive=True)
    edge = aliased(Line)
    step = select(edge.broker_id).where(
        edge.superior_id == start.c.broker_id, edge.line == MANAGEMENT, stands(edge, as_of)
    )
    return select(start.union(step).c.broker_id)


def reports(broker_id: Any, line: LineKind = MANAGEMENT, as_of: AsOf | None = None) -> Select[Any]:
    """Ids of those who stand directly below a broker."""
    return select(Line.broker_id).where(
        Line.superior_id == broker_id, Line.line == line, stands(Line, as_of or AsOf())
    )


def superior_of(
    broker_id: int, line: LineKind = MANAGEMENT, as_of: AsOf | None = None
) -> int | None:
    """Id of who stands directly above a broker; None for the root and outside the tree."""
    return work.session().scalar(
        select(Line.superior_id).where(
            Line.broker_id == broker_id, Line.line == line, stands(Line, as_of or AsOf())
        )
    )


def is_placed(broker_id: int, as_of: AsOf | None = None) -> bool:
    """Whether a broker has a place on the management line."""
    place = select(Line.id).where(
        Line.broker_id == broker_id, Line.line == MANAGEMENT, stands(Line, as_of or AsOf())
    )
    return work.session().scalar(select(place.exists())) is True


def root(as_of: AsOf | None = None) -> int | None:
    """Id of the one broker whom nobody leads."""
    reading = as_of or AsOf()
    return work.once(("root", reading), lambda: work.session().scalar(_top(reading)))


@lru_cache(512)
def _top(as_of: AsOf) -> Select[int]:
    alone = (Line.superior_id.is_(None), Line.line == MANAGEMENT, stands(Line, as_of))
    return select(Line.broker_id).where(*alone)


def roots(first: date, end: date | None) -> list[Line]:
    """The root's places on the days of [first, end), as known now, the first day first."""
    rows = select(Line).where(
        Line.superior_id.is_(None), Line.line == MANAGEMENT, known(Line), meets(Line, first, end)
    )
    return list(work.session().scalars(rows.order_by(Line.valid_from)))


@dataclass(frozen=True, slots=True)
class Node:
    """A broker in the chart: `reports` stand directly below him."""

    id: int
    no: str
    name: str
    kind: str
    title: str
    branch: str
    reports: int


def nodes(which: ColumnElement[bool], as_of: AsOf, line: LineKind = MANAGEMENT) -> list[Node]:
    """Brokers for the chart, by number, with how many stand directly below each.

    Shape: at most `NODES_MOST`.
    """
    edge = aliased(Line)
    count = (
        select(func.count())
        .select_from(edge)
        .where(edge.superior_id == Broker.id, edge.line == line, stands(edge, as_of))
        .correlate(Broker)
        .scalar_subquery()
    )
    rows = work.session().execute(
        select(
            Broker.id, Broker.no, Broker.name, Broker.kind, func.coalesce(Station.title, ""),
            func.coalesce(Branch.name, ""), count,
        )
        .outerjoin(Station, (Station.broker_id == Broker.id) & stands(Station, as_of))
        .outerjoin(Branch, Branch.id == Station.branch_id)
        .where(which)
        .order_by(Broker.kind, Broker.no)
        .limit(NODES_MOST)
    )  # fmt: skip
    return [Node(*row) for row in rows]


def path(broker_id: int, as_of: AsOf, line: LineKind = MANAGEMENT) -> list[int]:
    """Ids from the top of a line down to a broker, himself last."""
    chain = above(broker_id, line, as_of)
    rows = work.session().scalars(select(chain.c.broker_id).order_by(chain.c.height.desc()))
    return list(rows)


def sizes(broker_ids: Sequence[int], as_of: AsOf, line: LineKind = MANAGEMENT) -> dict[int, int]:
    """How many stand below each of some brokers on a line, at any depth."""
    rows = work.session().execute(_sizes(as_of, line), {"tops": list(broker_ids)})
    return dict(rows.all())


@lru_cache(64)
def _sizes(as_of: AsOf, line: LineKind) -> Select[Any]:
    start = select(Broker.id.label("top"), Broker.id.label("broker_id")).where(
        Broker.id.in_(bindparam("tops", expanding=True))
    )
    tree = start.cte(recursive=True)
    edge = aliased(Line)
    step = select(tree.c.top, edge.broker_id).where(
        edge.superior_id == tree.c.broker_id, edge.line == line, stands(edge, as_of)
    )
    whole = tree.union(step)
    return select(whole.c.top, func.count() - 1).group_by(whole.c.top)


def works_on(day: Any) -> ColumnElement[bool]:
    """Condition: the broker works for the firm on a day."""
    gone = or_(Broker.left_on.is_(None), Broker.left_on > day)
    return and_(Broker.joined_on <= day, gone)
