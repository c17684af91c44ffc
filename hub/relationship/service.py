"""Assign clients to brokers: history stays, a correction is seen as one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, delete, func, insert, literal, or_, select, update
from sqlalchemy.orm import aliased

from hub.brokers.models import Broker
from hub.clients import queries as clients
from hub.clients.models import Client
from hub.kernel import access, audit, clock, outbox, work
from hub.kernel.errors import Invalid
from hub.relationship.events import BrokerAssigned
from hub.relationship.models import Serving

TICK = timedelta(microseconds=1)
_COLUMNS = ("client_id", "broker_id", "valid_from", "valid_to", "known_from", "assigned_by")


def assign(client_id: int, broker_id: int, *, valid_from: date) -> None:
    """Have a broker serve a client from a day on.

    Raises: NotFound, Forbidden, Invalid.
    """
    clients.operable(client_id, "relationship.assign")
    assign_all(select(Client.id).where(Client.id == client_id), broker_id, valid_from=valid_from)
    audit.append("assigned", "client", client_id, {"broker": broker_id, "from": valid_from})
    outbox.publish(BrokerAssigned(client_id=client_id, broker_id=broker_id, valid_from=valid_from))


def assign_all(chosen: Select[Any], broker_id: int, *, valid_from: date) -> None:
    """Have a broker serve every client that `chosen` selects by id, from a day on; set-based.

    Raises: Invalid for a broker who serves nobody any more.
    """
    _refuse_retired(broker_id)
    ids = chosen.subquery()
    moment = _moment(ids)
    _close(ids, valid_from, moment)
    _keep_before(ids, valid_from, moment)
    day = literal(valid_from, Serving.valid_from.type)
    rows = select(
        ids.c[0], literal(broker_id), day, literal(None, Serving.valid_to.type),
        literal(moment, Serving.known_from.type),
        literal(access.current().user_id, Serving.assigned_by.type),
    )  # fmt: skip
    work.session().execute(insert(Serving).from_select(_COLUMNS, rows))


def take(client_id: int) -> None:
    """A broker serves the client whom he takes in; who may assign clients leaves it open."""
    actor = access.current()
    if actor.broker_id is None or actor.holds("relationship.assign"):
        return
    here = select(Client.id).where(Client.id == client_id)
    assign_all(here, actor.broker_id, valid_from=clock.firm_day())


def erase(client_id: int) -> None:
    """Forget who served a person."""
    work.session().execute(delete(Serving).where(Serving.client_id == client_id))


def _refuse_retired(broker_id: int) -> None:
    broker = work.session().get(Broker, broker_id)
    if broker is None or not broker.active:
        raise Invalid({"broker": _("choose a broker who is active")})


def _moment(ids: Any) -> datetime:
    """Now, but later than anything these clients' rows were closed: two changes never share it."""
    mine = Serving.client_id.in_(select(ids.c[0]))
    last = work.session().scalar(select(func.max(Serving.known_to)).where(mine))
    return clock.now() if last is None else max(clock.now(), last + TICK)


def _close(ids: Any, day: date, moment: datetime) -> None:
    """What was known for that day and later is known no longer."""
    statement = update(Serving).where(
        Serving.client_id.in_(select(ids.c[0])),
        Serving.known_to.is_(None),
        or_(Serving.valid_to.is_(None), Serving.valid_to > day),
    )
    work.session().execute(
        statement.values(known_to=moment), execution_options={"synchronize_session": False}
    )


def _keep_before(ids: Any, day: date, moment: datetime) -> None:
    """The days before the change stay as they were."""
    old = aliased(Serving)
    pieces = select(
        old.client_id, old.broker_id, old.valid_from, literal(day, Serving.valid_from.type),
        literal(moment, Serving.known_from.type), old.assigned_by,
    ).where(
        old.client_id.in_(select(ids.c[0])),
        old.known_to == moment,
        old.valid_from < day,
    )  # fmt: skip
    work.session().execute(insert(Serving).from_select(_COLUMNS, pieces))
