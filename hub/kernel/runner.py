"""The job runner: drains the outbox, each row once, upper lanes first."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from sqlalchemy import select, update

from hub.kernel import (
    access,
    clock,
    giving_up,
    modules,
    outbox,
    owners,
    pulse,
    rows,
    store,
    tally,
    tracing,
    work,
)
from hub.kernel.errors import Unavailable, brief
from hub.kernel.giving_up import give_up
from hub.kernel.module import External, Job, Later
from hub.kernel.operations import OperationState
from hub.kernel.outbox import RowState

log = structlog.get_logger(__name__)

DRAIN_S = 20.0  # a drain ends after this and queues its successor
LOOK_S = 0.2  # how long before upper lanes are looked at again
TURN_S = 2.0  # how long one row may go on before others of its lane have their turn
BATCH = 50  # rows read at a time

REDIS_S = 2.0  # seconds to wait for a part that does not answer now
EXTERNAL_TRIES = 100

_stopping = threading.Event()
_unnoted: list[tuple[Any, Job | External, Exception]] = []  # rows that failed, oldest first


def stop() -> None:
    """End the present drain after its micro-batch: the process is asked to leave."""
    _stopping.set()


def drain_lane(lane: str) -> None:
    """What RQ calls: drain `lane` and all above it, then queue a successor if time ran out."""
    try:
        store.lower_flag(f"wake:{lane}")  # cleared before the read: a later row wakes again
    except Unavailable:
        log.warning("flag_not_lowered", lane=lane)
    again = partial(outbox.wake, lane)
    if not drain(lane, seconds=DRAIN_S, share=again):
        again()


def drain(
    lane: str = outbox.LANES[-1],
    *,
    seconds: float = 3600.0,
    share: Callable[[], None] | None = None,
) -> bool:
    """Run what is due in `lane` and above until nothing is left.

    Shape: False when time ran out first; `share` is called once when there is more than one
        row, to wake another worker, who does the same: so a long queue wakes them all.
    """
    ends = time.monotonic() + seconds
    _note_failures()
    while time.monotonic() < ends and not _stopping.is_set():
        waiting = _due(outbox.rank(lane))
        if not waiting:
            pulse.rest()
            return True
        if share is not None and len(waiting) > 1:
            share()
            share = None
        look = min(ends, time.monotonic() + LOOK_S)
        for row in waiting:
            _run(row, look)
            if time.monotonic() > look or _stopping.is_set():
                break
    pulse.rest()
    return False


def _due(lane: int, *, most: int = BATCH) -> list[Any]:
    """Rows that are due in a lane (by its rank) and above, in the order they are run."""
    with work.unit(writes=False):
        return rows.due(lane, most=most)


def is_awaited(lane: str) -> bool:
    """Whether who works in `lane` should come back: a lane above it waits, or the process ends.

    Shape: asked in a unit.
    """
    return _stopping.is_set() or bool(rows.due(outbox.rank(lane) - 1, most=1))


def _run(row: Any, look: float) -> None:
    pulse.beat()
    job = modules.loaded().jobs.get(row.job)
    if job is None:
        with work.unit():
            rows.settle(row, RowState.PARKED, why="its module is not loaded")
            give_up(row, OperationState.FAILED, giving_up.PARKED)
        return
    with (
        tracing.following(row.origin),
        structlog.contextvars.bound_contextvars(job=row.job, row=row.id),
        access.acting(access.SYSTEM),
    ):
        try:
            if isinstance(job, Job):
                _run_plain(row, job)
            else:
                _run_external(row, job, look)
            tally.count("jobs", row.job, "ran")
        except Exception as error:
            log.exception("job_failed")
            tally.count("jobs", row.job, "failed")
            _unnoted.append((row, job, error))
            _note_failures()


def _run_plain(row: Any, job: Job) -> None:
    with work.unit():
        if rows.take(row, RowState.DONE):
            job.run(**row.args)


def _run_external(row: Any, job: External, look: float) -> None:
    with work.unit():
        if not rows.take(row, RowState.RUNNING):
            return
    turn = time.monotonic() + TURN_S
    step = _step(job, row)
    while step is not None and not isinstance(step, Later):
        pulse.beat()
        done = partial(job.record, step, job.act(step))
        if time.monotonic() > look and not _stopping.is_set() and not _due(row.lane - 1, most=1):
            look = min(turn, time.monotonic() + LOOK_S)
        over = time.monotonic() > look or _stopping.is_set()
        step = _step(job, row, done, more=not over)


def _step(
    job: External, row: Any, record: Callable[[], None] = lambda: None, *, more: bool = True
) -> Any:
    """Record the last outcome and claim the next payload, or end the row, in one unit."""
    step = _ready(job, row) if more else Later(seconds=0)
    with work.unit(durable=True):
        record()
        if not isinstance(step, Later):
            arguments = row.args if job.ready is None else row.args | {"ready": step}
            step = job.claim(owners.me(), **arguments)
        if step is None:
            rows.settle(row, RowState.DONE)
        elif isinstance(step, Later):
            rows.settle(row, RowState.WAITING, in_s=step.seconds)
    return step


def _ready(job: External, row: Any) -> Any:
    """What the claim needs of the world outside, asked while no unit is open."""
    if job.ready is None:
        return None
    try:
        return job.ready(**row.args)
    except Unavailable as error:
        log.warning("external_job_waits", why=str(error))
        return Later(seconds=REDIS_S)


def _note_failures() -> None:
    """Note what failed; on a full disk not even that can be written: it is tried again later."""
    while _unnoted:
        try:
            _fail(*_unnoted[0])
        except Exception:
            log.exception("failure_not_noted")
            return
        _unnoted.pop(0)


def _fail(row: Any, job: Job | External, error: Exception) -> None:
    """Note the failure in a unit of its own: wait longer each time, then give up."""
    failed = row.tries + 1
    with work.unit():
        if isinstance(job, External):
            job.recover(owners.me())
        elif not rows.take(row, RowState.RUNNING):
            return  # the failure left the row free, and another worker has it by now
    most = job.tries if isinstance(job, Job) else EXTERNAL_TRIES
    state = RowState.WAITING if failed < most else RowState.FAILED
    why = brief(error)[:500]
    with work.unit():
        rows.settle(row, state, why=why, in_s=min(600.0, 2.0 ** min(failed, 10)), failed=failed)
        if state == RowState.FAILED:
            give_up(row, OperationState.FAILED, giving_up.FAILED)


def sweep() -> None:
    """Wake every lane that has due rows: what a lost push or a stopped Redis left behind."""
    table = outbox.table()
    query = (
        select(table.c.lane)
        .where(table.c.state == RowState.WAITING, table.c.due_at <= clock.now())
        .distinct()
    )
    with work.unit(writes=False):
        lanes = [outbox.LANES[rank] for rank in work.session().scalars(query)]
    for lane in lanes:
        outbox.wake(lane)


def unpark() -> None:
    """Let rows wait again whose module has come back."""
    table = outbox.table()
    with work.unit():
        work.session().execute(
            update(table)
            .where(table.c.state == RowState.PARKED, table.c.job.in_(modules.loaded().jobs))
            .values(state=RowState.WAITING, error=None, done_at=None)
        )
