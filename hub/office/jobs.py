"""The long work itself: operations, so that no unit is open while they take their time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from hub.kernel import audit, clock, doctor, parameters, progress, work
from hub.kernel.audit import AuditLink
from hub.kernel.backups import making, shelf
from hub.kernel.module import Job
from hub.kernel.operations import OPEN, OperationState
from hub.kernel.parameters import Parameter
from hub.kernel.progress import Teller
from hub.kernel.sentences import kept
from hub.office import queries, words
from hub.office.rules import Kind

HOUR = Parameter(
    name="office.backup_hour", title=_("Hour of the daily backup"), kind="int", default=3,
    unit="o'clock", low=Decimal(0), high=Decimal(23),
)  # fmt: skip
KEEP = Parameter(
    name="office.backup_keep", title=_("Backups that are kept"), kind="int", default=7,
    unit="backups", low=Decimal(1), high=Decimal(1_000),
)  # fmt: skip

Asked = Mapping[str, Any]


def _backup(teller: Teller, _: Asked) -> dict[str, Any]:
    with work.unit(writes=False):
        keep = parameters.get(KEEP.name)

    def tell(done: int, total: int) -> None:
        if done < total:  # at its end the archive stands: too late to be stopped
            teller.step(done, total)

    made = making.make(work.config(), None, tell)
    shelf.thin_out(keep)
    return {
        "file": made.path.name, "size": made.size, "head": made.found.head,
        "rows": sum(made.found.counts.values()), "members": len(made.found.members),
    }  # fmt: skip


def _verify(teller: Teller, _: Asked) -> dict[str, Any]:
    with work.unit(writes=False):
        total = work.session().scalar(select(func.count()).select_from(AuditLink)) or 0
        verdict = audit.verify(lambda count: teller.step(count, total))
    return {
        "holds": verdict.holds, "rows": verdict.rows, "tail": verdict.tail, "head": verdict.head,
        "faults": list(verdict.faults[:100]),
    }  # fmt: skip


def _check(teller: Teller, _: Asked) -> dict[str, Any]:
    found: list[dict[str, Any]] = []
    for told in doctor.examine(work.config()):
        found.append(asdict(told))
        teller.step(len(found), len(found) + 1)
    faults = sum(line["state"] == "fault" for line in found)
    return {"faults": faults, "findings": found}


def _page(operation_id: int) -> str:
    return f"/system/tasks/{operation_id}"


def backup_due() -> None:
    """Job: begin the daily backup in its hour, unless one of today is there or in hand."""
    now = clock.local_now()
    if now.hour != parameters.get(HOUR.name):
        return
    last = queries.last_task(Kind.BACKUP)
    if last is not None:
        is_todays = last.state == OperationState.DONE and last.begun_at.astimezone(now.tzinfo) >= (
            now.replace(hour=0, minute=0, second=0, microsecond=0)
        )
        if is_todays or last.state in OPEN:
            return
    progress.begin(Kind.BACKUP, kept(words.TASKS[Kind.BACKUP]))


JOBS = (
    progress.job(Kind.BACKUP, _backup, link=_page),
    progress.job(Kind.VERIFY, _verify, link=_page),
    progress.job(Kind.CHECK, _check, link=_page),
    Job(name="office.backup_due", run=backup_due),
)
