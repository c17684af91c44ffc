"""Who has a say in a transfer: seats follow the tree until their holder has spoken."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from hub.brokers import tree
from hub.brokers.models import Broker
from hub.brokers.rules import BrokerKind
from hub.kernel import access, clock, work, workitems
from hub.kernel.dated import AsOf, holds
from hub.relationship.models import Deputy
from hub.relationship.rules import SIDES, Seat, seats
from hub.relationship.transfer_models import Transfer, Vote
from hub.relationship.transfer_queries import acts_for

WORK_KIND = "relationship.vote"


def settle(row: Transfer) -> None:
    """Whoever holds a place now has its seat, if nobody has spoken for it yet."""
    before = _open(row)
    spoken = {vote.seat for vote in _votes(row) if vote.agreed is not None}
    holders = {seat: one for seat, one in _holders(row).items() if seat not in spoken}
    for vote in before:
        holder = holders.pop(Seat(vote.seat), None)
        if holder is None:
            work.session().delete(vote)
        elif holder != vote.broker_id:
            _drop(row, vote.broker_id)
            vote.broker_id = holder
    for seat, holder in holders.items():
        work.session().add(Vote(transfer_id=row.id, seat=seat, broker_id=holder))
    work.session().flush()


def ring(row: Transfer) -> None:
    """Each holder of an open seat has it among his things to do."""
    waiting = {vote.broker_id for vote in _open(row)}
    people = select(Broker.id, Broker.user_id).where(
        Broker.id.in_(waiting), Broker.user_id.is_not(None)
    )
    for broker_id, user_id in work.session().execute(people):
        workitems.begin(workitems.Wish(
            kind=WORK_KIND, cause=_cause(row, broker_id), subject_id=row.id, owner_id=user_id,
            label=str(row.id),
        ))  # fmt: skip


def hush(row: Transfer) -> None:
    """Nobody is asked any more: it is over, or he has spoken."""
    waiting = {vote.broker_id for vote in _open(row)} if row.ended_at is None else set()
    for broker_id in {vote.broker_id for vote in _votes(row)} - waiting:
        _drop(row, broker_id)


def mine(row: Transfer) -> list[Vote]:
    """The open seats that the present actor may fill: his own, and by standing in.

    Shape: one person does not speak for both sides by standing in for somebody.
    """
    actor, every = access.current(), _votes(row)
    own = [vote for vote in every if vote.broker_id == actor.broker_id]
    spoken = {SIDES[Seat(one.seat)] for one in every if one in own or one.user_id == actor.user_id}
    found = [vote for vote in own if vote.agreed is None]
    for vote in every:
        sides = spoken | {SIDES[Seat(vote.seat)]}
        if vote.agreed is None and vote not in own and len(sides) == 1 and acts_for(vote.broker_id):
            found.append(vote)
            spoken = sides
    return found


def has_open(row: Transfer) -> bool:
    """Whether somebody still has to speak."""
    return bool(_open(row))


def leader_of(broker_id: int) -> int | None:
    """Id of who leads a broker today, or led him last; if that one has left, of who led him."""
    today = clock.firm_day()
    left_on = work.session().get_one(Broker, broker_id).left_on
    gone = left_on is not None and left_on <= today
    day = left_on - timedelta(days=1) if left_on is not None and gone else today
    found = tree.superior_of(broker_id, as_of=AsOf(day))
    if found is None:
        return None
    leader = work.session().get_one(Broker, found)
    has_left = leader.left_on is not None and leader.left_on <= today
    return leader_of(found) if has_left else found


def _holders(row: Transfer) -> dict[Seat, int]:
    """Both brokers and the direct manager of each; a leaver's manager alone."""
    giver, today = work.session().get_one(Broker, row.giver_id), clock.firm_day()
    manager = leader_of(giver.id)
    has_say = giver.kind == BrokerKind.PERSON
    has_say &= giver.left_on is None or giver.left_on > today
    if manager is not None and manager != row.receiver_id:
        # Whoever receives them must not speak for who gives them: his manager does, alone.
        has_say &= _deputy(giver.id) != row.receiver_id
    return seats(
        giver.id if has_say else None, manager, row.receiver_id, leader_of(row.receiver_id)
    )


def _deputy(broker_id: int) -> int | None:
    absent = Deputy.ended_at.is_(None) & holds(Deputy, clock.firm_day())
    return work.session().scalar(
        select(Deputy.deputy_id).where(Deputy.absent_id == broker_id, absent)
    )


def _votes(row: Transfer) -> list[Vote]:
    every = select(Vote).where(Vote.transfer_id == row.id).order_by(Vote.seat)
    return list(work.session().scalars(every))


def _open(row: Transfer) -> list[Vote]:
    return [vote for vote in _votes(row) if vote.agreed is None]


def _cause(row: Transfer, broker_id: int) -> str:
    return f"{WORK_KIND}:{row.id}:{broker_id}"


def _drop(row: Transfer, broker_id: int) -> None:
    workitems.drop(_cause(row, broker_id))
