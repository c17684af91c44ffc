"""Take brokers in, change what is written about them, freeze them, let them go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select, update

from hub.brokers import desks, leaving, moving, queries, stations, tree
from hub.brokers.events import BrokerLeft
from hub.brokers.forms import BrokerChange, Entry, Farewell
from hub.brokers.models import Broker, Freeze, Post, Qualification
from hub.brokers.posts import stop
from hub.brokers.rules import BrokerKind
from hub.kernel import access, audit, clock, live, outbox, work
from hub.kernel.dated import meets
from hub.kernel.errors import Conflict, Invalid

OFFICE = "brokers.office"  # the right to keep the whole tree, whoever stands where

_farewells: dict[str, Callable[[int, date], None]] = {}


def bid_farewell_with(name: str, act: Callable[[int, date], None]) -> None:
    """Have a later room do its part when a broker leaves on a day, or refuse it."""
    _farewells[name] = act


def create(entry: Entry) -> int:
    """Take a broker in, under somebody → his id; the first of all stands at the root.

    Raises: Forbidden, NotFound, Invalid.
    """
    actor = access.demand("brokers.write")
    _refuse_taken(entry.no, but=0)
    superior = queries.meant(entry.superior, entry.superior_no, "superior_no")
    superior = superior if superior is not None else actor.broker_id
    if superior is None and tree.root() is not None:
        raise Invalid({"superior_no": _("say who leads him")})
    row = Broker(
        no=entry.no, name=entry.name, title=entry.title, branch_id=branch(entry.branch),
        kind=BrokerKind.PERSON, joined_on=entry.joined_on, created_at=clock.now(),
    )  # fmt: skip
    work.session().add(row)
    work.session().flush()
    stations.begin(Broker.id == row.id)
    moving.enter(row, superior, entry.joined_on)
    desks.settle()
    audit.append("created", "broker", row.id, {"superior": superior})
    return row.id


def change(broker_id: int, card: BrokerChange) -> None:
    """Change what is written about a broker; another branch or title holds from the day it names.

    Raises: NotFound, Forbidden, Invalid, Conflict for a house desk.
    """
    row = queries.operable(broker_id, "brokers.write")
    _refuse_taken(card.no, but=broker_id)
    row.no, row.name = card.no, card.name
    where = branch(card.branch)
    if row.kind == BrokerKind.DESK and where != row.branch_id:
        raise Conflict(_("a house desk stays as long as its branch"), code="desk-stays")
    day = stations.change(row, where, card.title, card.valid_from)
    audit.append(
        "changed", "broker", broker_id, {"branch": where, "from": day} if day is not None else None
    )


def freeze(broker_id: int) -> None:
    """Hold a broker's hands: he reads on, changes nothing and gets no new clients.

    Raises: NotFound, Forbidden, Conflict for oneself: nobody could undo it.
    """
    row = queries.operable(broker_id, "brokers.write")
    if broker_id == access.current().broker_id:
        raise Conflict(_("Nobody freezes himself: ask who leads you."), code="oneself")
    if row.frozen_at is None:
        row.frozen_at = clock.now()
        work.session().add(Freeze(
            broker_id=broker_id, frozen_at=row.frozen_at, frozen_by=access.current().user_id,
        ))  # fmt: skip
    _tell_user(row)
    audit.append("frozen", "broker", broker_id)


def thaw(broker_id: int) -> None:
    """Let a frozen broker work again.

    Raises: NotFound, Forbidden.
    """
    row = queries.operable(broker_id, "brokers.write")
    row.frozen_at = None
    work.session().execute(
        update(Freeze)
        .where(Freeze.broker_id == broker_id, Freeze.thawed_at.is_(None))
        .values(thawed_at=clock.now(), thawed_by=access.current().user_id)
    )
    _tell_user(row)
    audit.append("thawed", "broker", broker_id)


def leave(broker_id: int, farewell: Farewell) -> None:
    """A broker leaves: his reports go to the heir, his posts and licences end, he is out.

    Raises: NotFound, Forbidden, Invalid, Conflict for the root and for whoever still leads.
    """
    row = queries.operable(broker_id, "brokers.place")
    day = farewell.left_on
    if row.kind == BrokerKind.DESK:
        raise Conflict(_("a house desk stays as long as its branch"), code="desk-stays")
    if row.left_on is not None and row.left_on <= day:
        raise Conflict(_("he has left on %(day)s", day=row.left_on), code="has-left")
    if day < row.joined_on:
        raise Invalid({"left_on": _("he came on %(day)s", day=row.joined_on)})
    heir = queries.meant(farewell.heir, farewell.heir_no, "heir_no")
    leaving.depart(broker_id, day, heir)
    row.left_on = day
    _end_what_he_holds(broker_id, day)
    for act in _farewells.values():
        act(broker_id, day)
    _tell_user(row)
    audit.append("left", "broker", broker_id, {"on": day, "heir": heir})
    outbox.publish(BrokerLeft(broker_id=broker_id, left_on=day))


def link_user(broker_id: int, user_id: int | None) -> None:
    """Have a user be this broker, or nobody.

    Raises: NotFound, Forbidden, Conflict when the user is another broker.
    """
    access.demand(OFFICE)
    row = queries.one(broker_id)
    if user_id is not None:
        other = select(Broker.id).where(Broker.user_id == user_id, Broker.id != broker_id)
        if work.session().scalar(other) is not None:
            raise Conflict(_("this user is another broker"), code="user-taken")
    _tell_user(row)
    row.user_id = user_id
    _tell_user(row)
    audit.append("user-linked", "broker", broker_id, {"user": user_id})


def branch(name: str) -> int:
    """Id of a branch; whoever keeps the whole tree makes it by naming it.

    Raises: Invalid for a branch that is not there.
    """
    found = queries.branch_id(name)
    if found is None and not access.current().holds(OFFICE):
        raise Invalid({"branch": _("there is no such branch; whoever keeps the tree makes it")})
    return desks.branch(name) if found is None else found


def _refuse_taken(no: str, *, but: int) -> None:
    same = select(Broker.id).where(Broker.no == no, Broker.id != but)
    if work.session().scalar(same) is not None:
        raise Invalid({"no": _("another broker has this number")})


def _end_what_he_holds(broker_id: int, day: date) -> None:
    session = work.session()
    posts = select(Post).where(Post.broker_id == broker_id, meets(Post, day, None))
    licences = select(Qualification).where(
        Qualification.broker_id == broker_id, meets(Qualification, day, None)
    )
    for post in session.scalars(posts):
        stop(post, day)
    for licence in session.scalars(licences):
        if licence.valid_from < day:
            licence.valid_to = day
        else:
            session.delete(licence)


def _tell_user(row: Broker) -> None:
    """What a user may has changed: what is open for him is opened anew."""
    if row.user_id is not None:
        live.drop(f"user:{row.user_id}")
