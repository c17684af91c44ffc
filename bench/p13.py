"""P13: one page of the list of a million clients, filtered, sorted, paged, inside the gate.

Ours: the list as its page reads it, for the head of the firm, the manager of one of fifty
branches and a broker with two hundred clients. The floor: the same rows by SQL written by hand,
on the driver's own cursor. Beside it: the 95th percentile against 300 ms.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial

from bench import backing, firm
from bench.figures import Figure, exponent, ratio
from hub.clients import queries
from hub.clients.listing import listing
from hub.kernel import access, clock, work
from tests import staff

SIZES = (100_000, 1_000_000)
GOAL, LIMIT_MS = 1.6, 300.0
ROUNDS = 15
ASKED: tuple[dict[str, str], ...] = (
    {}, {"sort": "-stated_assets"}, {"city": "上海"}, {"city": "上海", "sort": "-stated_assets"},
)  # fmt: skip
_COLUMNS = """c.no, c.name, c.city, c.branch, c.language, c.stated_assets,
  (c.flags & 1) <> 0, (c.flags & 2) <> 0, c.opened_on, c.id"""


def measure() -> list[Figure]:
    """Both databases, three seats."""
    return [one for database in ("sqlite", "postgresql") for one in _on(database)]


def _on(database: str) -> Iterator[Figure]:
    small, large = (_at(database, size) for size in SIZES)
    end = "" if database == "sqlite" else f".{database}"
    for seat, (ours, floor) in large.items():
        cost = [(SIZES[0], statistics.median(small[seat][0])), (SIZES[1], statistics.median(ours))]
        yield Figure(
            id=f"P13.{seat}{end}", better="lower", ours_raw=ours, floor_raw=floor,
            ratio=ratio(ours, floor), goal=GOAL, rounds=ROUNDS, sizes=list(SIZES),
            exponent=exponent(*cost), unit="ms",
        )  # fmt: skip
        worst = statistics.quantiles(ours, n=20)[-1]
        yield Figure(
            id=f"P13.{seat}.p95{end}", better="lower", ours_raw=[worst], floor_raw=[LIMIT_MS],
            ratio=worst / LIMIT_MS, goal=1.0, rounds=ROUNDS, sizes=[SIZES[1]], unit="ms",
        )  # fmt: skip


def _at(database: str, size: int) -> dict[str, tuple[list[float], list[float]]]:
    with backing.application(database):
        made = firm.found(size)
        return {seat: _seat(seat, user_id) for seat, user_id in made.seats().items()}


def _seat(seat: str, user_id: int) -> tuple[list[float], list[float]]:
    """Ours and the floor, in ms, page after page in turn."""
    with work.unit(writes=False):
        actor = staff.actor(user_id)
    pages = [page for asked in ASKED for page in _pages(actor, asked)]
    turns = [pages[number % len(pages)] for number in range(ROUNDS * len(pages))]
    pairs = [
        (_timed(partial(_ours, actor, asked)), _timed(partial(_floor, actor, seat, asked)))
        for asked in turns
    ]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def _pages(actor: access.Actor, asked: dict[str, str]) -> list[dict[str, str]]:
    """The first page of a list and its second one."""
    with work.unit(writes=False), access.acting(actor):
        following = listing().page(queries.visible(), asked).next
    return [asked, *([asked | {"cursor": following}] if following else [])]


def _timed(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def _ours(actor: access.Actor, asked: dict[str, str]) -> int:
    with work.unit(writes=False), access.acting(actor):
        return len(listing().page(queries.visible(), asked).rows)


def _floor(actor: access.Actor, seat: str, asked: dict[str, str]) -> int:
    """The same page by hand; a second one begins where a typical cursor does."""
    by, falling = ("c.stated_assets", True) if "sort" in asked else ("c.no", False)
    where = ["c.merged_into IS NULL", f"{by} IS NOT NULL", firm.WHOSE[seat]]
    if "city" in asked:
        where.append("c.city = '上海'")
    if "cursor" in asked:
        mark = "(5009990000, 1)" if falling else "('B10000060', 1)"
        where.append(f"({by}, c.id) {'<' if falling else '>'} {mark}")
    end = "DESC" if falling else "ASC"
    sql = (
        f"SELECT {_COLUMNS} FROM clients_client c WHERE {' AND '.join(where)} "
        f"ORDER BY {by} {end}, c.id {end} LIMIT 51"
    )
    values = {"me": actor.broker_id, "day": clock.firm_day().isoformat()}
    with work.unit(writes=False):
        return len(work.session().connection().exec_driver_sql(firm.native(sql), values).all())
