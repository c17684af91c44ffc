"""Long work as rows: what runs, how far it is, how it ended, and how long it stays listed."""

from __future__ import annotations

import enum
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as l_
from sqlalchemy import Index, String, Text, select, update
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel import clock, keeping, live, parameters, work
from hub.kernel.base import Base, Id, Utc, table_of
from hub.kernel.parameters import Parameter

KEEP_DAYS = Parameter(
    name="kernel.keep_operation_days", title=l_("Long tasks stay listed for"), kind="int",
    default=400, unit="days", low=Decimal(31), high=Decimal(3_650),
)  # fmt: skip
PURGE = "kernel.purge_operations"


class OperationState(enum.StrEnum):
    """Where an operation stands."""

    WAITING = "waiting"  # its job has not begun
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = (OperationState.WAITING, OperationState.RUNNING)
ENDED = tuple(state for state in OperationState if state not in OPEN)


class Operation(Base):
    """One long piece of work that somebody waits for."""

    __tablename__ = "kernel_operation"
    __table_args__ = (
        Index("ix_kernel_operation_owner", "owner_id", "id"),
        Index("ix_kernel_operation_job_key", "job_key"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(64))  # the job that carries it on
    job_key: Mapped[str]  # of that job's row in the outbox
    title: Mapped[str] = mapped_column(Text)  # a sentence as `sentences.kept` writes it
    owner_id: Mapped[int | None]  # user
    worker: Mapped[str | None]  # the process that has it in hand
    state: Mapped[str] = mapped_column(String(16), default=OperationState.WAITING)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]  # None while it is not known
    result: Mapped[dict[str, Any]]
    link: Mapped[str] = mapped_column(default="")  # path of what came of it
    problem: Mapped[str] = mapped_column(Text, default="")  # a sentence as well
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    begun_at: Mapped[Utc]
    told_at: Mapped[Utc]
    ended_at: Mapped[Utc | None]


def is_open(operation_id: int) -> bool:
    """Whether it waits or runs."""
    state = select(Operation.state).where(Operation.id == operation_id)
    return work.session().scalar(state) in OPEN


def change(operation_id: int, **values: Any) -> Operation:
    """Write, and show it to whoever watches."""
    session = work.session()
    session.execute(
        update(Operation)
        .where(Operation.id == operation_id)
        .values(told_at=clock.now(), **values)
        .execution_options(synchronize_session=False)
    )
    row = session.get_one(Operation, operation_id, populate_existing=True)
    told = {"id": row.id, "state": row.state, "done": row.done, "total": row.total}
    live.push(f"operation:{row.id}", "progress", told)
    if row.owner_id is not None:
        live.push(f"user:{row.owner_id}", "operation", told)
    return row


def close(operation_id: int, state: OperationState, **values: Any) -> None:
    """Say how it ended."""
    change(operation_id, state=state, **({"ended_at": clock.now(), "worker": None} | values))


def abandon(job_key: str, state: OperationState, why: str) -> None:
    """End what a row of the outbox was to carry on: that row is not done any more.

    Shape: `why` is a sentence as `sentences.kept` writes it.
    """
    mine = select(Operation.id).where(Operation.job_key == job_key, Operation.state.in_(OPEN))
    for number in work.session().scalars(mine).all():  # one, or none
        close(number, state, problem=why)


def is_over(job_key: str) -> bool:
    """Whether what a row of the outbox was to carry on has ended without it."""
    state = select(Operation.state).where(Operation.job_key == job_key)
    return work.session().scalar(state) in ENDED


def purge() -> None:
    """Job: forget what ended long ago."""
    rows = table_of(Operation)
    days = parameters.get(KEEP_DAYS.name)
    keeping.delete_old(rows, rows.c.ended_at, rows.c.state.not_in(OPEN), days=days, job=PURGE)
