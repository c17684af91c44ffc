"""Reads of brokers, always through the gate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, case, literal, or_, select

from hub.brokers import tree
from hub.brokers.models import Branch, Broker, Freeze, Qualification, Station
from hub.brokers.rules import Act, BrokerKind, needed_for
from hub.kernel import access, clock, gate, work
from hub.kernel.base import Rows
from hub.kernel.dated import AsOf, holds, known, stands
from hub.kernel.errors import Invalid

SUGGESTED = 200  # brokers that a form names at most
KIND = "broker"  # what the gate calls the rows of this room


@dataclass(frozen=True, slots=True)
class Named:
    """A broker as others read of him."""

    id: int
    no: str
    name: str
    branch: str


def brokers() -> Select[Any]:
    """Brokers whom the present actor may see, those who left too, with their branch."""
    scope = access.scope(access.current(), KIND, Broker.id)
    return select(Broker).join(Branch, Branch.id == Broker.branch_id).where(scope)


def brokers_on(as_of: AsOf) -> Select[Any]:
    """Brokers who worked here on a day and whom the present actor sees, with their branch then."""
    scope = access.scope(access.current(), KIND, Broker.id)
    return (
        select(Broker)
        .join(Station, (Station.broker_id == Broker.id) & stands(Station, as_of))
        .join(Branch, Branch.id == Station.branch_id)
        .where(tree.works_on(as_of.day), scope)
    )


def stations(as_of: AsOf) -> Rows:
    """Where everybody worked in a reading, as what: broker_id, branch_id, title; to be joined.

    Shape: a row each for those who had come; whoever left keeps his last.
    """
    columns = (Station.broker_id, Station.branch_id, Station.title)
    return select(*columns).where(stands(Station, as_of))


def there_from(day: date) -> ColumnElement[date]:
    """A day; of a broker who is yet to come, his first one."""
    today = literal(day, Broker.joined_on.type)
    return case((Broker.joined_on > today, Broker.joined_on), else_=today)


def station_of(row: Broker, as_of: AsOf) -> tuple[str, str]:
    """A broker's branch and title in a reading, before he came those he comes to."""
    then = AsOf(max(as_of.day, row.joined_on), as_of.known_at)
    station = stations(then).where(Station.broker_id == row.id).subquery()
    rows = select(Branch.name, station.c.title).join(station, station.c.branch_id == Branch.id)
    found = work.session().execute(rows).first()
    return (found[0], found[1]) if found is not None else ("", "")


def frozen_on(day: date) -> ColumnElement[bool]:
    """Condition on `Broker`: his hands were held when a day that is over ended."""
    end = literal(clock.end_of(day), Freeze.frozen_at.type)
    row = select(Freeze.id).where(
        Freeze.broker_id == Broker.id, Freeze.frozen_at < end,
        or_(Freeze.thawed_at.is_(None), Freeze.thawed_at >= end),
    )  # fmt: skip
    return row.correlate(Broker).exists()


def was_frozen(broker_id: int, day: date) -> bool:
    """The same of one broker."""
    rows = select(Broker.id).where(Broker.id == broker_id, frozen_on(day))
    return work.session().scalar(rows) is not None


def branch_on(broker_id: int, day: date) -> int | None:
    """Id of the branch in which a broker works on a day."""
    then = stations(AsOf(day)).where(Station.broker_id == broker_id)
    return work.session().scalar(then.with_only_columns(Station.branch_id))


def in_branches(names: Sequence[str]) -> Select[Any]:
    """Ids of the brokers who work in one of these branches today, or will begin there."""
    now = holds(Station, there_from(clock.firm_day()))
    return (
        select(Broker.id)
        .join(Station, (Station.broker_id == Broker.id) & known(Station) & now)
        .join(Branch, Branch.id == Station.branch_id)
        .where(Branch.name.in_(names))
    )


def one(broker_id: int) -> Broker:
    """A broker whom the present actor may see.

    Raises: NotFound, the same for a missing row and for one he may not know of.
    """
    return gate.seen(Broker, broker_id, kind=KIND, verb="brokers.read")


def operable(broker_id: int, verb: str) -> Broker:
    """A broker to whom the present actor may do `verb`.

    Raises: NotFound when he may not see the broker, Forbidden when he may only see him.
    """
    row = one(broker_id)
    gate.refuse_unless_may(Broker, broker_id, kind=KIND, verb=verb)
    return row


def within_reach(verb: str, *, desks: bool = False, himself: bool = False) -> list[Named]:
    """Brokers at work to whom the present actor may do `verb`: for a form's choices.

    Shape: with `himself` the actor comes first, whatever he may do.
    """
    actor = access.current()
    scope = access.scope(actor, f"{KIND}.operate", Broker.id)
    kinds = list(BrokerKind) if desks else [BrokerKind.PERSON]
    some = [
        and_(scope, tree.works_on(clock.firm_day()), Broker.kind.in_(kinds))
    ] if actor.holds(verb) else []  # fmt: skip
    rows = named()
    if himself and actor.broker_id is not None:
        some.append(Broker.id == actor.broker_id)
        rows = rows.order_by(None).order_by(Broker.id != actor.broker_id, Broker.no)
    found = work.session().execute(rows.where(or_(*some)).limit(SUGGESTED)) if some else ()
    return [Named(*row) for row in found]


def named() -> Rows:
    """id, number, name, branch of brokers, by number; the caller answers for the gate."""
    columns = (Broker.id, Broker.no, Broker.name, Branch.name)
    return select(*columns).join(Branch, Branch.id == Broker.branch_id).order_by(Broker.no)


def meant(broker_id: int | None, no: str, field: str) -> int | None:
    """Whom a form means, by id or by number; None when it names nobody.

    Raises: Invalid for a number of nobody whom the present actor may see.
    """
    if not no:
        return broker_id
    found: int | None = work.session().scalar(
        brokers().with_only_columns(Broker.id).where(Broker.no == no)
    )
    if found is None:
        raise Invalid({field: _("you see no broker with this number")})
    return found


def name_of(broker_id: int) -> Named:
    """What anybody may read of a broker he has to do with.

    Raises: NotFound.
    """
    row = work.session().execute(named().where(Broker.id == broker_id)).first()
    return Named(*access.found(row))


def branches() -> list[str]:
    """The firm's branches."""
    return list(work.session().scalars(select(Branch.name).order_by(Branch.name)))


def branch_id(name: str) -> int | None:
    """Id of a branch."""
    return work.session().scalar(select(Branch.id).where(Branch.name == name))


def desk_of(branch: str | None) -> int | None:
    """Id of the house desk that serves a branch: its own, else the head office's."""
    desks = select(Broker.id).where(Broker.kind == BrokerKind.DESK)
    own = desks.join(Branch, Branch.id == Broker.branch_id).where(Branch.name == branch)
    found = work.session().scalar(own) if branch else None
    return found if found is not None else work.session().scalar(desks.order_by(Broker.id).limit(1))


def licences(broker_id: int) -> list[Qualification]:
    """A broker's qualifications, the latest first."""
    rows = select(Qualification).where(Qualification.broker_id == broker_id)
    return list(work.session().scalars(rows.order_by(Qualification.valid_from.desc())))


def allows(broker_id: int, act: Act, day: date | None = None) -> bool:
    """Whether a broker's qualifications allow an act on a day."""
    licence = select(Qualification.id).where(
        Qualification.broker_id == broker_id,
        Qualification.kind.in_(needed_for(act)),
        holds(Qualification, day or clock.firm_day()),
    )
    return work.session().scalar(select(licence.exists())) is True
