"""Who stood above whom over a stretch of days: what a statement over trades of many days joins."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, Date, and_, case, func, literal, select
from sqlalchemy.orm import aliased

from hub.brokers.models import Line
from hub.brokers.rules import LineKind
from hub.kernel.dated import known, meets


def superiors(line: LineKind, first: date, end: date, known_at: datetime | None = None) -> CTE:
    """Everybody above each broker on a line, by days of [first, end), as known at a moment.

    Shape: broker_id, superior_id, height (1 stands directly above), valid_from, valid_to; a pair
        has a row for each stretch on which it stood at that height, within [first, end).
    """
    low, high = literal(first, Date()), literal(end, Date())
    edge = aliased(Line)
    led = and_(edge.superior_id.is_not(None), edge.line == line, known(edge, known_at))
    start = select(
        edge.broker_id, edge.superior_id, literal(1).label("height"),
        _later(edge.valid_from, low).label("valid_from"),
        _earlier(func.coalesce(edge.valid_to, high), high).label("valid_to"),
    ).where(led, meets(edge, low, high))  # fmt: skip
    chain = start.cte(recursive=True)
    here = chain.c
    above = and_(edge.broker_id == here.superior_id, led)
    step = select(
        here.broker_id, edge.superior_id, here.height + 1,
        _later(edge.valid_from, here.valid_from),
        _earlier(func.coalesce(edge.valid_to, here.valid_to), here.valid_to),
    ).where(above, meets(edge, here.valid_from, here.valid_to))  # fmt: skip
    return chain.union_all(step)


def _later(one: Any, other: Any) -> ColumnElement[date]:
    return case((one > other, one), else_=other)


def _earlier(one: Any, other: Any) -> ColumnElement[date]:
    return case((one < other, one), else_=other)
