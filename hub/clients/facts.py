"""Dated facts: what is true of a client from which day, and since when we know it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    String,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from hub.clients import queries
from hub.clients.models import Client, Fact
from hub.clients.rules import STATED_ASSETS
from hub.kernel import audit, clock, dated, work
from hub.kernel.dated import AsOf

TICK = timedelta(microseconds=1)
_COLUMNS = (
    "client_id", "name", "number", "text", "valid_from", "valid_to", "known_from", "source",
)  # fmt: skip


def put(client_id: int, name: str, value: Decimal | str, *, valid_from: date, source: str) -> None:
    """Record that `name` is `value` from a day on, until the next day that is known.

    Raises: NotFound, Forbidden.
    """
    queries.operable(client_id, "clients.write")
    record(client_id, name, value, valid_from=valid_from, source=source)
    audit.append("fact-recorded", "client", client_id, {"fact": name, "from": valid_from})


def record(
    client_id: int, name: str, value: Decimal | str, *, valid_from: date, source: str
) -> None:
    """The same for a caller that has asked already whether it may."""
    column = Fact.text if isinstance(value, str) else Fact.number
    given: Any = select(
        literal(client_id).label("client_id"), literal(value, column.type).label("value")
    )
    put_all(name, given, valid_from=valid_from, source=source)


def put_all(name: str, given: Select[Any], *, valid_from: date, source: str) -> None:
    """Record one fact of many clients, set-based; an unchanged value leaves no row.

    Shape: `given` selects (client_id, value), each client once; numbers as Money.
    """
    values = given.subquery()
    news = _News(
        name=name, values=values, day=valid_from, moment=_moment(name, values), source=source
    )
    _close(news)
    _keep_before(news)
    _insert(news)
    if name == STATED_ASSETS:
        _refresh_now(values)


def end_all(name: str, clients: Select[Any], *, valid_from: date) -> None:
    """What is known of one fact of these clients is true no longer, from a day on; set-based."""
    ids = clients.subquery()
    given = select(ids.c[0].label("client_id"), literal(None, Fact.text.type).label("value"))
    values = given.subquery()
    moment = _moment(name, values)
    gone = _News(name=name, values=values, day=valid_from, moment=moment, source="")
    held = Fact.client_id.in_(gone.clients) & (Fact.name == name) & _holds_on(Fact, valid_from)
    work.session().execute(
        update(Fact).where(held).values(known_to=moment),
        execution_options={"synchronize_session": False},
    )
    _keep_before(gone)


def erase(client_id: int) -> None:
    """Take every fact of a person away."""
    work.session().execute(delete(Fact).where(Fact.client_id == client_id))


def settle(clients: Select[Any]) -> None:
    """The columns that repeat what is known of these clients are right again.

    Shape: `clients` selects ids as client_id.
    """
    _refresh_now(clients.subquery())


def catch_up() -> None:
    """A fact that begins or ends today changes the present column: once a day, set-based."""
    today = clock.firm_day()
    turned = or_(Fact.valid_from == today, Fact.valid_to == today)
    clients = select(Fact.client_id.label("client_id")).where(
        Fact.name == STATED_ASSETS, Fact.known_to.is_(None), turned
    )
    _refresh_now(clients.subquery())


def value_on(name: str, as_of: AsOf) -> ScalarSelect[Any]:
    """The number that is known of `Client` in a reading, as a correlated value."""
    return _on(name, as_of, "number")


def text_on(name: str, as_of: AsOf) -> ScalarSelect[Any]:
    """The text that is known of `Client` in a reading, as a correlated value."""
    return _on(name, as_of, "text")


def _on(name: str, as_of: AsOf, column: str) -> ScalarSelect[Any]:
    fact = aliased(Fact)
    return (
        select(getattr(fact, column))
        .where(fact.client_id == Client.id, fact.name == name, dated.stands(fact, as_of))
        .correlate(Client)
        .scalar_subquery()
    )


def _holds_on(fact: Any, day: Any) -> ColumnElement[bool]:
    present: ColumnElement[bool] = fact.known_to.is_(None)
    return dated.holds(fact, day) & present


def _column(values: Any) -> Any:
    return Fact.text if isinstance(values.c.value.type, String) else Fact.number


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    """What is recorded in one go: the subquery `values` gives (client_id, value)."""

    name: str
    values: Any
    day: date
    moment: datetime
    source: str

    @property
    def clients(self) -> Select[Any]:
        return select(self.values.c.client_id)


def _moment(name: str, values: Any) -> datetime:
    """Now, but later than anything of these clients was closed: two changes never share it."""
    mine = Fact.client_id.in_(select(values.c.client_id))
    last = work.session().scalar(select(func.max(Fact.known_to)).where(mine, Fact.name == name))
    return clock.now() if last is None else max(clock.now(), last + TICK)


def _close(news: _News) -> None:
    """What is known otherwise for that day is known no longer."""
    values = news.values
    differs = exists().where(
        values.c.client_id == Fact.client_id, _column(values).is_distinct_from(values.c.value)
    )
    these = Fact.client_id.in_(news.clients)
    statement = update(Fact).where(
        these, Fact.name == news.name, _holds_on(Fact, news.day), differs
    )
    work.session().execute(
        statement.values(known_to=news.moment), execution_options={"synchronize_session": False}
    )


def _keep_before(news: _News) -> None:
    """The days before the new value stay as they were."""
    old = aliased(Fact)
    pieces = select(
        old.client_id, old.name, old.number, old.text, old.valid_from,
        literal(news.day, Fact.valid_from.type), literal(news.moment, Fact.known_from.type),
        old.source,
    ).where(
        old.client_id.in_(news.clients),
        old.name == news.name,
        old.known_to == news.moment,
        old.valid_from < news.day,
    )  # fmt: skip
    work.session().execute(insert(Fact).from_select(_COLUMNS, pieces))


def _insert(news: _News) -> None:
    values, here, later = news.values, aliased(Fact), aliased(Fact)
    known = exists().where(
        here.client_id == values.c.client_id, here.name == news.name, _holds_on(here, news.day)
    )
    until = (
        select(func.min(later.valid_from))
        .where(
            later.client_id == values.c.client_id,
            later.name == news.name,
            later.known_to.is_(None),
            later.valid_from > news.day,
        )
        .scalar_subquery()
    )
    is_text = _column(values) is Fact.text
    rows = select(
        values.c.client_id, literal(news.name),
        cast(null(), Fact.number.type) if is_text else values.c.value,
        values.c.value if is_text else cast(null(), String),
        literal(news.day, Fact.valid_from.type), until,
        literal(news.moment, Fact.known_from.type), literal(news.source),
    ).where(~known)  # fmt: skip
    work.session().execute(insert(Fact).from_select(_COLUMNS, rows))


def _refresh_now(values: Any) -> None:
    """The column that segments read repeats what is known for today."""
    statement = update(Client).where(Client.id.in_(select(values.c.client_id)))
    today = value_on(STATED_ASSETS, AsOf())
    work.session().execute(
        statement.values(stated_assets=today), execution_options={"synchronize_session": False}
    )
