"""P15: an import of clients from CSV, read, checked and taken over, by one process.

Ours: the import as its page drives it, from the upload to the last row. The floor: the same
validators in a bare loop, and bulk inserts into the same indexed tables.
"""

from __future__ import annotations

import csv
import gc
import io
import statistics
import time
from collections.abc import Iterator
from typing import Any

from sqlalchemy import insert, select

from bench import backing
from bench.figures import Figure, exponent, ratio
from hub.clients.models import Address, Client, Contact
from hub.kernel import access, addresses, clock, runner, work
from hub.kernel.base import table_of
from hub.kernel.imports import desk, intake
from tests import staff

SIZES = (10_000, 100_000)
ROUNDS, GOAL = 3, 0.6
HEAD = ("no", "name", "city", "phone", "email")


def measure() -> list[Figure]:
    """Both databases."""
    return [one for database in ("sqlite", "postgresql") for one in _on(database)]


def _on(database: str) -> Iterator[Figure]:
    small, large = (_at(database, size) for size in SIZES)
    end = "" if database == "sqlite" else f".{database}"
    seconds = [
        (size, size / statistics.median(taken[0]))
        for size, taken in zip(SIZES, (small, large), strict=True)
    ]
    yield Figure(
        id=f"P15{end}", better="higher", ours_raw=large[0], floor_raw=large[1],
        ratio=ratio(*large), goal=GOAL, rounds=ROUNDS, sizes=list(SIZES),
        exponent=exponent(*seconds), unit="clients/s",
    )  # fmt: skip


def _at(database: str, size: int) -> tuple[list[float], list[float]]:
    """Clients a second, ours and the floor, each on a database that is as full as the other's."""
    ours, floor = [], []
    gc.collect()
    gc.freeze()  # for both, as in a worker: `supervise` does so before it forks
    for turn in range(ROUNDS):
        with backing.application(database):
            ours.append(size / _ours(_file("A", turn, size), size))
        with backing.application(database):
            floor.append(size / _floor(_file("B", turn, size), size))
    return ours, floor


def _file(prefix: str, turn: int, size: int) -> str:
    """The file, as somebody exports it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD)
    for number in range(size):
        serial = turn * size + number
        writer.writerow(
            (f"{prefix}{serial:08}", f"客户{number}", ("上海", "北京")[number % 2],
             f"13{serial:09}", f"{prefix.lower()}{serial}@mail.example")
        )  # fmt: skip
    return text.getvalue()


def _ours(text: str, size: int) -> float:
    """Seconds from the upload to the last row; the search index follows in a lane of its own."""
    file = io.BytesIO(text.encode())
    with work.unit():
        user_id = staff.user("marketing")
        actor = staff.actor(user_id)
    began = time.perf_counter()
    with access.acting(actor):
        with work.unit(writes=False):
            made = intake.receive("clients", "clients.csv", file)
        runner.drain("work")
        for step in (desk.check, desk.apply):
            with work.unit():
                step(made)
            runner.drain("work")
    took = time.perf_counter() - began
    _count(size)
    return took


def _floor(text: str, size: int) -> float:
    """Seconds of the same validators, and of plain inserts."""
    began = time.perf_counter()
    rows: list[tuple[dict[str, Any], tuple[tuple[str, str], ...]]] = []
    for row in csv.DictReader(io.StringIO(text)):
        number, mailbox = addresses.phone(row["phone"]), addresses.mailbox(row["email"])
        assert number is not None
        assert mailbox is not None
        rows.append((row, (("sms", number.value), ("email", mailbox))))
    with work.unit():
        _insert(rows)
    took = time.perf_counter() - began
    _count(size)
    return took


def _insert(rows: list[tuple[dict[str, Any], tuple[tuple[str, str], ...]]]) -> None:
    now, today, session = clock.now(), clock.firm_day(), work.session()
    clients = [
        {"id": place, "no": row["no"], "name": row["name"], "name_key": row["name"],
         "language": "zh", "city": row["city"], "flags": 3, "created_at": now}
        for place, (row, _points) in enumerate(rows, 1)
    ]  # fmt: skip
    points = [
        (place * 2 + step, place, kind, value)
        for place, (_row, reached) in enumerate(rows, 1)
        for step, (kind, value) in enumerate(reached)
    ]
    addressed = [
        {"id": one, "kind": kind, "value": value, "raw": value, "flags": 0}
        for one, _place, kind, value in points
    ]
    joined = [
        {"client_id": place, "address_id": one, "kind": kind, "label": "", "is_primary": True,
         "valid_from": today}
        for one, place, kind, _value in points
    ]  # fmt: skip
    for model, values in ((Client, clients), (Address, addressed), (Contact, joined)):
        session.execute(insert(table_of(model)), values)


def _count(size: int) -> None:
    with work.unit(writes=False):
        found = len(work.session().scalars(select(Client.id)).all())
    if found != size:
        raise RuntimeError(f"{found} clients, not {size}")
