"""Reads of the system: jobs, the timetable, what is kept, what was logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from hub.accounts.models import User
from hub.kernel import access, clock, keeping, metrics, modules, outbox, work
from hub.kernel.audit import AuditLink, AuditRow
from hub.kernel.module import Cron, Keep
from hub.kernel.operations import Operation
from hub.kernel.outbox import OutboxRow, RowState
from hub.office.rules import Kind


@dataclass(frozen=True, slots=True)
class Lane:
    """How many rows of a lane stand where."""

    name: str
    waiting: int
    running: int
    failed: int
    parked: int
    dropped: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the timetable: its last run on time and its next."""

    job: str
    every_s: int
    last: datetime | None
    state: str
    row: int | None
    next: datetime


@dataclass(frozen=True, slots=True)
class Stay:
    """How long rows of a table stay, and when that was last seen to."""

    keep: Keep
    days: int
    line: Line | None


def jobs() -> Select[Any]:
    """Every row of the outbox."""
    return select(OutboxRow)


def job(row_id: int) -> OutboxRow:
    """One row.

    Raises: NotFound.
    """
    return access.found(work.session().get(OutboxRow, row_id))


def lanes() -> list[Lane]:
    """Live counts per lane; what is done is not counted."""
    counts: dict[str, dict[str, int]] = {lane: {} for lane in outbox.LANES}
    oldest: dict[str, datetime] = {}
    for lane, state, count, due in metrics.open_rows():
        counts[lane][state] = count
        if due is not None:
            oldest[lane] = due
    return [
        Lane(
            name=lane,
            waiting=here.get(RowState.WAITING, 0),
            running=here.get(RowState.RUNNING, 0),
            failed=here.get(RowState.FAILED, 0),
            parked=here.get(RowState.PARKED, 0),
            dropped=here.get(RowState.DROPPED, 0),
            oldest=oldest.get(lane),
        )
        for lane, here in counts.items()
    ]


def failed_of(name: str) -> int:
    """How many rows of a job were given up."""
    query = select(func.count()).where(OutboxRow.state == RowState.FAILED, OutboxRow.job == name)
    return work.session().scalar(query.select_from(OutboxRow)) or 0


def timetable() -> list[Line]:
    """Every line, its last run looked up by the keys its rows must have."""
    now = int(clock.now().timestamp())
    moments = {
        f"cron:{cron.job}:{now // cron.every_s * cron.every_s - step * cron.every_s}": cron
        for cron in modules.loaded().cron
        for step in range(3)
    }
    query = select(
        OutboxRow.id, OutboxRow.key, OutboxRow.state, OutboxRow.done_at, OutboxRow.due_at
    )
    found: dict[str, Any] = {}
    for row in work.session().execute(query.where(OutboxRow.key.in_(moments))):
        held = found.get(moments[row.key].job)
        if held is None or row.due_at > held.due_at:
            found[moments[row.key].job] = row
    return [_line(cron, found.get(cron.job), now) for cron in modules.loaded().cron]


def _line(cron: Cron, row: Any, now: int) -> Line:
    ahead = datetime.fromtimestamp(now // cron.every_s * cron.every_s, UTC)
    following = ahead + timedelta(seconds=cron.every_s)
    if row is None:
        return Line(cron.job, cron.every_s, None, "", None, following)
    return Line(cron.job, cron.every_s, row.done_at or row.due_at, row.state, row.id, following)


def stays() -> list[Stay]:
    """What each module keeps for how long."""
    lines = {line.job: line for line in timetable()}
    kept = [keep for module in modules.loaded().items for keep in module.retention]
    return [Stay(keep, keeping.days_of(keep), lines.get(keep.job)) for keep in kept]


def logged() -> Select[Any]:
    """The audit log, with the names of the firm's users."""
    return select(AuditRow).outerjoin(User, User.id == AuditRow.actor_id)


@dataclass(frozen=True, slots=True)
class Logged:
    """A row of the log: who did it, by name, and its link in the chain."""

    row: AuditRow
    who: str | None
    link: str | None


def logged_one(row_id: int) -> Logged:
    """One row.

    Raises: NotFound.
    """
    row = access.found(work.session().get(AuditRow, row_id))
    who = work.session().scalar(select(User.name).where(User.id == row.actor_id))
    link = select(AuditLink.hash).where(AuditLink.audit_id == row_id)
    return Logged(row, who, work.session().scalar(link))


def tasks(kind: Kind) -> Select[Any]:
    """What was asked for of a kind, with whoever asked."""
    query = select(Operation).outerjoin(User, User.id == Operation.owner_id)
    return query.where(Operation.kind == kind)


def task(task_id: int) -> Operation:
    """One piece of an operator's long work, for everybody who may read the log.

    Raises: NotFound.
    """
    row = work.session().get(Operation, task_id)
    return access.found(row if row is not None and row.kind in set(Kind) else None)


def last_task(kind: Kind) -> Operation | None:
    """The newest of a kind."""
    query = select(Operation).where(Operation.kind == kind)
    return work.session().scalar(query.order_by(Operation.id.desc()).limit(1))


def has_line(job_name: str) -> bool:
    """Whether the timetable names a job."""
    return any(cron.job == job_name for cron in modules.loaded().cron)
