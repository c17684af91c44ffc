"""A worker: drains what RQ wakes it for, in this process, the application made beforehand."""

from __future__ import annotations

import contextlib
import gc
import signal
import threading
from types import FrameType

import structlog
from rq import SimpleWorker
from rq.exceptions import StopRequested
from rq.timeouts import TimerDeathPenalty

from hub.kernel import outbox, owners, runner, store, vitals
from hub.kernel.config import Config

log = structlog.get_logger(__name__)


class HubWorker(SimpleWorker):
    """RQ's in-process worker; the outbox is the truth, so its jobs carry a lane's name only."""

    death_penalty_class = TimerDeathPenalty

    def _install_signal_handlers(self) -> None:
        """Whoever runs it hears the signals: RQ's own handlers would not stop a running drain."""


def run(config: Config) -> None:
    """Work until SIGTERM, a running drain is finished first."""
    del config
    connection = store.waiting_client()
    queues = [store.queue(lane, connection) for lane in outbox.LANES]
    worker = HubWorker(queues, connection=connection, name=owners.me().replace(".", "-"))
    stop = threading.Event()
    at_work = threading.Event()

    def leave(number: int, frame: FrameType | None) -> None:
        stop.set()
        runner.stop()
        if at_work.is_set():
            worker.request_stop(number, frame)  # type: ignore[no-untyped-call]

    signal.signal(signal.SIGTERM, leave)  # before anybody is told that it lives
    life = vitals.Vitals("worker")
    gc.collect()
    gc.freeze()  # what was made so far stays: the collector looks at messages only
    with contextlib.suppress(StopRequested):  # asked between two jobs: nothing is in hand
        at_work.set()
        _work(worker, stop)
    life.end()


def _work(worker: HubWorker, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            worker.work(logging_level="WARNING", with_scheduler=False)
        except store.LOST:
            log.warning("worker_waits_for_redis")
            stop.wait(2)
        else:
            break
