"""Reads of clients, always through the gate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select

from hub.accounts.persons import Standing
from hub.clients.addresses import masked
from hub.clients.flags import is_set
from hub.clients.models import Address, Client, Contact, Fact, Segment
from hub.kernel import access, gate, work
from hub.kernel.errors import Conflict

COUNTED = 10_000  # a home page says "more than" beyond
NAMES_MOST = 500  # offered for one field


class Merged(Conflict):
    """The client's row was merged into another's."""

    code = "client-merged"


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A contact point as a page shows it: `shown` is masked."""

    id: int
    kind: str
    label: str
    is_primary: bool
    shown: str
    is_shared: bool
    is_invalid: bool


def visible(*columns: Any) -> Select[Any]:
    """Clients whom the present actor may see, merged ones left out."""
    scope = access.scope(access.current(), "client", Client.id)
    return select(*(columns or (Client,))).where(scope, Client.merged_into.is_(None))


def one(client_id: int) -> Client:
    """A client whom the present actor may see; a merged one by whoever sees who he is now.

    Raises: NotFound, the same for a missing row and for somebody else's client.
    """
    into = work.session().scalar(select(Client.merged_into).where(Client.id == client_id))
    row = gate.seen(Client, into or client_id, kind="client", verb="clients.read")
    return row if into is None else work.session().get_one(Client, client_id)


def operable(client_id: int, verb: str) -> Client:
    """A client to whom the present actor may do `verb`.

    Raises: NotFound when he may not see the client, Forbidden when he may only see him,
        Merged when the row is another's.
    """
    row = one(client_id)
    if row.merged_into is not None:
        raise Merged(_("This client was merged into another: write there."))
    gate.refuse_unless_may(Client, client_id, kind="client", verb=verb)
    return row


def numbered(no: str) -> Select[Any]:
    """Id of the client with this number; of a merged one's, who he is now."""
    return select(func.coalesce(Client.merged_into, Client.id)).where(Client.no == no)


def present(client_id: int) -> int:
    """Who a client is now, one whom the present actor may see: a merged one is the kept one.

    Raises: NotFound.
    """
    row = one(client_id)
    return row.merged_into or row.id


def present_row(client_id: int) -> Client:
    """The same with all that is written of him.

    Raises: NotFound.
    """
    row = one(client_id)
    return row if row.merged_into is None else one(row.merged_into)


def rows_of(client_id: int | ColumnElement[int]) -> Select[Any]:
    """Ids of all rows that are this client: his own, and those merged into him."""
    return select(Client.id).where(or_(Client.id == client_id, Client.merged_into == client_id))


# Every request asks this: the statement is built once.
_STANDING = select(Client.id).where(
    Client.user_id == bindparam("user"), Client.merged_into.is_(None)
)


def standing(user_id: int) -> Standing:
    """Which client a user is."""
    return Standing(client_id=work.session().scalar(_STANDING, {"user": user_id}))


def contacts(client_id: int) -> list[ContactLine]:
    """The client's contact points, primary ones first; values masked."""
    rows = work.session().execute(
        select(
            Contact, Address.value,
            is_set("shared", Address.flags), is_set("invalid", Address.flags),
        )
        .join(Address, Address.id == Contact.address_id)
        .where(Contact.client_id == client_id)
        .order_by(Contact.kind.desc(), Contact.is_primary.desc(), Contact.id)
    )  # fmt: skip
    return [
        ContactLine(
            contact.id, contact.kind, contact.label, contact.is_primary,
            masked(contact.kind, value), shared, invalid,
        )
        for contact, value, shared, invalid in rows
    ]  # fmt: skip


def address_value(client_id: int, contact_id: int) -> str:
    """The whole value of a contact point.

    Raises: NotFound.
    """
    value = work.session().scalar(
        select(Address.value)
        .join(Contact, Contact.address_id == Address.id)
        .where(Contact.id == contact_id, Contact.client_id == client_id)
    )
    return access.found(value)


def count_visible() -> int:
    """How many clients the present actor may see; no further than one above `COUNTED`."""
    some = visible(Client.id).limit(COUNTED + 1).subquery()
    return work.session().scalar(select(func.count()).select_from(some)) or 0


def facts_of(client_id: int) -> list[Fact]:
    """What is known now of the client's dated facts, latest first."""
    rows = work.session().scalars(
        select(Fact)
        .where(Fact.client_id == client_id, Fact.known_to.is_(None))
        .order_by(Fact.name, Fact.valid_from.desc())
    )
    return list(rows)


KNOWN = {"city": Client.city, "branch": Client.branch}


def names_in_use(name: str) -> list[str]:
    """Distinct texts of a column of `KNOWN` among the clients whom the present actor may see.

    Shape: sorted; no more than `NAMES_MOST`.
    Raises: NotFound for another column.
    """
    column = access.found(KNOWN.get(name))
    names = visible(column).where(column.is_not(None)).distinct().order_by(column)
    return list(work.session().scalars(names.limit(NAMES_MOST)))


def segments() -> Select[Any]:
    """Segments that the present actor owns or that are shared."""
    actor = access.current()
    return select(Segment).where(or_(Segment.shared, Segment.owner_id == actor.user_id))


def segment(segment_id: int) -> Segment:
    """A segment that the present actor may use.

    Raises: NotFound.
    """
    row: Segment | None = work.session().scalar(segments().where(Segment.id == segment_id))
    return access.found(row)


def personal(client_id: int) -> dict[str, Any]:
    """Everything these tables hold of a client."""
    session = work.session()
    client = access.found(session.get(Client, client_id))
    points = session.execute(
        select(Address.kind, Address.value, Contact.label, Contact.is_primary)
        .join(Contact, Contact.address_id == Address.id)
        .where(Contact.client_id == client_id)
    )
    facts = session.scalars(select(Fact).where(Fact.client_id == client_id))
    return {
        "profile": _plain(client),
        "contacts": [dict(row) for row in points.mappings()],
        "facts": [_plain(fact) for fact in facts],
    }


def _plain(row: Any) -> dict[str, Any]:
    values = {column.name: getattr(row, column.name) for column in row.__table__.columns}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }
