"""Transfers: asked by the giving side, agreed to by every seat, then done at once and told."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, false, func, insert, literal, select, update

from hub.brokers import queries as brokers
from hub.brokers import tree
from hub.brokers.models import Broker
from hub.brokers.rules import BrokerKind
from hub.kernel import access, audit, clock, gate, work, workitems
from hub.kernel.dated import AsOf
from hub.kernel.errors import Conflict, Invalid
from hub.relationship import queries, service, telling, transfer_queries
from hub.relationship.deputies import person_at_work
from hub.relationship.forms import Say, TransferWish
from hub.relationship.models import Serving
from hub.relationship.rules import TransferState, seats
from hub.relationship.transfer_models import Handed, Transfer, Vote

WORK_KIND = "relationship.vote"


def ask(wish: TransferWish) -> int:
    """Wish that clients change hands; whoever asks has said yes for his own seats → its id.

    Raises: NotFound, Forbidden, Invalid.
    """
    access.demand("relationship.transfer")
    giver = _giver(wish.giver)
    receiver = person_at_work(wish.receiver_no, "receiver_no")
    if receiver.id == giver.id:
        raise Invalid({"receiver_no": _("somebody else has to receive them")})
    if wish.valid_from < clock.firm_day():
        raise Invalid({"valid_from": _("what was served stays: today or later")})
    row = Transfer(
        giver_id=giver.id, receiver_id=receiver.id, valid_from=wish.valid_from,
        reason=wish.reason, notes=wish.notes, state=TransferState.OPEN, people=0,
        asked_by=access.current().user_id, asked_at=clock.now(),
    )  # fmt: skip
    work.session().add(row)
    work.session().flush()
    row.people = _choose(row, wish.clients)
    _seat(row, giver, receiver)
    audit.append("transfer-asked", "broker", giver.id, {"transfer": row.id, "to": receiver.id})
    _say(row, agreed=True, why="")
    return row.id


def say(transfer_id: int, wish: Say) -> None:
    """Agree or refuse, for every seat that is one's own or whose holder one stands in for.

    Raises: NotFound, Forbidden, Conflict when it is over, Invalid for a refusal without a reason.
    """
    access.demand("relationship.transfer")
    row = transfer_queries.locked(transfer_id)
    agreed = wish.agreed == "yes"
    if not agreed and not wish.why:
        raise Invalid({"why": _("say why not")})
    if not _say(row, agreed=agreed, why=wish.why):
        gate.refuse(Transfer, transfer_id, kind="transfer", verb="relationship.transfer")


def withdraw(transfer_id: int) -> None:
    """Whoever asked for it wishes it no more.

    Raises: NotFound, Forbidden, Conflict when it is over.
    """
    row = transfer_queries.locked(transfer_id)
    if row.asked_by != access.current().user_id:
        gate.refuse(Transfer, transfer_id, kind="transfer", verb="relationship.transfer")
    _end(row, TransferState.WITHDRAWN)


def farewell(broker_id: int) -> None:
    """A broker leaves: his say is his manager's, and nobody is handed to him any more."""
    open_ones = select(Transfer).where(Transfer.state == TransferState.OPEN)
    for row in work.session().scalars(open_ones.where(Transfer.receiver_id == broker_id)):
        _end(row, TransferState.REFUSED)
    his = Vote.broker_id == broker_id
    mine = select(Transfer.id).where(Transfer.giver_id == broker_id)
    gone = delete(Vote).where(his, Vote.agreed.is_(None), Vote.transfer_id.in_(mine))
    work.session().execute(gone.execution_options(synchronize_session="fetch"))
    for row in work.session().scalars(open_ones.where(Transfer.giver_id == broker_id)):
        _finish_if_agreed(row)


def _giver(broker_id: int) -> Broker:
    """Whose clients they are: one's own, whom one stands in for, or a direct report's."""
    row = brokers.one(broker_id)
    if not transfer_queries.acts_for(broker_id):
        gate.refuse_unless_may(Broker, broker_id, kind=brokers.KIND, verb="relationship.assign")
    return row


