"""P5: the pages that are used most, CPU a request, and how often each asks; P14: a client's page.

Ours: a request through the whole application. The floor: what that very page asked and filled,
on the driver's cursor and with the same templates.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from bench import backing, firm
from bench.figures import Figure, interleaved, ratio
from bench.pages import Reader
from hub.app import create_app
from hub.kernel import access, work
from hub.kernel.config import Config
from tests import staff

SIZE = 20_000
ROUNDS, WARM = 15, 3
GOAL, QUERIES = 1.6, 12
CLIENT = "/clients/1"
PAGES = {
    "home": "/", "clients": "/clients/", "client": CLIENT, "timeline": f"{CLIENT}/timeline",
    "edit": f"{CLIENT}/edit", "segments": "/segments/", "segment": "/segments/new",
    "brokers": "/brokers/", "broker": "/brokers/2", "tree": "/tree/", "transfers": "/transfers/",
    "todo": "/desk/",
}  # fmt: skip


def measure() -> list[Figure]:
    """Both databases."""
    return [one for database in ("sqlite", "postgresql") for one in _on(database)]


def _on(database: str) -> Iterator[Figure]:
    end = "" if database == "sqlite" else f".{database}"
    with backing.application(database) as config:
        reader = _reader(config)
        for name, path in PAGES.items():
            row = "P14" if name == "client" else f"P5.{name}"
            for _ in range(WARM):
                reader.ours(path)
            score = reader.score(path)
            ours, floor = interleaved(
                ROUNDS, lambda path=path: reader.ours(path),  # type: ignore[misc]
                lambda score=score: reader.floor(score),  # type: ignore[misc]
            )  # fmt: skip
            yield Figure(
                id=f"{row}{end}", better="lower", ours_raw=ours, floor_raw=floor,
                ratio=ratio(ours, floor), goal=GOAL, rounds=ROUNDS, sizes=[SIZE], unit="ms",
            )  # fmt: skip
            count = float(len(score.asked))
            yield Figure(
                id=f"{row}.queries{end}", better="lower", ours_raw=[count],
                floor_raw=[float(QUERIES)], ratio=statistics.mean([count / QUERIES]), goal=1.0,
                rounds=1, sizes=[SIZE],
            )  # fmt: skip


def _reader(config: Config) -> Reader:
    made = firm.found(SIZE)
    app = create_app(config)
    browser = staff.signed_in(app, made.head)
    with work.unit(writes=False), access.acting(access.SYSTEM):
        actor = staff.actor(made.head)
    return Reader(app, browser, actor)
