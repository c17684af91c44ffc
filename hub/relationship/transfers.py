"""Transfers: asked by the giving side, agreed to by every seat, then done at once and told."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import false, func, insert, literal, select, update

from hub.brokers import queries as brokers
from hub.brokers.models import Broker
from hub.kernel import access, audit, clock, gate, work
from hub.kernel.errors import Conflict, Invalid
from hub.relationship import changes, seating, service, transfer_queries
from hub.relationship.deputies import person_at_work
from hub.relationship.forms import Say, TransferWish
from hub.relationship.models import Serving
from hub.relationship.rules import ChangeKind, TransferState
from hub.relationship.transfer_models import Handed, Transfer


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
    seating.settle(row)
    audit.append("transfer-asked", "broker", giver.id, {"transfer": row.id, "to": receiver.id})
    _say(row, agreed=True, why="")
    return row.id


def say(transfer_id: int, wish: Say) -> None:
    """Agree or refuse, for every seat that is one's own or whose holder one stands in for.

    Raises: NotFound, Forbidden, Conflict when it is over, Invalid for a refusal without a reason.
    """
    access.demand("relationship.transfer")
    row = transfer_queries.locked(transfer_id)
    seating.settle(row)
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


def settle(broker_id: int | None = None) -> None:
    """Seats of open transfers follow the tree; of those that a broker has to do with, or of all.

    Shape: one whose last open seat is gone is done; one whose receiver has left is refused.
    """
    for row in work.session().scalars(transfer_queries.open_about(broker_id)).all():
        receiver = work.session().get_one(Broker, row.receiver_id)
        if receiver.left_on is not None and receiver.left_on <= clock.firm_day():
            _end(row, TransferState.REFUSED)
            continue
        seating.settle(row)
        seating.ring(row)
        _finish_if_agreed(row)


def _giver(broker_id: int) -> Broker:
    """Whose clients they are: one's own, whom one stands in for, or a direct report's."""
    row = brokers.one(broker_id)
    if not transfer_queries.acts_for(broker_id):
        gate.refuse_unless_may(Broker, broker_id, kind=brokers.KIND, verb="relationship.assign")
    return row


def _choose(row: Transfer, clients: list[int]) -> int:
    """Put the clients down: those named, else all whom the giver serves on the day."""
    served = transfer_queries.given_by(row, row.valid_from)
    chosen = served if not clients else served.where(Serving.client_id.in_(clients))
    found = chosen.subquery()
    rows = select(literal(row.id, Transfer.id.type), found.c.client_id, false())
    work.session().execute(insert(Handed).from_select(["transfer_id", "client_id", "moved"], rows))
    mine = select(func.count()).where(Handed.transfer_id == row.id)
    count = work.session().scalar(mine) or 0
    if clients and count != len(set(clients)):
        told = _("the giver does not serve some of them on that day, or promised them to another")
        raise Invalid({"clients": told})
    if not count:
        raise Invalid({"clients": _("the giver serves nobody on that day")})
    return count


def _say(row: Transfer, *, agreed: bool, why: str) -> bool:
    """Fill the actor's open seats → whether he had one."""
    found = seating.mine(row)
    for vote in found:
        vote.agreed, vote.why = agreed, why
        vote.user_id, vote.said_at = access.current().user_id, clock.now()
        told = {"transfer": row.id, "agreed": agreed, "seat": vote.seat}
        audit.append("transfer-voted", "broker", vote.broker_id, told)
    work.session().flush()
    if found and not agreed:
        _end(row, TransferState.REFUSED)
    elif found:
        _finish_if_agreed(row)
    if row.state == TransferState.OPEN:
        seating.hush(row)
        seating.ring(row)
    return bool(found)


def _finish_if_agreed(row: Transfer) -> None:
    """Move them once nobody has to speak; not to one who is frozen or about to leave."""
    if transfer_queries.can_receive(row) and not seating.has_open(row):
        _move(row)


def _move(row: Transfer) -> None:
    """Everybody whom the giver still serves on the day changes hands, in one go."""
    row.moved_on = max(row.valid_from, clock.firm_day())
    still = transfer_queries.given_by(row, row.moved_on)
    named = update(Handed).where(Handed.transfer_id == row.id, Handed.client_id.in_(still))
    done: Any = work.session().execute(
        named.values(moved=True), execution_options={"synchronize_session": False}
    )
    row.moved, row.left_out = int(done.rowcount), row.people - int(done.rowcount)
    _end(row, TransferState.DONE)
    with changes.one(ChangeKind.TRANSFER, row.giver_id) as change:
        handed = transfer_queries.moved_of(row)
        service.assign_all(handed, row.receiver_id, valid_from=row.moved_on, change=change)


def _end(row: Transfer, state: TransferState) -> None:
    if row.state != TransferState.OPEN:
        raise Conflict(_("this transfer is over"), code="transfer-over")
    row.state, row.ended_at = state, clock.now()
    seating.hush(row)
    audit.append(f"transfer-{state}", "broker", row.giver_id, {"transfer": row.id})
