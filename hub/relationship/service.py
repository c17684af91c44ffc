"""Assign clients to brokers: history stays, a correction is seen as one."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as l_
from sqlalchemy import Date, Select, case, delete, insert, literal, or_, select, update
from sqlalchemy.orm import aliased

from hub.brokers import desks
from hub.brokers import queries as brokers
from hub.brokers.models import Branch, Broker
from hub.clients import queries as clients
from hub.clients.models import Client
from hub.kernel import access, audit, clock, gate, work
from hub.kernel.dated import supersede
from hub.kernel.errors import Invalid
from hub.kernel.imports import forgetting
from hub.kernel.module import Merger
from hub.relationship import changes, queries
from hub.relationship.hands import promised_to_others, served_by_others
from hub.relationship.models import Introduction, Serving
from hub.relationship.rules import ChangeKind
from hub.relationship.transfer_models import Handed

PROMISED = l_("He goes to another broker on a later day, by a transfer: ask for another one.")
_COLUMNS = (
    "client_id", "broker_id", "valid_from", "valid_to", "known_from", "assigned_by", "change_id",
)  # fmt: skip


def assign(client_id: int, broker_id: int, *, valid_from: date) -> None:
    """Have a broker serve a client from a day on.

    Raises: NotFound, Forbidden, Invalid, also for days on which others served whom he does not
        lead: what was served stays.
    """
    clients.operable(client_id, "relationship.assign")
    _refuse_receiver(broker_id)
    others = served_by_others(client_id, literal(valid_from, Date()), access.current())
    if work.session().scalar(select(others)):
        raise Invalid({"valid_from": _("Others served him on these days: choose a later one.")})
    if work.session().scalar(select(promised_to_others(client_id, access.current()))):
        raise Invalid({"broker": PROMISED})
    here = select(Client.id).where(Client.id == client_id)
    audit.append("assigned", "client", client_id, {"broker": broker_id, "from": valid_from})
    with changes.one(ChangeKind.HAND) as change:
        assign_all(here, broker_id, valid_from=valid_from, change=change)


def assign_all(
    chosen: Select[Any], broker_id: int, *, valid_from: date, change: int | None
) -> None:
    """Have a broker serve every client that `chosen` selects by id, from a day on; set-based.

    Shape: `chosen` is asked before and after the old rows are closed: it must not ask who serves;
        `change` is the act of `changes` that tells them, None for those who are taken in.
    Raises: Invalid for a broker who serves nobody any more.
    """
    _refuse_unfit(broker_id, valid_from)
    ids = chosen.subquery()

    def mine(row: Any) -> Any:
        return row.client_id.in_(select(ids.c[0]))

    moment = supersede(Serving, mine, valid_from)
    rows = select(
        ids.c[0], literal(broker_id), literal(valid_from, Serving.valid_from.type),
        literal(None, Serving.valid_to.type), literal(moment, Serving.known_from.type),
        *_by(change),
    )  # fmt: skip
    work.session().execute(insert(Serving).from_select(_COLUMNS, rows))


def assign_each(wishes: Any, *, change: int) -> None:
    """Have each of many clients served by a broker of his own from a day of his own; set-based.

    Shape: `wishes` is a subquery of client_id (once each), broker_id, valid_from, that does not
        ask who serves. The caller answers for the gate, and for brokers who work on those days.
    """

    def mine(row: Any) -> Any:
        return row.client_id.in_(select(wishes.c.client_id))

    def first(row: Any) -> Any:
        day = select(wishes.c.valid_from).where(wishes.c.client_id == row.client_id)
        return day.correlate(row).scalar_subquery()

    moment = supersede(Serving, mine, first)
    rows = select(
        wishes.c.client_id, wishes.c.broker_id, wishes.c.valid_from,
        literal(None, Serving.valid_to.type), literal(moment, Serving.known_from.type),
        *_by(change),
    )  # fmt: skip
    work.session().execute(insert(Serving).from_select(_COLUMNS, rows))


def _by(change: int | None) -> tuple[Any, Any]:
    """Who did it, by which act."""
    return (
        literal(access.current().user_id, Serving.assigned_by.type),
        literal(change, Serving.change_id.type),
    )


def take(client_id: int) -> None:
    """Whoever takes a client in serves him, if he is a broker; else the branch's house desk."""
    actor = access.current()
    own = actor.broker_id if not actor.holds("relationship.assign") else None
    branch = work.session().scalar(select(Client.branch).where(Client.id == client_id))
    here = select(Client.id).where(Client.id == client_id)
    if actor.broker_id is not None:
        introduced(client_id, actor.broker_id)
    broker_id = own if own is not None else desks.of(branch)
    assign_all(here, broker_id, valid_from=clock.firm_day(), change=None)