def _choose(row: Transfer, clients: list[int]) -> int:
    """Put the clients down: those named, else all whom the giver serves on the day."""
    served = queries.served_by_any(select(literal(row.giver_id)), row.valid_from)
    chosen = served if not clients else served.where(Serving.client_id.in_(clients))
    found = chosen.subquery()
    rows = select(literal(row.id, Transfer.id.type), found.c.client_id, false())
    work.session().execute(insert(Handed).from_select(["transfer_id", "client_id", "moved"], rows))
    mine = select(func.count()).where(Handed.transfer_id == row.id)
    count = work.session().scalar(mine) or 0
    if clients and count != len(set(clients)):
        raise Invalid({"clients": _("some of them are not served by the giver on that day")})
    if not count:
        raise Invalid({"clients": _("the giver serves nobody on that day")})
    return count


def _seat(row: Transfer, giver: Broker, receiver: Broker) -> None:
    """Who has a say: both brokers and the direct manager of each; a leaver's manager alone."""
    day = AsOf(clock.firm_day())
    stays = giver.kind == BrokerKind.PERSON and giver.left_on is None
    holders = seats(
        giver.id if stays else None, tree.superior_of(giver.id, as_of=day),
        receiver.id, tree.superior_of(receiver.id, as_of=day),
    )  # fmt: skip
    for seat, broker_id in holders.items():
        work.session().add(Vote(transfer_id=row.id, seat=seat, broker_id=broker_id))
    work.session().flush()
    waiting = select(Broker.id, Broker.user_id).where(Broker.id.in_(set(holders.values())))
    for broker_id, user_id in work.session().execute(waiting):
        if user_id is not None and user_id != access.current().user_id:
            workitems.begin(workitems.Wish(
                kind=WORK_KIND, cause=f"{WORK_KIND}:{row.id}:{broker_id}", subject_id=row.id,
                owner_id=user_id, label=str(row.id),
            ))  # fmt: skip


def _say(row: Transfer, *, agreed: bool, why: str) -> bool:
    """Fill the actor's open seats → whether he had one."""
    actor, found = access.current(), False
    open_seats = select(Vote).where(Vote.transfer_id == row.id, Vote.agreed.is_(None))
    for vote in work.session().scalars(open_seats).all():
        if not transfer_queries.acts_for(vote.broker_id):
            continue
        vote.agreed, vote.why = agreed, why
        vote.user_id, vote.said_at = actor.user_id, clock.now()
        workitems.drop(f"{WORK_KIND}:{row.id}:{vote.broker_id}")
        told = {"transfer": row.id, "agreed": agreed, "seat": vote.seat}
        audit.append("transfer-voted", "broker", vote.broker_id, told)
        found = True
    work.session().flush()
    if found and not agreed:
        _end(row, TransferState.REFUSED)
    elif found:
        _finish_if_agreed(row)
    return found


def _finish_if_agreed(row: Transfer) -> None:
    missing = select(func.count()).where(Vote.transfer_id == row.id, Vote.agreed.is_(None))
    if not work.session().scalar(missing):
        _move(row)


def _move(row: Transfer) -> None:
    """Everybody whom the giver still serves on the day changes hands, in one go."""
    row.moved_on = max(row.valid_from, clock.firm_day())
    still = queries.served_by_any(select(literal(row.giver_id)), row.moved_on)
    named = update(Handed).where(Handed.transfer_id == row.id, Handed.client_id.in_(still))
    done: Any = work.session().execute(
        named.values(moved=True), execution_options={"synchronize_session": False}
    )
    row.moved, row.left_out = int(done.rowcount), row.people - int(done.rowcount)
    service.assign_all(transfer_queries.moved_of(row), row.receiver_id, valid_from=row.moved_on)
    _end(row, TransferState.DONE)
    telling.tell(row)


def _end(row: Transfer, state: TransferState) -> None:
    if row.state != TransferState.OPEN:
        raise Conflict(_("this transfer is over"), code="transfer-over")
    row.state, row.ended_at = state, clock.now()
    for broker_id in work.session().scalars(
        select(Vote.broker_id).where(Vote.transfer_id == row.id)
    ):
        workitems.drop(f"{WORK_KIND}:{row.id}:{broker_id}")
    audit.append(f"transfer-{state}", "broker", row.giver_id, {"transfer": row.id})
