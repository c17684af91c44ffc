"""Take clients in and change what is written about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import func, literal, select, update

from hub.clients import (
    contact_history,
    contacts,
    facts,
    names,
    papers,
    past_profile,
    queries,
    reveals,
)
from hub.clients.addresses import Point
from hub.clients.care import queries as care_queries
from hub.clients.care import service as care
from hub.clients.duplicates import queries as duplicate_queries
from hub.clients.duplicates import service as duplicates
from hub.clients.events import ClientCreated
from hub.clients.flags import set_flags
from hub.clients.forms import Profile, RevealWish
from hub.clients.frozen import queries as frozen_queries
from hub.clients.frozen import service as frozen
from hub.clients.kin import queries as kin_queries
from hub.clients.kin import service as kin
from hub.clients.models import Client
from hub.clients.notes import queries as note_queries
from hub.clients.notes import service as notes
from hub.clients.rules import ERASED, STATED_ASSETS
from hub.clients.tags import queries as tag_queries
from hub.clients.tags import service as tags
from hub.kernel import access, audit, clock, outbox, search, work
from hub.kernel.errors import Conflict
from hub.kernel.imports import forgetting

__all__ = ["NumberTaken", "change", "create", "greet_with", "reveal", "set_flags", "wipe"]

PROFILE = past_profile.KEPT


class NumberTaken(Conflict):
    """Another client has this number."""

    code = "client-number-taken"


_greeters: dict[str, Callable[[int], None]] = {}


def greet_with(name: str, act: Callable[[int], None]) -> None:
    """Have a later room do its part for a client taken in by hand, in the same unit."""
    _greeters[name] = act


def create(profile: Profile, points: Sequence[Point] = ()) -> int:
    """Take a client in → his id.

    Raises: NumberTaken, Forbidden.
    """
    access.demand("clients.create")
    refuse_taken(profile.no)
    session = work.session()
    row = Client(created_at=clock.now(), flags=0)
    _write(row, profile)
    session.add(row)
    session.flush()
    client_id = row.id
    for point in points:
        contacts.attach(client_id, point)
    _record_assets(client_id, profile)
    _index(client_id)
    audit.append("created", "client", client_id)
    for greet in _greeters.values():
        greet(client_id)
    outbox.publish(ClientCreated(client_id=client_id))
    return client_id


def change(client_id: int, profile: Profile) -> None:
    """Change what is written about a client.

    Raises: NotFound, Forbidden, NumberTaken.
    """
    row = queries.operable(client_id, "clients.write")
    if row.no != profile.no:
        refuse_taken(profile.no)
    changed = [name for name in PROFILE if getattr(row, name) != getattr(profile, name)]
    for name in changed:
        past_profile.keep(name, select(Client.id).where(Client.id == client_id))
    _write(row, profile)
    work.session().flush()
    if profile.stated_assets not in {None, row.stated_assets}:
        _record_assets(client_id, profile)
        changed.append(STATED_ASSETS)
    _index(client_id)
    audit.append("changed", "client", client_id, {"fields": changed})


def reveal(client_id: int, contact_id: int, wish: RevealWish) -> str:
    """The whole value of a contact point; that it was read, and why, is logged after this unit.

    Raises: NotFound, Forbidden.
    """
    queries.operable(client_id, "clients.reveal")
    value = queries.address_value(client_id, contact_id)
    reveals.note(client_id, {"contact": contact_id}, wish)
    return value


def personal(client_id: int) -> dict[str, Any]:
    """Everything these tables hold of a client, for his own file."""
    return queries.personal(client_id) | {
        "papers": papers.personal(client_id),
        "tags": tag_queries.personal(client_id),
        "care": care_queries.personal(client_id),
        "notes": note_queries.personal(client_id),
        **kin_queries.personal(client_id),
        "possible_duplicates": duplicate_queries.personal(client_id),
        "frozen_segments": frozen_queries.personal(client_id),
        "earlier_profile": past_profile.personal(client_id),
        "earlier_contacts": contact_history.personal(client_id),
    }


def link_user(client_id: int, user_id: int) -> None:
    """Have a user be this client; the caller answers for the proof.

    Raises: Conflict when the client is another user already.
    """
    free = (Client.id == client_id) & Client.user_id.is_(None)
    done: Any = work.session().execute(update(Client).where(free).values(user_id=user_id))
    if not done.rowcount:
        raise Conflict("this client signs in already", code="activated")


def wipe(client_id: int) -> None:
    """Erase what these tables hold of a person; the number stays for what law keeps.

    Raises: NotFound.
    """
    session = work.session()
    row = access.found(session.get(Client, client_id))
    row.name, row.city, row.gender, row.birthday, row.user_id = ERASED, None, None, None, None
    row.name_key = row.stated_assets = row.preferred_channel = None
    contacts.erase(client_id)
    facts.erase(client_id)
    past_profile.erase(client_id)
    frozen.erase(client_id)
    papers.erase(client_id)
    tags.erase(client_id)
    care.erase(client_id)
    notes.erase(client_id)
    kin.erase(client_id)
    duplicates.erase(client_id)
    forgetting.forget("clients", row.no)
    forgetting.forget("notes", row.no)
    session.flush()
    _index(client_id)
    audit.append("erased", "client", client_id)


def _index(client_id: int) -> None:
    search.changed("clients", select(Client.id).where(Client.id == client_id))


def refuse_taken(no: str) -> None:
    """Go on only with a number that nobody has.

    Raises: NumberTaken.
    """
    count = select(func.count()).select_from(Client).where(Client.no == no)
    if work.session().scalar(count):
        raise NumberTaken(f"client number {no} is taken")


def _write(row: Client, profile: Profile) -> None:
    for name in PROFILE:
        setattr(row, name, getattr(profile, name))
    row.name_key = names.key(literal(profile.name))


def _record_assets(client_id: int, profile: Profile) -> None:
    if profile.stated_assets is not None:
        facts.record(
            client_id, STATED_ASSETS, profile.stated_assets,
            valid_from=clock.firm_day(), source="form",
        )  # fmt: skip