def hand_back(broker_id: int, day: date) -> None:
    """A broker leaves: from that day on his branch's house desk serves whom he would serve."""
    branch = select(Branch.name).where(Branch.id == brokers.branch_on(broker_id, day))
    desk = desks.of(work.session().scalar(branch))

    def his(row: Any) -> Any:
        return row.broker_id == broker_id

    moment = supersede(Serving, his, day)
    old = aliased(Serving)
    first = literal(day, Serving.valid_from.type)
    begins = case((old.valid_from > first, old.valid_from), else_=first)
    with changes.one(ChangeKind.LEAVE, broker_id) as change:
        rows = select(
            old.client_id, literal(desk), begins, old.valid_to,
            literal(moment, Serving.known_from.type), *_by(change),
        ).where(his(old), old.known_to == moment)  # fmt: skip
        work.session().execute(insert(Serving).from_select(_COLUMNS, rows))


def introduced(client_id: int, broker_id: int, *, anew: bool = False) -> None:
    """Note who brought a client to the firm; what was said first stays, unless it is said anew."""
    session = work.session()
    if (row := session.get(Introduction, client_id)) is not None:
        row.broker_id = broker_id if anew else row.broker_id
    else:
        session.add(Introduction(
            client_id=client_id, broker_id=broker_id, on_day=clock.firm_day(),
            noted_by=access.current().user_id,
        ))  # fmt: skip


def erase(client_id: int) -> None:
    """Forget who served a person, and the lines of files that said so."""
    no = work.session().scalar(select(Client.no).where(Client.id == client_id))
    forgetting.forget("relationships", no or "")
    for model in (Handed, Introduction, Serving):
        work.session().execute(delete(model).where(model.client_id == client_id))


def merge(merger: Merger) -> None:
    """Nobody serves the one who goes from today on; who brought him in is kept, if nobody else."""
    supersede(Serving, lambda row: row.client_id == merger.gone, clock.firm_day())
    session = work.session()
    if session.get(Introduction, merger.kept) is None:
        session.execute(
            update(Introduction)
            .where(Introduction.client_id == merger.gone)
            .values(client_id=merger.kept),
            execution_options={"synchronize_session": False},
        )


def settle(ids: tuple[int, ...]) -> None:
    """Nobody is served by nobody, nor by one who left meanwhile: the house desk steps in."""
    today = clock.firm_day()
    present = select(Broker.id).where(or_(Broker.left_on.is_(None), Broker.left_on > today))
    left = select(Client).where(
        Client.id.in_(ids), Client.merged_into.is_(None),
        Client.id.not_in(queries.served_by_any(present)),
    )  # fmt: skip
    for client in work.session().scalars(left).all():  # two at most
        here = select(Client.id).where(Client.id == client.id)
        with changes.one(ChangeKind.SETTLED) as change:
            assign_all(here, desks.of(client.branch), valid_from=today, change=change)


def _refuse_receiver(broker_id: int) -> None:
    """Whoever shall serve is the actor, or one of his direct reports."""
    brokers.one(broker_id)
    if broker_id != access.current().broker_id:
        gate.refuse_unless_may(Broker, broker_id, kind=brokers.KIND, verb="relationship.assign")


def _refuse_unfit(broker_id: int, day: date) -> None:
    broker = work.session().get(Broker, broker_id)
    there = broker is not None and broker.joined_on <= day and broker.left_on is None
    if broker is None or not there or broker.frozen_at is not None:
        raise Invalid({"broker": _("choose a broker who works here from that day on")})
