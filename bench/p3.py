"""P3: small jobs. Outbox rows done by one worker process, a commit each, against Celery's no-ops.

Both workers are held while their queue is filled, then let go. Beside it: how much of a chunk's
time the queue takes, and how long a message waits for its provider when the hub is idle.
"""

from __future__ import annotations

import contextlib
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import redis
from sqlalchemy import func, select

from bench import backing, idle, p1, sink
from bench.celery_floor import nothing
from bench.figures import Figure, exponent, ratio
from bench.house import ROOT, free_ports, wait_until
from hub.app import create_app
from hub.kernel import clock, modules, outbox, work, workers
from hub.kernel.config import Config
from hub.kernel.module import External, Job, Module
from hub.kernel.outbox import OutboxRow, RowState

SIZES = (2_000, 20_000)
ROUNDS = 3
GOALS = {"sqlite": 1.0, "postgresql": 0.6}
RECIPIENTS = 500  # of the chunk whose share is measured
SHARE = 0.05
MAILS = 10_000  # sent to learn what a chunk takes
BROKER_DB = 5


def _no(*_: object) -> None:
    """Nothing is left to do."""


MODULE = Module(
    name="bench",
    jobs=(
        Job(name="bench.nothing", run=lambda: None),
        External(name="bench.chunk", claim=_no, act=_no, record=_no, recover=_no),
    ),
)


def measure() -> list[Figure]:
    """Rates on both databases, the share, the wait."""
    (sqlite, rows), (postgresql, _) = (_on(name) for name in GOALS)
    return [sqlite, postgresql, _share(rows), idle.measure()]


def _on(database: str) -> tuple[Figure, list[float]]:
    """The rate on a database, and the milliseconds that a chunk's own row takes."""
    with backing.application(database) as config:
        broker = config.redis_url.rpartition("/")[0] + f"/{BROKER_DB}"
        with _held(_ours(config)) as mine, _held(_celery(broker)) as theirs:
            rates = {size: _rounds(size, mine, theirs, broker) for size in SIZES}
            rows = [mine(lambda: _put("bench.chunk", SIZES[0]), _left) for _ in range(ROUNDS)]
    small, large = SIZES
    ours, floor = rates[large]
    cost = [(size, size / statistics.median(rates[size][0])) for size in SIZES]
    figure = Figure(
        id="P3" if database == "sqlite" else f"P3.{database}", better="higher", ours_raw=ours,
        floor_raw=floor, ratio=ratio(ours, floor), goal=GOALS[database], rounds=ROUNDS,
        sizes=list(SIZES), exponent=exponent(*cost), unit="jobs/s",
    )  # fmt: skip
    return figure, [1000 * took / small for took in rows]


def _share(rows: list[float]) -> Figure:
    """What the queue costs of the time in which a worker sends a chunk."""
    port = free_ports(1)
    with (
        tempfile.TemporaryDirectory(prefix="hub-p3-") as folder,
        sink.running(port),
        p1.Office(Path(folder), port, MAILS) as office,
    ):
        rates = [office.send() for _ in range(ROUNDS)]
    chunks = [1000 * RECIPIENTS * p1.WORKERS / rate for rate in rates]
    return Figure(
        id="P3.share", better="lower", ours_raw=rows, floor_raw=chunks,
        ratio=ratio(rows, chunks), goal=SHARE, rounds=ROUNDS, sizes=[SIZES[0]], unit="ms",
    )  # fmt: skip


Timed = Callable[[Callable[[], None], Callable[[], int]], float]


def _rounds(size: int, mine: Timed, theirs: Timed, broker: str) -> tuple[list[float], list[float]]:
    """Jobs a second of both, in turn."""
    line = redis.Redis.from_url(broker)
    ours, floor = [], []
    for _ in range(ROUNDS):
        ours.append(size / mine(lambda: _put("bench.nothing", size), _left))
        floor.append(size / theirs(lambda: _send(broker, size), lambda: _waiting(line)))
    line.close()
    return ours, floor


@contextlib.contextmanager
def _held(process: subprocess.Popen[bytes]) -> Iterator[Timed]:
    """A worker that stands still while its queue is filled."""

    def timed(fill: Callable[[], None], left: Callable[[], int]) -> float:
        process.send_signal(signal.SIGSTOP)
        fill()
        began = time.perf_counter()
        process.send_signal(signal.SIGCONT)
        while left():
            time.sleep(0.01)
        return time.perf_counter() - began

    try:
        yield timed
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.wait(30)


def _ours(config: Config) -> subprocess.Popen[bytes]:
    """One worker process of the hub, with two modest jobs more."""
    modules.install((*modules.loaded().items, MODULE))
    settings = {
        "HUB_DATA": str(config.data), "HUB_REDIS_URL": config.redis_url,
        "HUB_DATABASE_URL": config.database_url,
    }  # fmt: skip
    command = [sys.executable, "-m", "bench.p3"]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings)
    _put("bench.nothing", 1)
    wait_until(lambda: _left() == 0, 60, "the worker")
    return process


def _celery(broker: str) -> subprocess.Popen[bytes]:
    command = [
        str(Path(sys.executable).with_name("celery")), "-A", "bench.celery_floor", "worker",
        "--pool", "solo", "--without-gossip", "--without-mingle", "--without-heartbeat",
        "--loglevel", "ERROR",
    ]  # fmt: skip
    environment = os.environ | {"BENCH_BROKER": broker}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _send(broker, 1)
    with redis.Redis.from_url(broker) as line:
        wait_until(lambda: _waiting(line) == 0, 60, "Celery")
    return process


def _put(job: str, count: int) -> None:
    """Rows in the outbox, as `defer` writes them, and one wake-up."""
    now = clock.now()
    rows = [
        {"key": f"{job}:{time.time_ns()}:{n}", "job": job, "args": {},
         "lane": outbox.rank("work"), "due_at": now, "created_at": now}
        for n in range(count)
    ]  # fmt: skip
    with work.unit():
        outbox.put(rows)
        work.after_commit(lambda: outbox.wake("work"))


def _left() -> int:
    with work.unit(writes=False):
        query = select(func.count()).where(OutboxRow.state != RowState.DONE)
        return work.session().scalar(query) or 0


def _send(broker: str, count: int) -> None:
    with nothing.app.connection_for_write(broker) as line, line.Producer() as producer:
        for _ in range(count):
            nothing.apply_async(producer=producer)


def _waiting(line: redis.Redis) -> int:
    return int(line.llen("celery")) + int(line.hlen("unacked"))


if __name__ == "__main__":
    settings = Config.from_env()
    create_app(settings)
    modules.install((*modules.loaded().items, MODULE))
    workers.run(settings)
