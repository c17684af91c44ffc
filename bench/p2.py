"""P2: a segment of a million clients becomes deliveries, with all gates and their reasons.

Ours: `post_to`, freezing and asking the gates in slices, a commit each, until the batch could be
sent. The floor: one INSERT … SELECT joined to the address, into a table of the same columns and
indexes. Beside it: the segment's count and the dry run, against absolute limits.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Constraint, Index, Table, insert, literal, select

from bench import backing, million
from bench.figures import Figure, exponent, interleaved, ratio
from channels.deliveries import asking, dry_run
from channels.deliveries.models import Batch, Delivery
from channels.deliveries.rules import BatchState, State
from hub.clients import segments
from hub.clients.models import Address, Client, Contact
from hub.kernel import access, facts, runner, work
from hub.kernel.base import Base
from hub.kernel.messages import Content, Message, MessageClass, post_to

SIZES = (100_000, 1_000_000)
ROUNDS = 3
GOAL = 2.0
COUNT_MS, DRY_RUN_MS = 150.0, 1000.0
FAR = datetime(2100, 1, 1, tzinfo=UTC)
RULE = {
    "all": [
        {"field": "city", "op": "is", "value": "上海"},
        {"field": "stated_assets", "op": "gt", "value": "500000"},
        {"field": "email", "op": "known"},
    ]
}
TEXTS = {"zh": {"subject": "{{ name }}您好", "text": "本周市场"}}


@dataclass(frozen=True)
class Taken:
    """What was measured at one size, in milliseconds."""

    ours: list[float]
    floor: list[float]
    count: list[float]
    dry: list[float]


def measure() -> list[Figure]:
    """SQLite is held to the goals; PostgreSQL's fan-out too, its other times are stated."""
    return [figure for name in ("sqlite", "postgresql") for figure in _on(name)]


def _on(database: str) -> Iterator[Figure]:
    small, large = (_at(database, size) for size in SIZES)
    end = "" if database == "sqlite" else f".{database}"
    for name, limit in (("ours", 0.0), ("count", COUNT_MS), ("dry", DRY_RUN_MS)):
        raw: list[float] = getattr(large, name)
        floor = [limit] * ROUNDS if limit else large.floor
        before: list[float] = getattr(small, name)
        cost = [(SIZES[0], statistics.median(before)), (SIZES[1], statistics.median(raw))]
        yield Figure(
            id=f"P2{'' if name == 'ours' else f'.{name}'}{end}", better="lower", ours_raw=raw,
            floor_raw=floor, ratio=ratio(raw, floor), goal=1.0 if limit else GOAL,
            rounds=ROUNDS, sizes=list(SIZES), exponent=exponent(*cost), unit="ms",
        )  # fmt: skip


def _at(database: str, size: int) -> Taken:
    with backing.application(database):
        million.fill(size)
        bare = _bare_table()
        with access.acting(access.SYSTEM):
            _fan_out()  # the first one warms the cache and the statements, for both
            _insert_bare(bare)
            ours, floor = interleaved(ROUNDS, _fan_out, lambda: _insert_bare(bare))
            count = [_timed(lambda: segments.count(RULE)) for _ in range(ROUNDS)]
            dry = [_timed(_dry_run) for _ in range(ROUNDS)]
        Base.metadata.remove(bare)
    return Taken(ours, floor, count, dry)


def _fan_out() -> float:
    """From the wish to a batch that may be sent → ms."""
    began = time.perf_counter()
    with work.unit():
        batch = post_to(_message(), segments.members(RULE))
    runner.drain("promotion")
    took = time.perf_counter() - began
    with work.unit(writes=False):
        state = work.session().get_one(Batch, batch).state
    if state != BatchState.SCHEDULED:
        raise RuntimeError(f"the batch is {state}")
    return took * 1000


def _message() -> Message:
    return Message(
        cause=f"bench.p2:{time.time_ns()}", klass=MessageClass.PROMOTION,
        content=Content(texts=TEXTS), channels=("email",), at=FAR,
    )  # fmt: skip


def _dry_run() -> object:
    return dry_run.run(asking.of_message(_message()), segments.members(RULE))


def _timed(ask: Callable[[], object]) -> float:
    with work.unit(writes=False):
        began = time.perf_counter()
        ask()
        return (time.perf_counter() - began) * 1000


def _bare_table() -> Table:
    """A table like the deliveries', with the same indexes."""
    table: Table = Delivery.__table__.to_metadata(Base.metadata, name="bench_delivery")  # type: ignore[attr-defined]
    named: list[Index | Constraint] = [*table.indexes, *table.constraints]
    for part in named:
        part.name = None if part.name is None else f"bench_{part.name}"
    with work.unit():
        table.create(work.session().connection())
    return table


def _insert_bare(table: Table) -> float:
    """One statement, one commit, no gate → ms."""
    columns = {
        "batch_id": literal(1), "person_id": Client.id, "channel": literal("email"),
        "address_id": Address.id, "state": literal(State.QUEUED.value), "reason": literal(""),
        "tries": literal(0), "provider": literal(""), "provider_id": literal(""),
        "code": literal(""), "segments": literal(0),
    }  # fmt: skip
    joined = (
        select(*columns.values())
        .join(Contact, (Contact.client_id == Client.id) & (Contact.kind == "email"))
        .join(Address, Address.id == Contact.address_id)
        .where(facts.condition(RULE))
    )
    with work.unit():
        work.session().execute(table.delete())
    began = time.perf_counter()
    with work.unit():
        rows = insert(table).from_select(list(columns), joined, include_defaults=False)
        work.session().execute(rows)
    return (time.perf_counter() - began) * 1000
