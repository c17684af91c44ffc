"""What this room adds to the import of clients: the serving broker."""

from __future__ import annotations

from collections import defaultdict

from flask_babel import lazy_gettext as l_
from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Subquery,
    exists,
    func,
    insert,
    literal,
    select,
)

from hub.brokers.models import Broker
from hub.clients.imports import SERVED_BY_ANOTHER
from hub.clients.models import Client
from hub.kernel import clock, work
from hub.kernel.imports.kinds import Columns, ImportField
from hub.kernel.imports.slices import Slice
from hub.kernel.imports.values import text_of
from hub.kernel.sentences import N_
from hub.relationship import service
from hub.relationship.models import Serving
from hub.relationship.queries import holds_on

FIELD = "serving_broker"


def check(part: Slice) -> None:
    """Refuse brokers who do not exist and clients whom the file gives to somebody else."""
    if not part.has(FIELD):
        return
    row, wanted = part.rows.c, part.value(FIELD)
    named = exists().where(Broker.no == wanted, Broker.active)
    part.refuse(wanted.is_not(None) & ~named, N_("no active broker has this number"), field=FIELD)
    if not part.actor.holds("relationship.assign"):
        own = exists().where(Broker.no == wanted, Broker.id == part.actor.broker_id)
        part.refuse(wanted.is_not(None) & ~own, SERVED_BY_ANOTHER, field="no")
    moves = row.target_id.in_(select(_moves(part).c.client_id))
    part.tell((row.outcome == "unchanged") & moves, outcome="updated")


def apply(part: Slice) -> None:
    """Have new clients served, and move those whom the file gives to another broker."""
    _serve_new(part)
    if not part.has(FIELD):
        return
    moves = _moves(part)
    chosen: dict[int, list[int]] = defaultdict(list)
    for client_id, broker_id in work.session().execute(
        select(moves.c.client_id, moves.c.broker_id)
    ):
        chosen[broker_id].append(client_id)
    for broker_id, clients in chosen.items():
        ids = select(Client.id).where(Client.id.in_(clients))
        service.assign_all(ids, broker_id, valid_from=part.context.today)


def _moves(part: Slice) -> Subquery:
    """Existing clients whom another broker, or none, serves today: client_id, broker_id."""
    staged = part.select(FIELD)
    today = part.context.today
    served = exists().where(
        Serving.client_id == staged.c.target_id, Serving.broker_id == Broker.id, holds_on(today)
    )
    query = select(staged.c.target_id.label("client_id"), Broker.id.label("broker_id"))
    query = query.join(Broker, Broker.no == staged.c[FIELD])
    return query.where(staged.c.target_id.is_not(None), ~served).subquery("moves")


def _serve_new(part: Slice) -> None:
    """Clients that this import made: the broker of the file, else the broker who imports."""
    staged = part.select(FIELD)
    # Whoever may assign clients leaves them to nobody on purpose; a broker takes them himself.
    own = None if part.actor.holds("relationship.assign") else part.actor.broker_id
    broker: ColumnElement[int] = func.coalesce(
        select(Broker.id).where(Broker.no == staged.c[FIELD]).scalar_subquery(),
        literal(own, Broker.id.type),
    )
    known = exists().where(Serving.client_id == staged.c.target_id)
    rows: Select[tuple[object, ...]] = select(
        staged.c.target_id,
        broker,
        literal(part.context.today, Serving.valid_from.type),
        literal(clock.now(), Serving.known_from.type),
        literal(part.actor.user_id, Serving.assigned_by.type),
    ).where(staged.c.outcome == "created", broker.is_not(None), ~known)
    columns = ["client_id", "broker_id", "valid_from", "known_from", "assigned_by"]
    work.session().execute(insert(Serving).from_select(columns, rows))


serving_column = Columns(
    kind="clients",
    fields=(
        ImportField(
            name=FIELD,
            title=l_("Serving broker's number"),
            parse=text_of(32),
            type=String(32),
            aliases=(
                "broker", "broker no", "broker number", "serving broker no", "account manager",
                "经纪人", "经纪人编号", "服务经纪人", "客户经理", "客户经理编号", "经纪人工号",
            ),
        ),
    ),
    check=check,
    apply=apply,
)  # fmt: skip
