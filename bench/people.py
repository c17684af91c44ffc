"""Clients in bulk, each with a mailbox and a phone that agreed to promotions."""

from __future__ import annotations

from sqlalchemy import insert, select

from channels.consent import service as consent
from channels.consent.rules import Source
from channels.consent.service import Statement
from hub.clients import contacts
from hub.clients.models import Address, Client, Contact
from hub.kernel import access, clock, work

SLICE = 10_000


def fill(count: int, *, prefix: str = "BENCH") -> None:
    """Insert `count` clients whose numbers begin with `prefix`."""
    for first in range(0, count, SLICE):
        numbers = range(first, min(count, first + SLICE))
        with work.unit(), access.acting(access.SYSTEM):
            _insert(prefix, numbers)


def _insert(prefix: str, numbers: range) -> None:
    session, now = work.session(), clock.now()
    session.execute(
        insert(Client),
        [
            {"no": f"{prefix}{n:08}", "name": f"客户{n}", "language": "zh" if n % 4 else "en",
             "city": "上海" if n % 4 == 0 else "北京", "flags": 0, "created_at": now}
            for n in numbers
        ],
    )  # fmt: skip
    points = _addresses(prefix, numbers)
    low, high = f"{prefix}{numbers[0]:08}", f"{prefix}{numbers[-1]:08}"
    chosen = Client.no.between(low, high)
    ids = dict(session.execute(select(Client.no, Client.id).where(chosen)).all())
    owners = [ids[f"{prefix}{n:08}"] for n in numbers]
    session.execute(
        insert(Contact),
        [
            {"client_id": owner, "address_id": address, "kind": kind, "label": "",
             "is_primary": False}
            for owner, (kind, address) in zip(owners * 2, points, strict=True)
        ],
    )  # fmt: skip
    contacts.settle(select(Client.id).where(chosen))
    agreed = Statement(granted=True, source=Source.DEMO, proof="bench", wording="I agree.")
    theirs = select(Contact.address_id).join(Client, Client.id == Contact.client_id)
    consent.state(agreed, theirs.where(chosen))


def _addresses(prefix: str, numbers: range) -> list[tuple[str, int]]:
    """A mailbox for each number, then a phone for each → (kind, address id)."""
    session = work.session()
    points: list[tuple[str, str, str | None]] = [
        ("email", f"c{n}@{prefix.lower()}.example", None) for n in numbers
    ]
    points += [("sms", f"+8613{n:09}", "CN") for n in numbers]
    session.execute(
        insert(Address),
        [
            {"kind": kind, "value": value, "region": region, "raw": value, "flags": 0}
            for kind, value, region in points
        ],
    )
    found: dict[str, int] = {}
    for first in range(0, len(points), 500):
        values = [value for _, value, _ in points[first : first + 500]]
        part = select(Address.value, Address.id).where(Address.value.in_(values))
        found |= dict(session.execute(part).all())
    return [(kind, found[value]) for kind, value, _ in points]
