"""Deputies for leave: whoever stands in serves the other's clients on those days, and no longer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from hub.brokers import queries as brokers
from hub.brokers.models import Broker
from hub.brokers.rules import BrokerKind
from hub.kernel import access, audit, clock, gate, work
from hub.kernel.dated import holds, meets
from hub.kernel.errors import Conflict, Invalid
from hub.pages.readings import Reading
from hub.relationship.forms import DeputyWish
from hub.relationship.models import Deputy


@dataclass(frozen=True, slots=True)
class DeputyLine:
    """Who stands in for whom, as a page shows it."""

    id: int
    absent: str
    absent_id: int
    deputy: str
    deputy_no: str
    valid_from: date
    valid_to: date
    reason: str


def person_at_work(no: str, field: str) -> Broker:
    """The person at work who has a number, whoever asks: his name stands in every letter.

    Raises: Invalid.
    """
    row = work.session().scalar(select(Broker).where(Broker.no == no))
    if row is None or row.kind != BrokerKind.PERSON or row.left_on is not None:
        raise Invalid({field: _("no broker at work has this number")})
    if row.frozen_at is None:
        return row
    # That he is frozen is told to those who see him.
    mine = brokers.brokers().with_only_columns(Broker.id).where(Broker.id == row.id)
    if work.session().scalar(mine) is None:
        raise Invalid({field: _("no broker at work has this number")})
    raise Invalid({field: _("%(name)s is frozen", name=row.name)})


def name(absent_id: int, wish: DeputyWish) -> int:
    """Have somebody stand in for a broker; he himself or his direct manager says so → its id.

    Raises: NotFound, Forbidden, Invalid, Conflict for days that have a deputy.
    """
    _himself_or_operable(absent_id)
    row = person_at_work(wish.deputy_no, "deputy_no")
    if row.id == absent_id:
        raise Invalid({"deputy_no": _("somebody else has to stand in")})
    if wish.valid_to <= wish.valid_from or wish.valid_to <= clock.firm_day():
        raise Invalid({"valid_to": _("it has to end after it begins, and not in the past")})
    _refuse_absent(row.id, row.name, wish)
    _refuse_two(absent_id, wish)
    deputy = Deputy(
        absent_id=absent_id, deputy_id=row.id, valid_from=wish.valid_from,
        valid_to=wish.valid_to, reason=wish.reason, made_by=access.current().user_id,
        made_at=clock.now(),
    )  # fmt: skip
    work.session().add(deputy)
    work.session().flush()
    told = {"deputy": row.id, "from": wish.valid_from, "to": wish.valid_to}
    audit.append("deputised", "broker", absent_id, told)
    return deputy.id


def call_off(absent_id: int, deputy_id: int) -> None:
    """Nobody stands in any more, at once.

    Raises: NotFound, Forbidden, Conflict.
    """
    _himself_or_operable(absent_id)
    his = select(Deputy).where(Deputy.id == deputy_id, Deputy.absent_id == absent_id)
    row = access.found(work.session().scalar(his))
    if row.ended_at is not None:
        raise Conflict(_("this was called off already"), code="called-off")
    row.ended_at, row.ended_by = clock.now(), access.current().user_id
    audit.append("deputy-called-off", "broker", absent_id, {"deputy": row.deputy_id})


def of_broker(broker_id: int, reading: Reading | None = None) -> list[DeputyLine]:
    """Who stands or will stand in for a broker, and for whom he does; the first day first.

    Shape: of a day, who did on it, as it was known.
    """
    absent, deputy = aliased(Broker), aliased(Broker)
    rows = work.session().execute(
        select(
            Deputy.id, absent.name, absent.id, deputy.name, deputy.no, Deputy.valid_from,
            Deputy.valid_to, Deputy.reason,
        )
        .join(absent, absent.id == Deputy.absent_id)
        .join(deputy, deputy.id == Deputy.deputy_id)
        .where((Deputy.absent_id == broker_id) | (Deputy.deputy_id == broker_id))
        .where(_stands(reading or Reading()))
        .order_by(Deputy.valid_from)
    )  # fmt: skip
    return [DeputyLine(*row) for row in rows]


def _stands(reading: Reading) -> ColumnElement[bool]:
    """Condition: it was not called off before the day was over, and holds or is to come."""
    as_of = reading.as_of
    kept = or_(Deputy.ended_at.is_(None), Deputy.ended_at >= clock.end_of(as_of.day))
    if as_of.known_at is not None:
        at = as_of.known_at
        kept = and_(Deputy.made_at <= at, or_(kept, Deputy.ended_at > at))
    days = Deputy.valid_to > as_of.day if reading.day is None else holds(Deputy, as_of.day)
    return and_(kept, days)


def _himself_or_operable(broker_id: int) -> None:
    brokers.one(broker_id)
    if broker_id != access.demand("relationship.deputise").broker_id:
        gate.refuse_unless_may(Broker, broker_id, kind=brokers.KIND, verb="relationship.deputise")


def _days_meet(who: Any, wish: DeputyWish) -> Any:
    return select(Deputy.id).where(
        who, Deputy.ended_at.is_(None), meets(Deputy, wish.valid_from, wish.valid_to)
    )


def _refuse_absent(broker_id: int, name: str, wish: DeputyWish) -> None:
    if work.session().scalar(_days_meet(Deputy.absent_id == broker_id, wish)) is not None:
        raise Invalid({"deputy_no": _("%(name)s cannot stand in on these days", name=name)})


def _refuse_two(absent_id: int, wish: DeputyWish) -> None:
    if work.session().scalar(_days_meet(Deputy.absent_id == absent_id, wish)) is not None:
        raise Conflict(_("somebody stands in on some of these days"), code="has-deputy")
