"""Long work as rows: what runs, how far it is, how it ended, and how long it stays listed."""

from __future__ import annotations

import enum
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as l_
from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel import keeping, parameters
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


class Operation(Base):
    """One long piece of work that somebody waits for."""

    __tablename__ = "kernel_operation"
    __table_args__ = (Index("ix_kernel_operation_owner", "owner_id", "id"),)

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(64))
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


def purge() -> None:
    """Job: forget what ended long ago."""
    rows = table_of(Operation)
    days = parameters.get(KEEP_DAYS.name)
    keeping.delete_old(rows, rows.c.ended_at, rows.c.state.not_in(OPEN), days=days, job=PURGE)
