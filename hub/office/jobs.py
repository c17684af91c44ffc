"""The work itself: an external job, so that no unit is open while it takes its time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

import structlog
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select, update

from hub.kernel import audit, clock, doctor, keeping, parameters, pulse, work
from hub.kernel.audit import AuditLink
from hub.kernel.backups import making, shelf
from hub.kernel.base import table_of
from hub.kernel.errors import HubError, brief
from hub.kernel.module import External, Job
from hub.kernel.parameters import Parameter
from hub.office import queries, service
from hub.office.models import Task
from hub.office.rules import OVER, Kind, Stage

log = structlog.get_logger(__name__)

HOUR = Parameter(
    name="office.backup_hour", title=_("Hour of the daily backup"), kind="int", default=3,
    unit="o'clock", low=Decimal(0), high=Decimal(23),
)  # fmt: skip
KEEP = Parameter(
    name="office.backup_keep", title=_("Backups that are kept"), kind="int", default=7,
    unit="backups", low=Decimal(1), high=Decimal(1_000),
)  # fmt: skip
TASK_DAYS = Parameter(
    name="office.keep_task_days", title=_("Backups and checks stay listed for"), kind="int",
    default=400, unit="days", low=Decimal(30), high=Decimal(3_650),
)  # fmt: skip
TELL_S = 0.5


@dataclass(frozen=True, slots=True)
class Claimed:
    """A task in hand; `keep` backups stay on the shelf."""

    id: int
    kind: Kind
    keep: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it."""

    state: Stage
    result: dict[str, Any]


class Teller:
    """Writes progress in short units of its own, and says that the worker lives."""

    def __init__(self, task_id: int) -> None:
        self._id, self._last_s = task_id, 0.0

    def __call__(self, done: int, total: int) -> None:
        """So much of so much."""
        pulse.beat()
        if time.monotonic() - self._last_s < TELL_S:
            return
        self._last_s = time.monotonic()
        one = update(Task).where(Task.id == self._id).values(done=done, total=total)

        def write() -> None:
            work.session().execute(one)

        work.apart(write)


def claim(owner: str, task_id: int) -> Claimed | None:
    """Take the task, once."""
    row = work.session().get(Task, task_id, with_for_update=True)
    if row is None or row.state != Stage.WAITING:
        return None
    row.state, row.owner, row.started_at = Stage.RUNNING, owner, clock.now()
    return Claimed(row.id, Kind(row.kind), parameters.get(KEEP.name))


def act(claimed: Claimed) -> Outcome:
    """Do it; what goes wrong is its outcome, it is not tried again by itself."""
    tell = Teller(claimed.id)
    try:
        return _ACTS[claimed.kind](claimed, tell)
    except HubError as error:
        return Outcome(Stage.FAILED, {"why": str(error)})
    except Exception as error:
        log.exception("task_failed")
        return Outcome(Stage.FAILED, {"why": brief(error)})


def record(claimed: Claimed, outcome: Outcome) -> None:
    """Write down what came of it."""
    row = work.session().get_one(Task, claimed.id)
    row.state, row.result, row.done_at, row.owner = outcome.state, outcome.result, clock.now(), None
    row.total = row.total or 1
    row.done = row.total if outcome.state is Stage.DONE else row.done
    audit.append(f"{claimed.kind}.{outcome.state}", "task", row.id, _short(outcome.result))


def recover(owner: str) -> None:
    """A worker died over it: what was half made is thrown away by the next one."""
    mine = update(Task).where(Task.state == Stage.RUNNING, Task.owner == owner)
    why = {"why": "its worker ended"}
    done = {"state": Stage.FAILED, "result": why, "done_at": clock.now(), "owner": None}
    work.session().execute(mine.values(**done))


def _short(result: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in result.items() if not isinstance(value, list)}


def _backup(claimed: Claimed, tell: Callable[[int, int], None]) -> Outcome:
    made = making.make(work.config(), None, tell)
    shelf.thin_out(claimed.keep)
    return Outcome(Stage.DONE, {
        "file": made.path.name, "size": made.size, "head": made.found.head,
        "rows": sum(made.found.counts.values()), "members": len(made.found.members),
    })  # fmt: skip


def _verify(claimed: Claimed, tell: Callable[[int, int], None]) -> Outcome:
    del claimed
    with work.unit(writes=False):
        total = work.session().scalar(select(func.count()).select_from(AuditLink)) or 0
        verdict = audit.verify(lambda count: tell(count, total))
    return Outcome(Stage.DONE, {
        "holds": verdict.holds, "rows": verdict.rows, "tail": verdict.tail, "head": verdict.head,
        "faults": list(verdict.faults[:100]),
    })  # fmt: skip


def _check(claimed: Claimed, tell: Callable[[int, int], None]) -> Outcome:
    del claimed
    found: list[dict[str, Any]] = []
    for told in doctor.examine(work.config()):
        found.append(asdict(told))
        tell(len(found), len(found) + 1)
    faults = sum(line["state"] == "fault" for line in found)
    return Outcome(Stage.DONE, {"faults": faults, "findings": found})


_ACTS: dict[Kind, Callable[[Claimed, Callable[[int, int], None]], Outcome]] = {
    Kind.BACKUP: _backup, Kind.VERIFY: _verify, Kind.CHECK: _check,
}  # fmt: skip


def backup_due() -> None:
    """Job: begin the daily backup in its hour, unless one of today is there or in hand."""
    now = clock.local_now()
    if now.hour != parameters.get(HOUR.name):
        return
    last = queries.last_task(Kind.BACKUP)
    if last is not None:
        is_open = Stage(last.state) not in OVER
        is_todays = last.state == Stage.DONE and last.asked_at.astimezone(now.tzinfo) >= (
            now.replace(hour=0, minute=0, second=0, microsecond=0)
        )
        if is_open or is_todays:
            return
    service.begin(Kind.BACKUP)


def keep_tasks() -> None:
    """Job: forget old tasks."""
    table = table_of(Task)
    over = table.c.state.in_(OVER)
    days = parameters.get(TASK_DAYS.name)
    keeping.delete_old(table, table.c.asked_at, over, days=days, job="office.keep_tasks")


JOBS = (
    External(name="office.task", claim=claim, act=act, record=record, recover=recover),
    Job(name="office.backup_due", run=backup_due),
    Job(name="office.keep_tasks", run=keep_tasks),
)
