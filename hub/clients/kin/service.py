"""Related persons are linked, households founded, joined and left; the days stay."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, or_, select

from hub.clients import queries as clients
from hub.clients.kin import queries
from hub.clients.kin.forms import RelationWish
from hub.clients.kin.models import Household, Member, Relation
from hub.clients.kin.rules import INVERSE
from hub.clients.models import Client
from hub.kernel import access, audit, clock, work
from hub.kernel.errors import Conflict, Invalid
from hub.kernel.module import Merger
from hub.kernel.uniting import unite


def relate(client_id: int, wish: RelationWish) -> None:
    """Write down who is what to a client; another client must be one whom the actor sees.

    Raises: NotFound, Forbidden, Invalid, Conflict when it is known already.
    """
    clients.operable(client_id, "clients.write")
    other = _seen(wish.no, "no") if wish.no else None
    if other == client_id:
        raise Invalid({"no": _("This is the client himself.")})
    if other is not None:
        _refuse_known(client_id, other, wish)
    row = Relation(
        client_id=client_id, kind=wish.kind.value, other_id=other, name=wish.name or None,
        contact=wish.contact, valid_from=wish.since, put_by=access.current().user_id,
        put_at=clock.now(),
    )  # fmt: skip
    work.session().add(row)
    work.session().flush()
    audit.append("related", "client", client_id, {"kind": row.kind, "other": other})


def part(client_id: int, relation_id: int) -> None:
    """The relation holds no longer, from today on; from either side.

    Raises: NotFound, Forbidden.
    """
    clients.operable(client_id, "clients.write")
    either = or_(Relation.client_id == client_id, Relation.other_id == client_id)
    open_one = select(Relation).where(
        Relation.id == relation_id, either, Relation.valid_to.is_(None)
    )
    row = access.found(work.session().scalar(open_one))
    detail = {"kind": row.kind, "other": row.other_id}
    _end(row)
    audit.append("parted", "client", client_id, detail)


def found(client_id: int, name: str) -> int:
    """Found a household with a client as its first member → its id.

    Raises: NotFound, Forbidden, Conflict when he belongs to one.
    """
    clients.operable(client_id, "clients.write")
    household = Household(name=name, made_at=clock.now())
    work.session().add(household)
    work.session().flush()
    _join(household.id, client_id)
    return household.id


def join(client_id: int, no: str) -> None:
    """Have another client join a client's household; the actor must be allowed to change both.

    Raises: NotFound, Forbidden, Invalid, Conflict when he belongs to one.
    """
    clients.operable(client_id, "clients.write")
    place = access.found(queries.membership(client_id))
    other = _seen(no, "member")
    clients.operable(other, "clients.write")
    _join(place.household_id, other)


def leave(client_id: int) -> None:
    """A client belongs to his household no longer, from today on.

    Raises: NotFound, Forbidden.
    """
    clients.operable(client_id, "clients.write")
    row = access.found(queries.membership(client_id))
    detail = {"household": row.household_id}
    _end(row)
    audit.append("household-left", "client", client_id, detail)


def erase(client_id: int) -> None:
    """Forget who belonged to a person."""
    either = or_(Relation.client_id == client_id, Relation.other_id == client_id)
    work.session().execute(delete(Relation).where(either))
    work.session().execute(delete(Member).where(Member.client_id == client_id))


def merge(merger: Merger) -> None:
    """Give the one who is kept whoever belonged to the other; what bound the two is gone."""
    both = (merger.kept, merger.gone)
    between = Relation.client_id.in_(both) & Relation.other_id.in_(both)
    work.session().execute(delete(Relation).where(between))
    unite(Relation, merger, keys=("other_id", "kind"))
    unite(Relation, merger, keys=("client_id", "kind"), column="other_id")
    unite(Member, merger, keys=())


def _seen(no: str, field: str) -> int:
    """The client of this number, if the actor sees him."""
    query = clients.visible(Client.id).where(Client.id.in_(clients.numbered(no)))
    found = work.session().scalar(query)
    if found is None:
        raise Invalid({field: _("You see no client of this number.")})
    return int(found)


def _refuse_known(client_id: int, other: int, wish: RelationWish) -> None:
    here = (Relation.client_id == client_id) & (Relation.other_id == other)
    there = (Relation.client_id == other) & (Relation.other_id == client_id)
    same = or_(here & (Relation.kind == wish.kind), there & (Relation.kind == INVERSE[wish.kind]))
    since = or_(Relation.valid_to.is_(None), Relation.valid_to > wish.since)
    if work.session().scalar(select(Relation.id).where(same, since)) is not None:
        raise Conflict(_("This is written down already."), code="relation-known")


def _join(household_id: int, client_id: int) -> None:
    if queries.membership(client_id) is not None:
        raise Conflict(_("This client belongs to a household already."), code="in-a-household")
    row = Member(
        household_id=household_id, client_id=client_id, valid_from=clock.firm_day(),
        put_by=access.current().user_id,
    )  # fmt: skip
    work.session().add(row)
    work.session().flush()
    audit.append("household-joined", "client", client_id, {"household": household_id})


def _end(row: Any) -> None:
    """What began today held on no day: the log alone knows of it."""
    today = clock.firm_day()
    if row.valid_from == today:
        work.session().delete(row)
    else:
        row.valid_to, row.ended_by = today, access.current().user_id
    work.session().flush()
