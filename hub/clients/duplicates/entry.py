"""On the way in: who is in the book already and looks like the newcomer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, Select, and_, exists, false, literal, or_, select, union

from hub.clients import names, service
from hub.clients import queries as clients
from hub.clients.addresses import Point
from hub.clients.duplicates import service as duplicates
from hub.clients.duplicates.finding import bits, last_digits, living, local_part
from hub.clients.duplicates.rules import ALIKE, LARGEST, LEAST, NAMESAKES, Clue, score
from hub.clients.forms import NewClient
from hub.clients.models import Address, Client, Contact
from hub.clients.rules import AddressKind
from hub.kernel import access, audit, work
from hub.kernel.errors import Conflict

CLUE_OF = {AddressKind.SMS: Clue.PHONE, AddressKind.EMAIL: Clue.MAILBOX}


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """A client who looks like a newcomer.

    Shape: `client_id`, `no` and `name` are None for one whom the present actor may not see.
    """

    client_id: int | None
    no: str | None
    name: str | None
    clues: int


class LikelyKnown(Conflict):
    """The newcomer looks like somebody in the book: say why he is not, or leave it."""

    code = "likely-known"

    def __init__(self, found: list[Likeness]) -> None:
        seen = [f"{one.name} ({one.no})" for one in found if one.client_id is not None]
        told = [_("Likely in the book already: %(who)s.", who=", ".join(seen))] if seen else []
        if unseen := len(found) - len(seen):
            told.append(unseen_text(unseen))
        told.append(_("Say in “knowingly” why this is somebody else, to take him in all the same."))
        super().__init__(" ".join(told))
        self.found = found


def unseen_text(count: int) -> str:
    """That somebody alike is a client of colleagues."""
    return str(ngettext(
        "%(num)s person like this is known to the firm and served by another: ask your manager.",
        "%(num)s people like this are known to the firm and served by others: ask your manager.",
        count,
    ))  # fmt: skip


def take_in(new: NewClient) -> int:
    """Take a client in → his id; knowingly, if he looks like somebody in the book.

    Raises: LikelyKnown, NumberTaken, Forbidden.
    """
    access.demand("clients.create")
    service.refuse_taken(new.profile.no)
    found = refuse_known(new)
    client_id = service.create(new.profile, new.points)
    duplicates.note_apart(client_id, found, new.knowingly)
    return client_id


def refuse_known(new: NewClient) -> dict[int, int]:
    """Go on only with somebody new, or knowingly → who looks like him, and the clues.

    Raises: LikelyKnown.
    """
    found = _alike(new)
    if found and not new.knowingly:
        likenesses = _told(found)
        note_told([who for who in found if who not in {one.client_id for one in likenesses}])
        raise LikelyKnown(likenesses)
    return found


def _alike(new: NewClient) -> dict[int, int]:
    """Id of a client in the book → the clues, of those who are likely the newcomer."""
    same_name = Client.name_key == names.key(literal(new.profile.name))
    gender = new.profile.gender
    held: dict[Clue, ColumnElement[bool]] = {
        Clue.NAME: same_name,
        Clue.BIRTHDAY: Client.birthday == new.profile.birthday,
        Clue.OTHER_BIRTHDAY: Client.birthday != new.profile.birthday,
        Clue.OTHER_GENDER: Client.gender != (gender.value if gender else None),
        Clue.SIMILAR: and_(same_name, or_(false(), *map(_nearly, new.points))),
        **{CLUE_OF[point.kind]: _reached(point) for point in new.points},
    }  # fmt: skip
    if new.profile.birthday is None:
        del held[Clue.BIRTHDAY], held[Clue.OTHER_BIRTHDAY]
    if gender is None:
        del held[Clue.OTHER_GENDER]
    named = select(Client.id).where(same_name, living(Client)).limit(NAMESAKES * LARGEST)
    few = [named.subquery().select(), *(_among(point) for point in new.points)]
    met = Client.id.in_(union(*few))  # each by its own index, whatever the planner makes of OR
    rows = work.session().execute(select(Client.id, bits(held)).where(living(Client), met))
    return {who: clues for who, clues in rows if score(clues) >= LEAST}


def _among(point: Point) -> Select[Any]:
    """Ids of the few who use this address."""
    users = (
        select(Contact.client_id)
        .join(Address, Address.id == Contact.address_id)
        .where(Address.kind == point.kind, Address.value == point.value)
        .limit(LARGEST)
    )
    return users.subquery().select()


def _reached(point: Point) -> ColumnElement[bool]:
    return (
        exists()
        .where(Contact.client_id == Client.id, Address.id == Contact.address_id)
        .where(Address.kind == point.kind, Address.value == point.value)
    )


def _nearly(point: Point) -> ColumnElement[bool]:
    value = literal(point.value)
    alike: Any = (
        last_digits(Address.value) == point.value[-ALIKE:]
        if point.kind is AddressKind.SMS
        else local_part(Address.value) == local_part(value)
    )
    return (
        exists()
        .where(Contact.client_id == Client.id, Address.id == Contact.address_id)
        .where(Address.kind == point.kind, Address.value != point.value, alike)
    )


def _told(found: dict[int, int]) -> list[Likeness]:
    """Those whom the present actor may see by name, the others without."""
    columns: tuple[Any, ...] = (Client.id, Client.no, Client.name)
    rows = work.session().execute(clients.visible(*columns).where(Client.id.in_(found)))
    seen = {row[0]: (row[1], row[2]) for row in rows}
    order = sorted(found, key=lambda who: -score(found[who]))
    return [
        Likeness(
            client_id=who if who in seen else None, clues=found[who],
            no=seen[who][0] if who in seen else None, name=seen[who][1] if who in seen else None,
        )
        for who in order
    ]  # fmt: skip


def note_told(unseen: Sequence[int]) -> None:
    """That the present actor learned of clients whom he does not see is logged after this unit."""
    actor = access.current()

    def note() -> None:
        with access.acting(actor):
            for who in unseen:
                audit.append("known-told", "client", who)

    if unseen:
        work.aside(note)
