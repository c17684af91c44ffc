"""Dated facts: what is true of a client from which day, and since when we know it."""

from __future__ import annotations

from datetime import date
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
from hub.kernel import audit, clock, work

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
    moment = clock.now()
    _close(name, values, valid_from, moment)
    _keep_before(name, valid_from, moment)
    _insert(name, values, valid_from, source)
    if name == STATED_ASSETS:
        _refresh_now(values)


def erase(client_id: int) -> None:
    """Take every fact of a person away."""
    work.session().execute(delete(Fact).where(Fact.client_id == client_id))


def catch_up() -> None:
    """A fact that begins or ends today changes the present column: once a day, set-based."""
    today = clock.firm_day()
    turned = or_(Fact.valid_from == today, Fact.valid_to == today)
    clients = select(Fact.client_id.label("client_id")).where(
        Fact.name == STATED_ASSETS, Fact.known_to.is_(None), turned
    )
    _refresh_now(clients.subquery())


def value_on(name: str, day: date) -> ScalarSelect[Any]:
    """The number that is known of `Client` on a day, as a correlated value."""
    fact = aliased(Fact)
    return (
        select(fact.number)
        .where(fact.client_id == Client.id, fact.name == name, _holds_on(fact, day))
        .correlate(Client)
        .scalar_subquery()
    )


def _holds_on(fact: Any, day: Any) -> ColumnElement[bool]:
    ends = or_(fact.valid_to.is_(None), fact.valid_to > day)
    return (fact.valid_from <= day) & ends & fact.known_to.is_(None)  # type: ignore[no-any-return]


def _column(values: Any) -> Any:
    return Fact.text if isinstance(values.c.value.type, String) else Fact.number


def _close(name: str, values: Any, day: date, moment: Any) -> None:
    """What is known otherwise for that day is known no longer."""
    differs = exists().where(
        values.c.client_id == Fact.client_id, _column(values).is_distinct_from(values.c.value)
    )
    statement = update(Fact).where(Fact.name == name, _holds_on(Fact, day), differs)
    work.session().execute(
        statement.values(known_to=moment), execution_options={"synchronize_session": False}
    )


def _keep_before(name: str, day: date, moment: Any) -> None:
    """The days before the new value stay as they were."""
    old, other = aliased(Fact), aliased(Fact)
    still_known = exists().where(
        other.client_id == old.client_id,
        other.name == name,
        other.known_to.is_(None),
        other.valid_from < day,
        or_(other.valid_to.is_(None), other.valid_to > old.valid_from),
    )
    pieces = select(
        old.client_id, old.name, old.number, old.text, old.valid_from,
        literal(day, Fact.valid_from.type), literal(moment, Fact.known_from.type), old.source,
    ).where(
        old.name == name,
        old.known_to == moment,
        old.valid_from < day,
        or_(old.valid_to.is_(None), old.valid_to > day),
        ~still_known,
    )  # fmt: skip
    work.session().execute(insert(Fact).from_select(_COLUMNS, pieces))


def _insert(name: str, values: Any, day: date, source: str) -> None:
    here, later = aliased(Fact), aliased(Fact)
    known = exists().where(
        here.client_id == values.c.client_id, here.name == name, _holds_on(here, day)
    )
    until = (
        select(func.min(later.valid_from))
        .where(
            later.client_id == values.c.client_id,
            later.name == name,
            later.known_to.is_(None),
            later.valid_from > day,
        )
        .scalar_subquery()
    )
    is_text = _column(values) is Fact.text
    rows = select(
        values.c.client_id,
        literal(name),
        cast(null(), Fact.number.type) if is_text else values.c.value,
        values.c.value if is_text else cast(null(), String),
        literal(day, Fact.valid_from.type),
        until,
        literal(clock.now(), Fact.known_from.type),
        literal(source),
    ).where(~known)
    work.session().execute(insert(Fact).from_select(_COLUMNS, rows))


def _refresh_now(values: Any) -> None:
    """The column that segments read repeats what is known for today."""
    statement = update(Client).where(Client.id.in_(select(values.c.client_id)))
    today = value_on(STATED_ASSETS, clock.firm_day())
    work.session().execute(
        statement.values(stated_assets=today), execution_options={"synchronize_session": False}
    )
