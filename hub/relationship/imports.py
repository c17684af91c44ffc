"""What this room adds to the import of clients: the serving broker."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask_babel import lazy_gettext as l_
from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Subquery,
    and_,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
)

from hub.brokers import desks
from hub.brokers.imports.leaders import UNSEEN
from hub.brokers.models import Branch, Broker
from hub.brokers.rules import BrokerKind
from hub.clients.imports import SERVED_BY_ANOTHER
from hub.clients.models import Client
from hub.kernel import access, clock, gate, work
from hub.kernel.imports.kinds import Columns, ImportField
from hub.kernel.imports.slices import Slice
from hub.kernel.imports.values import text_of
from hub.kernel.sentences import N_
from hub.relationship import changes, service
from hub.relationship.hands import promised_to_others
from hub.relationship.models import Serving
from hub.relationship.queries import holds_on

FIELD = "serving_broker"


PROMISED = N_("he goes to another broker on a later day, by a transfer: ask for another one")
NOT_YOURS = N_("you may give clients to yourself and to your direct reports only")


def check(part: Slice) -> None:
    """Refuse brokers who are not there and moves that the importer may not make."""
    if not part.has(FIELD):
        return
    row, wanted = part.rows.c, part.value(FIELD)
    own = Broker.id == part.actor.broker_id
    seen = or_(own, access.scope(part.actor, "broker", Broker.id))
    if part.actor.holds("relationship.assign"):
        own = or_(own, access.scope(part.actor, "broker.operate", Broker.id))
    for who, verb, text in (
        (seen, "brokers.read", UNSEEN),
        (_there(part), "", N_("no active broker has this number")),
        (own, "relationship.assign", NOT_YOURS),
    ):
        beyond = wanted.is_not(None) & ~exists().where(Broker.no == wanted, who)
        if verb:
            numbers = select(wanted).where(part.good(), beyond)
            named = select(Broker.id).where(Broker.no.in_(numbers))
            gate.note_refusals(named, kind="broker", verb=verb)
        part.refuse(beyond, text, field=FIELD)
    moves = row.target_id.in_(select(_moves(part).c.client_id))
    foreign = moves & ~_movable(part, row.target_id)
    ids = select(row.target_id).where(part.good(), foreign)
    gate.note_refusals(ids, kind="client", verb="relationship.assign")
    part.refuse(foreign, SERVED_BY_ANOTHER, field="no")
    part.tell((row.outcome == "unchanged") & moves, outcome="updated")


def _there(part: Slice) -> ColumnElement[bool]:
    """Condition: the broker serves clients from today on."""
    today = part.context.today
    stays = and_(Broker.left_on.is_(None), Broker.frozen_at.is_(None))
    return and_(Broker.joined_on <= today, stays)


def _movable(part: Slice, column: Any) -> ColumnElement[bool]:
    """Condition: the importer may hand the client on, as he may by hand."""
    if not part.actor.holds("relationship.assign"):
        return false()
    return access.scope(part.actor, "client.assign", column) & ~promised_to_others(
        column, part.actor
    )


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
        change = changes.of_file(part.import_id)
        service.assign_all(ids, broker_id, valid_from=part.context.today, change=change)


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
    """Clients that this import made: the broker of the file, else the importer, else a desk."""
    staged = part.select(FIELD)
    # Whoever may assign clients leaves them to the house desk; a broker takes them himself.
    takes = and_(Broker.id == part.actor.broker_id, _there(part))
    own = None
    if not part.actor.holds("relationship.assign"):
        own = work.session().scalar(select(Broker.id).where(takes))
    desk = (
        select(Broker.id)
        .join(Branch, Branch.id == Broker.branch_id)
        .where(Broker.kind == BrokerKind.DESK, Branch.name == Client.branch)
        .scalar_subquery()
    )
    broker: ColumnElement[int] = func.coalesce(
        select(Broker.id).where(Broker.no == staged.c[FIELD]).scalar_subquery(),
        literal(own, Broker.id.type), desk, literal(desks.of(None), Broker.id.type),
    )  # fmt: skip
    known = exists().where(Serving.client_id == staged.c.target_id)
    rows: Select[tuple[object, ...]] = (
        select(
            staged.c.target_id, broker,
            literal(part.context.today, Serving.valid_from.type),
            literal(clock.now(), Serving.known_from.type),
            literal(part.actor.user_id, Serving.assigned_by.type),
        )
        .join(Client, Client.id == staged.c.target_id)
        .where(staged.c.outcome == "created", ~known)
    )  # fmt: skip
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
    over=changes.file_over,
)  # fmt: skip
