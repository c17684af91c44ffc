"""P8: a segment's count while typing, a million clients, inside the gate of three seats.

Ours: `segments.count` as the builder asks it. The floor: the same count by SQL written by hand
over the same columns, on the driver's own cursor. Events of accounts come with them.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from bench import backing, firm
from bench.figures import Figure, exponent, interleaved, ratio
from hub.clients import segments
from hub.kernel import access, clock, work
from tests import staff

SIZES = (100_000, 1_000_000)
ROUNDS, GOAL = 7, 1.5
RULES: dict[str, tuple[dict[str, Any], str]] = {
    "assets": (
        {"all": [
            {"field": "city", "op": "is", "value": "上海"},
            {"field": "stated_assets", "op": "gt", "value": "500500"},
            {"field": "email", "op": "known"},
        ]},
        "c.city = '上海' AND c.stated_assets > 5005000000 AND (c.flags & 2) <> 0",
    ),
    "language": (
        {"any": [
            {"field": "language", "op": "is", "value": "en"},
            {"field": "branch", "op": "is", "value": "营业部7"},
        ]},
        "(c.language = 'en' OR c.branch = '营业部7')",
    ),
}  # fmt: skip


def measure() -> list[Figure]:
    """Both databases, each rule, each seat."""
    return [one for database in ("sqlite", "postgresql") for one in _on(database)]


def _on(database: str) -> Iterator[Figure]:
    small, large = (_at(database, size) for size in SIZES)
    end = "" if database == "sqlite" else f".{database}"
    for name, (ours, floor) in large.items():
        cost = [(SIZES[0], statistics.median(small[name][0])), (SIZES[1], statistics.median(ours))]
        yield Figure(
            id=f"P8.{name}{end}", better="lower", ours_raw=ours, floor_raw=floor,
            ratio=ratio(ours, floor), goal=GOAL, rounds=ROUNDS, sizes=list(SIZES),
            exponent=exponent(*cost), unit="ms",
        )  # fmt: skip


def _at(database: str, size: int) -> dict[str, tuple[list[float], list[float]]]:
    found = {}
    with backing.application(database):
        made = firm.found(size)
        for seat, user_id in made.seats().items():
            with work.unit(writes=False):
                actor = staff.actor(user_id)
            for name, (rule, sql) in RULES.items():
                ours, floor = partial(_ours, actor, rule), partial(_floor, actor, seat, sql)
                if ours() != floor():  # the first one warms both, too
                    raise RuntimeError(f"{name} {seat}: not the same count")
                found[f"{name}.{seat}"] = interleaved(
                    ROUNDS, partial(_timed, ours), partial(_timed, floor)
                )
    return found


def _timed(ask: Callable[[], int]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def _ours(actor: access.Actor, rule: dict[str, Any]) -> int:
    with work.unit(writes=False), access.acting(actor):
        return segments.count(rule)


def _floor(actor: access.Actor, seat: str, condition: str) -> int:
    whose = firm.WHOSE[seat]
    sql = (
        "SELECT count(*) FROM clients_client c "
        f"WHERE c.merged_into IS NULL AND {whose} AND {condition}"
    )
    values = {"me": actor.broker_id, "day": clock.firm_day().isoformat()}
    with work.unit(writes=False):
        connection = work.session().connection()
        return int(connection.exec_driver_sql(firm.native(sql), values).scalar_one())
