"""In which branch and with which title a broker works: by days; his row says what holds today."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, exists, func, insert, literal, or_, select, true, update

from hub.brokers import queries
from hub.brokers.models import Broker, Station
from hub.kernel import access, clock, locks, work
from hub.kernel.base import Rows, table_of
from hub.kernel.dated import AsOf, holds, known, supersede
from hub.kernel.errors import Invalid

_COLUMNS = ["broker_id", "branch_id", "title", "valid_from", "known_from", "placed_by"]


def begin(which: ColumnElement[bool]) -> None:
    """Those who were just taken in work, from their first day on, where their rows say."""
    rows = select(
        Broker.id, Broker.branch_id, Broker.title, Broker.joined_on,
        literal(clock.now(), Station.known_from.type), _who(),
    ).where(which)  # fmt: skip
    work.session().execute(insert(table_of(Station)).from_select(_COLUMNS, rows))


def change(row: Broker, branch_id: int, title: str, day: date | None) -> date | None:
    """A broker works elsewhere, or as something else, from a day on → the day, if that is news.

    Shape: without a day today, or the first one of somebody who is yet to come; until the next
        change that is known: what is planned for later stands.
    Raises: Invalid for a day before he came.
    """
    first = day or max(clock.firm_day(), row.joined_on)
    if first < row.joined_on:
        told = _("%(name)s came on %(day)s", name=row.name, day=row.joined_on)
        raise Invalid({"valid_from": told})
    locks.alone("brokers.stations")
    found = (
        work.session()
        .execute(queries.stations(AsOf(first)).where(Station.broker_id == row.id))
        .first()
    )
    if found is not None and (found.branch_id, found.title) == (branch_id, title):
        return None
    _write(row.id, branch_id, title, first)
    _copy(Broker.id == row.id)
    work.session().expire(row, ["branch_id", "title"])
    return first


def _write(broker_id: int, branch_id: int, title: str, first: date) -> None:
    mine = Station.broker_id == broker_id
    later = select(func.min(Station.valid_from)).where(mine, known(Station))
    end = work.session().scalar(later.where(Station.valid_from > first))
    moment = supersede(Station, lambda station: station.broker_id == broker_id, first, end)
    work.session().add(Station(
        broker_id=broker_id, branch_id=branch_id, title=title, valid_from=first, valid_to=end,
        known_from=moment, placed_by=access.current().user_id,
    ))  # fmt: skip
    work.session().flush()


def change_all(wishes: Rows) -> None:
    """The same for some hundreds, from today on; nothing is asked, what is planned stands.

    Shape: `wishes` → broker_id, branch_id, title; null stays as it is.
    """
    locks.alone("brokers.stations")
    wish = wishes.subquery()
    branch_id = func.coalesce(wish.c.branch_id, Broker.branch_id)
    title = func.coalesce(wish.c.title, Broker.title)
    names = ("broker_id", "branch_id", "title", "valid_from")
    columns = (Broker.id, branch_id, title, queries.there_from(clock.firm_day()))
    differs = or_(branch_id != Broker.branch_id, title != Broker.title)
    rows = select(*columns).join(wish, wish.c.broker_id == Broker.id).where(differs)
    found = [dict(zip(names, row, strict=True)) for row in work.session().execute(rows)]
    if not found:
        return
    ids = [one["broker_id"] for one in found]
    planned = _planned(ids)
    for one in found:  # few: for whom a later change is known
        if one["broker_id"] in planned:
            _write(one["broker_id"], one["branch_id"], one["title"], one["valid_from"])
    found = [one for one in found if one["broker_id"] not in planned]
    rest = [one["broker_id"] for one in found]

    def first(row: Any) -> Any:
        day = select(queries.there_from(clock.firm_day())).where(Broker.id == row.broker_id)
        return day.correlate(row).scalar_subquery()

    if rest:
        moment = supersede(Station, lambda row: row.broker_id.in_(rest), first)
        kept = {"known_from": moment, "placed_by": access.current().user_id}
        work.session().execute(insert(Station), [one | kept for one in found])
    _copy(Broker.id.in_(ids))


def _planned(ids: list[int]) -> set[int]:
    """Those of whom a change on a later day is known."""
    first = queries.there_from(clock.firm_day())
    rows = select(Station.broker_id).join(Broker, Broker.id == Station.broker_id)
    later = rows.where(Station.broker_id.in_(ids), known(Station), Station.valid_from > first)
    return set(work.session().scalars(later))


def turn() -> None:
    """What begins today begins: each row says what holds today."""
    _copy(true())


def _copy(which: ColumnElement[bool]) -> None:
    """Have the rows of some brokers say what their stations say of today."""
    now = (
        Station.broker_id == Broker.id,
        known(Station),
        holds(Station, queries.there_from(clock.firm_day())),
    )
    differs = or_(Station.branch_id != Broker.branch_id, Station.title != Broker.title)
    work.session().execute(
        update(Broker)
        .where(which, exists().where(*now, differs))
        .values(
            branch_id=select(Station.branch_id).where(*now).scalar_subquery(),
            title=select(Station.title).where(*now).scalar_subquery(),
        ),
        execution_options={"synchronize_session": False},
    )


def _who() -> ColumnElement[Any]:
    return literal(access.current().user_id, Station.placed_by.type)
