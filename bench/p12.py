"""P12: pages under load, two processes and 32 connections; and how long the slowest wait.

Ours: `hub run`, asked by a load tool beside it. The floor: twice the rate at which one process
answers for the same page while it talks to nobody.
"""

from __future__ import annotations

import gc
import http.client
import time
from collections.abc import Iterator

from bench import backing, firm, wrk
from bench.figures import Figure, interleaved, ratio
from bench.house import running
from bench.wrk import Load
from hub.app import create_app
from hub.kernel.config import Config
from tests import staff

SIZE = 100_000
PROCESSES = 2
ROUNDS, WARM_S, SECONDS, REST_S, ALONE_S = 3, 2, 5, 2.0, 2.0
GOAL, TAIL, LIMIT_MS = 0.55, 3.0, 300.0
PAGES = {"home": "/", "clients": "/clients/", "client": "/clients/1", "todo": "/desk/"}


def measure() -> list[Figure]:
    """Both databases."""
    return [one for database in ("sqlite", "postgresql") for one in _on(database)]


def _on(database: str) -> Iterator[Figure]:
    end = "" if database == "sqlite" else f".{database}"
    with backing.application(database) as config:
        browser = staff.signed_in(create_app(config), firm.found(SIZE).head)
        with running(
            data=config.data, database_url=config.database_url, redis_url=config.redis_url,
            web_processes=PROCESSES, quiet=True,
        ) as house:  # fmt: skip
            gc.collect()
            gc.freeze()  # as in the hub's own processes
            for name, path in PAGES.items():
                yield from _page(f"P12.{name}", end, house.config, browser, path)


def _page(
    row: str, end: str, config: Config, browser: staff.Browser, path: str
) -> Iterator[Figure]:
    """The rate of one page, how far its slowest are from the middle, and from the limit."""
    cookie = _cookie(config, browser, path)
    loads: list[Load] = []

    def loaded() -> float:
        loads.append(wrk.load(f"{config.public_url}{path}", cookie, seconds=SECONDS))
        return loads[-1].rate

    wrk.load(f"{config.public_url}{path}", cookie, seconds=WARM_S)
    _alone(browser, path)
    ours, floor = interleaved(ROUNDS, loaded, lambda: PROCESSES * _alone(browser, path))
    yield Figure(
        id=f"{row}{end}", better="higher", ours_raw=ours, floor_raw=floor,
        ratio=ratio(ours, floor), goal=GOAL, rounds=ROUNDS, sizes=[SIZE], unit="requests/s",
    )  # fmt: skip
    slowest, middle = [one.p99 for one in loads], [one.p50 for one in loads]
    for name, against, goal in (("tail", middle, TAIL), ("p99", [LIMIT_MS] * ROUNDS, 1.0)):
        yield Figure(
            id=f"{row}.{name}{end}", better="lower", ours_raw=slowest, floor_raw=against,
            ratio=ratio(slowest, against), goal=goal, rounds=ROUNDS, sizes=[SIZE], unit="ms",
        )  # fmt: skip


def _cookie(config: Config, browser: staff.Browser, path: str) -> str:
    """The browser's session as the hub's cookie, once it gives the page for it.

    Raises: RuntimeError when it sends elsewhere: else the load would fall on a page of sign-in.
    """
    kept = browser.client.get_cookie(browser.client.application.config["SESSION_COOKIE_NAME"])
    header = f"{config.cookie_name}={kept.value if kept else ''}"
    line = http.client.HTTPConnection(config.host, config.port, timeout=30)
    try:
        line.request("GET", path, headers={"Cookie": header})
        status = line.getresponse().status
    finally:
        line.close()
    if status != http.HTTPStatus.OK:
        raise RuntimeError(f"{path}: {status}")
    return header


def _alone(browser: staff.Browser, path: str) -> float:
    """Requests a second that this process answers in a row, once the load is answered."""
    time.sleep(REST_S)
    count, began = 0, time.perf_counter()
    while (took := time.perf_counter() - began) < ALONE_S:
        status = browser.client.get(path).status_code
        if status != http.HTTPStatus.OK:
            raise RuntimeError(f"{path}: {status}")
        count += 1
    return count / took
