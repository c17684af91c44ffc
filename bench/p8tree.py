"""Totals over subtrees: how many stand below each broker of a step of the chart, 5,000 brokers.

Ours: `tree.sizes` as the org chart asks it, for the fifty below the firm's head and the five below
a branch manager. The floor: the same numbers by recursive SQL written by hand, on the driver's own
cursor.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

from bench import backing, firm
from bench.figures import Figure, interleaved, ratio
from hub.brokers import tree
from hub.kernel import clock, work
from hub.kernel.dated import AsOf

CLIENTS, BROKERS = 10_000, 5_000
ROUNDS, GOAL = 15, 1.6
STEPS = {
    "head": tuple(range(2, 2 + firm.BRANCHES)),
    "manager": tuple(range(2 + firm.BRANCHES, 2 + firm.BRANCHES + firm.TEAMS, firm.BRANCHES)),
}
SIZES = """
WITH RECURSIVE below(top, id) AS (
  SELECT id, id FROM brokers_broker WHERE id IN ({ids}) UNION
  SELECT b.top, l.broker_id FROM brokers_line l JOIN below b ON l.superior_id = b.id
  WHERE l.line = 'management' AND l.known_to IS NULL AND l.valid_from <= :day
    AND (l.valid_to IS NULL OR l.valid_to > :day))
SELECT top, count(*) - 1 FROM below GROUP BY top"""


def measure() -> list[Figure]:
    """Both databases, both steps."""
    return [one for database in ("sqlite", "postgresql") for one in _on(database)]


def _on(database: str) -> Iterator[Figure]:
    end = "" if database == "sqlite" else f".{database}"
    with backing.application(database):
        firm.found(CLIENTS, brokers=BROKERS)
        for name, ids in STEPS.items():
            ours, floor = partial(_ours, ids), partial(_floor, ids)
            if ours() != floor():  # the first one warms both, too
                raise RuntimeError(f"{name}: not the same numbers")
            taken = interleaved(ROUNDS, partial(_timed, ours), partial(_timed, floor))
            yield Figure(
                id=f"P8.below.{name}{end}", better="lower", ours_raw=taken[0],
                floor_raw=taken[1], ratio=ratio(*taken), goal=GOAL, rounds=ROUNDS,
                sizes=[BROKERS], unit="ms",
            )  # fmt: skip


def _timed(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def _ours(ids: tuple[int, ...]) -> dict[int, int]:
    with work.unit(writes=False):
        return {one: number for one, number in tree.sizes(ids, AsOf()).items() if number}


def _floor(ids: tuple[int, ...]) -> dict[int, int]:
    sql = SIZES.format(ids=", ".join(map(str, ids)))
    values = {"day": clock.firm_day().isoformat()}
    with work.unit(writes=False):
        rows = work.session().connection().exec_driver_sql(firm.native(sql), values)
        return {one: number for one, number in rows if number}
