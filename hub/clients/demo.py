"""Made-up clients for an empty installation: the same seed makes the same people."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert, select, update

from hub.accounts import demo as accounts
from hub.accounts.models import User
from hub.accounts.rules import RoleName
from hub.clients import contacts, demo_book
from hub.clients.demo_people import Person, people
from hub.clients.models import Address, Client, Contact, Fact, Segment
from hub.clients.rules import STATED_ASSETS, AddressKind
from hub.kernel import clock, work
from hub.kernel.base import table_of

SOURCE = "demo"
BATCH = 20_000  # rows a statement

SEGMENT = {
    "all": [
        {"field": "city", "op": "is", "value": "上海"},
        {"field": STATED_ASSETS, "op": "gt", "value": "500000"},
        {"field": "email", "op": "known"},
    ]
}


def fill(clients: int, seed: int) -> None:
    """Make `clients` clients with contact points and facts, and one shared segment."""
    with work.unit():
        if work.session().scalar(select(Client.id).limit(1)) is not None:
            return
        made = list(people(clients, chance(seed), clock.firm_day()))
        made[:1] = [made[0].named(accounts.PEOPLE[RoleName.CLIENT])] if made else []
        _profiles(made)
        ids = _ids(select(Client.no, Client.id))
        _points(made, ids)
        _facts(made, ids)
        contacts.settle(select(Client.id))
        demo_book.fill()
        demo_book.twins()
        _first_is_the_demo_client(ids, made)
        _segment()


def chance(seed: int) -> random.Random:
    """The chance that makes the people of a seed."""
    return random.Random(f"clients {seed}")  # noqa: S311 - made-up people


def _profiles(made: list[Person]) -> None:
    now = clock.now()
    _insert(Client, (person.profile() | {"flags": 0, "created_at": now} for person in made))


def _points(made: list[Person], ids: dict[str, int]) -> None:
    found = {(kind, value): region for person in made for kind, value, region in person.points()}
    _insert(
        Address,
        (
            {"kind": kind, "value": value, "region": region, "raw": value, "flags": 0}
            for (kind, value), region in found.items()
        ),
    )
    address = _ids(select(Address.value, Address.id))
    _insert(
        Contact,
        (
            {"client_id": ids[person.no], "address_id": address[value], "kind": kind,
             "label": "", "is_primary": first}
            for person in made
            for kind, value, first in _primary_first(person)
        ),
    )  # fmt: skip


def _primary_first(person: Person) -> Iterable[tuple[AddressKind, str, bool]]:
    seen: set[AddressKind] = set()
    for kind, value, _region in person.points():
        yield kind, value, kind not in seen
        seen.add(kind)


def _facts(made: list[Person], ids: dict[str, int]) -> None:
    now = clock.now()
    shape = {"name": STATED_ASSETS, "text": None, "known_from": now, "source": SOURCE}
    _insert(
        Fact,
        (
            shape
            | {"client_id": ids[person.no], "number": number, "valid_from": start, "valid_to": end}
            for person in made
            for number, start, end in person.assets
        ),
    )


def _insert(model: type[Any], rows: Iterable[dict[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            work.session().execute(insert(table_of(model)), batch)
            batch = []
    if batch:
        work.session().execute(insert(table_of(model)), batch)


def _ids(query: Any) -> dict[str, int]:
    rows: Any = work.session().execute(query).all()
    return dict(rows)


def _first_is_the_demo_client(ids: dict[str, int], made: list[Person]) -> None:
    user_id = accounts.user_of(RoleName.CLIENT)
    if user_id is not None and made:
        mine = update(Client).where(Client.id == ids[made[0].no]).values(user_id=user_id)
        work.session().execute(mine)


def _segment() -> None:
    owner_id = accounts.user_of(RoleName.MARKETING)
    owner_id = owner_id or work.session().scalar(select(User.id).limit(1))
    if owner_id is not None:
        now = clock.now()
        work.session().add(
            Segment(
                name="上海 50万以上 有邮箱", rule=SEGMENT, owner_id=owner_id, shared=True,
                created_at=now, changed_at=now,
            )
        )  # fmt: skip
