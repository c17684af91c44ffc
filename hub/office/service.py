"""What an operator does: try again, drop, run now, ask for a backup or a check."""

from __future__ import annotations

import secrets

from flask_babel import gettext as _
from sqlalchemy import select, update

from hub.kernel import access, audit, clock, operations, outbox, progress, work
from hub.kernel.errors import Conflict, NotFound
from hub.kernel.giving_up import DROPPED, give_up
from hub.kernel.operations import OPEN, Operation, OperationState
from hub.kernel.outbox import OutboxRow, RowState
from hub.kernel.sentences import kept
from hub.office import queries, words
from hub.office.rules import Kind

AGAIN = (RowState.FAILED, RowState.PARKED, RowState.DROPPED)
DROPPABLE = (RowState.WAITING, RowState.FAILED, RowState.PARKED)


def retry(row_id: int) -> None:
    """Let a row wait anew, as if it had never been tried.

    Raises: Forbidden, NotFound; Conflict when it is not given up, or when the long task it was
        for was said to be over.
    """
    access.demand("jobs.write")
    row = queries.job(row_id)
    if operations.is_over(row.key):
        raise Conflict(_("The long task it was for is over: begin that anew."))
    changed = {"state": RowState.WAITING, "tries": 0, "due_at": clock.now(), "done_at": None}
    one = update(OutboxRow).where(OutboxRow.id == row_id, OutboxRow.state.in_(AGAIN))
    if not work.session().execute(one.values(**changed)).rowcount:  # type: ignore[attr-defined]
        raise Conflict(_("It is not given up: there is nothing to try again."))
    audit.append("jobs.retried", "job", row_id, {"job": row.job})
    _wake(row.lane)


def retry_all(job: str) -> int:
    """Let every row of a job that was given up wait anew → how many.

    Raises: Forbidden.
    """
    access.demand("jobs.write")
    changed = {"state": RowState.WAITING, "tries": 0, "due_at": clock.now(), "done_at": None}
    mine = update(OutboxRow).where(
        OutboxRow.job == job, OutboxRow.state == RowState.FAILED,
        OutboxRow.key.not_in(select(Operation.job_key)),  # ended, and said so
    )  # fmt: skip
    count: int = work.session().execute(mine.values(**changed)).rowcount  # type: ignore[attr-defined]
    if count:
        audit.append("jobs.retried", "job", None, {"job": job, "rows": count})
    return count  # the sweep wakes their lanes within a second


def drop(row_id: int) -> None:
    """Decide that a row shall not be done; it stays listed.

    Raises: Forbidden, NotFound; Conflict when it runs or is over.
    """
    access.demand("jobs.write")
    row = queries.job(row_id)
    changed = {"state": RowState.DROPPED, "done_at": clock.now()}
    one = update(OutboxRow).where(OutboxRow.id == row_id, OutboxRow.state.in_(DROPPABLE))
    if not work.session().execute(one.values(**changed)).rowcount:  # type: ignore[attr-defined]
        raise Conflict(_("It is running or over: it cannot be dropped."))
    give_up(row, OperationState.CANCELLED, DROPPED)
    audit.append("jobs.dropped", "job", row_id, {"job": row.job})


def run_now(job: str) -> None:
    """Run a line of the timetable once more, out of turn.

    Raises: Forbidden; NotFound for a job that the timetable does not name.
    """
    access.demand("jobs.write")
    if not queries.has_line(job):
        raise NotFound
    outbox.put([{
        "key": f"now:{job}:{secrets.token_hex(8)}", "job": job, "args": {},
        "lane": outbox.rank("work"), "due_at": clock.now(), "created_at": clock.now(),
    }])  # fmt: skip
    audit.append("jobs.run", "job", None, {"job": job})
    _wake(outbox.rank("work"))


def ask(kind: Kind) -> int:
    """Have long work done by a worker → the operation; one of a kind at a time.

    Raises: Forbidden, Conflict.
    """
    access.demand("audit.read" if kind is Kind.VERIFY else "system.run")
    last = queries.last_task(kind)
    if last is not None and last.state in OPEN:
        raise Conflict(_("That is being done already."))
    number = progress.begin(kind, kept(words.TASKS[kind]))
    audit.append("asked", "operation", number, {"kind": kind})
    return number


def _wake(lane: int) -> None:
    work.after_commit(lambda: outbox.wake(outbox.LANES[lane]))
