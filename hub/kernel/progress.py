"""Operations that take longer than a second: how far, what came of it, and a way to stop it.

Each step is told in a short unit of its own, so that whoever watches sees it while it runs.
"""

from __future__ import annotations

import enum
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import Index, Select, String, Text, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel import access, audit, clock, live, work
from hub.kernel.access import Actor
from hub.kernel.base import Base, Id, Utc
from hub.kernel.errors import Conflict, HubError, brief

log = structlog.get_logger(__name__)

TELL_S = 0.5  # how often a running operation is told of
KEEP_DAYS = 30


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
    title: Mapped[str]
    owner_id: Mapped[int | None]  # user
    state: Mapped[str] = mapped_column(String(16), default=OperationState.WAITING)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]  # None while it is not known
    result: Mapped[dict[str, Any]]
    link: Mapped[str] = mapped_column(default="")  # path of what came of it
    problem: Mapped[str] = mapped_column(Text, default="")
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    begun_at: Mapped[Utc]
    told_at: Mapped[Utc]
    ended_at: Mapped[Utc | None]


class Cancelled(HubError):
    """Somebody asked the operation to stop; what it had finished stays."""

    status, code = 409, "cancelled"


def begin(kind: str, title: str, *, total: int | None = None) -> int:
    """Note an operation of the present actor → its id; its job then calls `run`."""
    now = clock.now()
    row = Operation(
        kind=kind, title=title[:255], owner_id=access.current().user_id, total=total, result={},
        state=OperationState.WAITING, begun_at=now, told_at=now,
    )  # fmt: skip
    work.session().add(row)
    work.session().flush()
    return row.id


class Teller:
    """What a running operation tells of itself with."""

    def __init__(self, operation_id: int) -> None:
        self.id = operation_id
        self._told = 0.0

    def step(self, done: int, total: int | None = None) -> None:
        """Say how far it is, at most twice a second; no unit may be open.

        Raises: Cancelled when somebody asked it to stop.
        """
        if time.monotonic() - self._told < TELL_S:
            return
        self._told = time.monotonic()
        values: dict[str, Any] = {"done": done} | ({} if total is None else {"total": total})
        with work.unit():
            if _change(self.id, values).cancel_asked:
                raise Cancelled


def run(operation_id: int, act: Callable[[Teller], Mapping[str, Any]], *, link: str = "") -> None:
    """Run an operation from its job: `act(teller)` → its result. No unit may be open.

    A failure is noted, with its reason, and raised.
    """
    with work.unit():
        row = access.found(work.session().get(Operation, operation_id))
        if row.state not in OPEN or row.cancel_asked:
            _end(operation_id, OperationState.CANCELLED)
            return
        _change(operation_id, {"state": OperationState.RUNNING})
    try:
        result = act(Teller(operation_id))
    except Cancelled:
        with work.unit():
            _end(operation_id, OperationState.CANCELLED)
    except Exception as error:
        log.exception("operation_failed", operation=operation_id)
        told = error.detail if isinstance(error, HubError) else brief(error)
        with work.unit():
            _end(operation_id, OperationState.FAILED, problem=told[:500])
        raise
    else:
        with work.unit():
            _end(operation_id, OperationState.DONE, result=dict(result), link=link)


def cancel(operation_id: int) -> None:
    """Ask an operation to stop at its next step.

    Raises: NotFound, Conflict when it is over.
    """
    row = one(operation_id)
    if row.state not in OPEN:
        raise Conflict("it is over already", code="over")
    row.cancel_asked = True
    if row.state == OperationState.WAITING:
        _end(operation_id, OperationState.CANCELLED)
    audit.append("cancelled", "operation", operation_id, {"kind": row.kind})


def visible() -> Select[Any]:
    """The present actor's own operations; all of them for whoever runs the system."""
    actor = access.current()
    if actor.holds("operations.read"):
        return select(Operation)
    return select(Operation).where(Operation.owner_id == (actor.user_id or 0))


def one(operation_id: int) -> Operation:
    """An operation the present actor may see.

    Raises: NotFound.
    """
    found: Operation | None = work.session().scalar(visible().where(Operation.id == operation_id))
    return access.found(found)


def may_watch(actor: Actor, operation_id: int) -> bool:
    """Whether somebody may join an operation's live room."""
    row = work.session().get(Operation, operation_id)
    if row is None:
        return False
    return actor.holds("operations.read") or row.owner_id == actor.user_id


def purge() -> None:
    """Job: forget what ended long ago."""
    old = clock.now() - timedelta(days=KEEP_DAYS)
    gone = select(Operation.id).where(Operation.ended_at < old).limit(5_000)
    work.session().execute(delete(Operation).where(Operation.id.in_(gone)))


def _end(operation_id: int, state: OperationState, **values: Any) -> None:
    now = clock.now()
    row = _change(operation_id, {"state": state, "ended_at": now} | values)
    if state is OperationState.DONE and row.total is None:
        _change(operation_id, {"total": row.done})


def _change(operation_id: int, values: dict[str, Any]) -> Operation:
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
