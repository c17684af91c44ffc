"""Who serves whom from a file: a client, a broker, a day; the same file twice changes nothing."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as l_
from sqlalchemy import ColumnElement, Date, String, and_, exists, or_, select, true

from hub.brokers.imports.fields import NUMBERS
from hub.brokers.imports.leaders import UNSEEN
from hub.brokers.imports.moves import NOT_THERE
from hub.brokers.models import Broker
from hub.clients.models import Client
from hub.kernel import access, gate
from hub.kernel.dated import known
from hub.kernel.imports.kinds import ImportField, Kind
from hub.kernel.imports.slices import Slice
from hub.kernel.imports.values import day, text_of
from hub.kernel.sentences import N_
from hub.relationship import changes, service
from hub.relationship.hands import promised_to_others, served_by_others
from hub.relationship.imports import NOT_YOURS, PROMISED
from hub.relationship.models import Serving

NO_CLIENT = N_("you see no client with this number")
SERVED = N_("others served him on these days: choose a later one")
NOT_YOUR_CLIENT = N_("you may give on your own clients and those of your direct reports only")


def check(part: Slice) -> None:
    """Find both, say which clients change hands, refuse what the importer may not do."""
    row = part.rows.c
    whose = select(Client.id).where(Client.no == row.key, Client.merged_into.is_(None))
    part.tell(true(), target_id=whose.scalar_subquery(), outcome="updated")
    seen = _named(part, access.scope(part.actor, "client", Client.id))
    _log(part, ~seen, kind="client", verb="clients.read")
    part.refuse(~seen, NO_CLIENT, field="no")
    unseen = ~_broker(part, access.scope(part.actor, "broker", Broker.id))
    _log(part, unseen, kind="broker", verb="brokers.read")
    part.refuse(unseen, UNSEEN, field="broker")
    part.tell(_serves(part), outcome="unchanged")
    moves = row.outcome == "updated"
    foreign = moves & ~_named(part, access.scope(part.actor, "client.assign", Client.id))
    _log(part, foreign, kind="client", verb="relationship.assign")
    part.refuse(foreign, NOT_YOUR_CLIENT, field="no")
    hands = access.scope(part.actor, "broker.operate", Broker.id)
    beyond = moves & ~_broker(part, or_(hands, Broker.id == part.actor.broker_id))
    _log(part, beyond, kind="broker", verb="relationship.assign")
    part.refuse(beyond, NOT_YOURS, field="broker")
    past = moves & served_by_others(row.target_id, part.value("valid_from"), part.actor)
    part.refuse(past, SERVED, field="valid_from")
    part.refuse(moves & promised_to_others(row.target_id, part.actor), PROMISED, field="no")
    there = and_(
        Broker.joined_on <= part.value("valid_from"), Broker.left_on.is_(None),
        Broker.frozen_at.is_(None),
    )  # fmt: skip
    part.refuse(moves & ~_broker(part, there), NOT_THERE, field="broker")


def _named(part: Slice, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Condition: the row's client is there, and so he is."""
    return exists().where(Client.id == part.rows.c.target_id, condition)


def _broker(part: Slice, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Condition: the row's broker is there, and so he is."""
    return exists().where(Broker.no == part.value("broker"), condition)


def _log(part: Slice, which: ColumnElement[bool], *, kind: str, verb: str) -> None:
    row = part.rows.c
    ids: Any = select(row.target_id).where(part.good(), which, row.target_id.is_not(None))
    if kind == "broker":
        wished = select(part.value("broker")).where(part.good(), which)
        ids = select(Broker.id).where(Broker.no.in_(wished))
    gate.note_refusals(ids, kind=kind, verb=verb)


def _serves(part: Slice) -> ColumnElement[bool]:
    """Condition: he serves the client on that day and on all that come."""
    serving = select(Serving.id).join(Broker, Broker.id == Serving.broker_id)
    return (
        serving.where(
            Serving.client_id == part.rows.c.target_id, Broker.no == part.value("broker"),
            known(Serving), Serving.valid_from <= part.value("valid_from"),
            Serving.valid_to.is_(None),
        )
        .correlate(part.rows)
        .exists()
    )  # fmt: skip


def apply(part: Slice) -> None:
    """Have each client served by his new broker from his day on."""
    staged = part.select("broker", "valid_from")
    wishes = (
        select(staged.c.target_id.label("client_id"), Broker.id.label("broker_id"),
               staged.c.valid_from)
        .join(Broker, Broker.no == staged.c.broker)
        .where(staged.c.outcome == "updated")
        .subquery("wishes")
    )  # fmt: skip
    if part.some(part.rows.c.outcome == "updated"):
        service.assign_each(wishes, change=changes.of_file(part.import_id))


relationships = Kind(
    name="relationships",
    title=l_("Who serves whom"),
    needs="relationship.assign",
    key="no",
    rows_at_once=500,
    onward=((l_("See the clients"), "/clients/"),),
    check=check,
    apply=apply,
    over=changes.file_over,
    fields=(
        ImportField(
            name="no", title=l_("Client number"), parse=text_of(64), required=True, type=String(64),
            aliases=("client no", "client number", "client id", "client", "客户号", "客户编号",
                     "客户代码"),
        ),
        ImportField(
            name="broker", title=l_("Serving broker's number"), parse=text_of(32), required=True,
            type=String(32),
            aliases=("broker", "serving broker", "account manager", "经纪人", "客户经理",
                     "客户经理编号", *NUMBERS),
        ),
        ImportField(
            name="valid_from", title=l_("From day"), parse=day, required=True, type=Date(),
            aliases=("from", "since", "effective day", "effective date", "生效日期", "生效日",
                     "起始日期", "服务起始日"),
        ),
    ),
)  # fmt: skip
