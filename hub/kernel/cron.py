"""The scheduler: defers what is due, wakes what was left, seals the log, finds the dead."""

from __future__ import annotations

import signal
import threading
from datetime import UTC, datetime

import structlog

from hub.kernel import audit, clock, modules, outbox, rescue, runner, vitals, work
from hub.kernel.config import Config

log = structlog.get_logger(__name__)

TICK_S = 1.0
DEAD_EVERY = 15  # ticks between looks for dead owners


def run(config: Config) -> None:
    """Tick until SIGTERM."""
    del config
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    life = vitals.Vitals("cron")
    _try(runner.unpark)
    tick = 0
    while not stop.wait(TICK_S):
        tick += 1
        for step in (defer_due, runner.sweep, seal):
            _try(step)
        if tick % DEAD_EVERY == 0:
            _try(rescue.recover_dead)
            _try(vitals.forget_dead)
    life.end()


def _try(step: object) -> None:
    try:
        step()  # type: ignore[operator]
    except Exception:
        # A stopped database or Redis must not end the scheduler: the next tick tries again.
        log.exception("cron_step_failed")


def seal() -> None:
    """Seal the audit log; the scheduler is the one sealer."""
    with work.unit():
        audit.seal()


def defer_due() -> None:
    """Put a row for every line of the timetable whose time has come; each moment once."""
    now = clock.now()
    rows = []
    for line in modules.loaded().cron:
        moment = int(now.timestamp()) // line.every_s * line.every_s
        due = datetime.fromtimestamp(moment, UTC)
        rows.append({
            "key": f"cron:{line.job}:{moment}", "job": line.job, "args": {},
            "lane": outbox.rank(line.lane), "due_at": due, "created_at": now,
        })  # fmt: skip
    if rows:
        with work.unit():
            outbox.put(rows)
