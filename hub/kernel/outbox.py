"""What must happen after commit: rows written in the caller's transaction, run by the runner."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Index, String, Table, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel import clock, modules, store, tally, tracing, work
from hub.kernel.base import Base, Id, Utc, table_of
from hub.kernel.errors import Unavailable
from hub.kernel.events import Event, plain
from hub.kernel.inserts import insert_new

log = structlog.get_logger(__name__)

# Upper lanes first; a lane's rank is its place.
LANES = ("code", "notice", "service", "work", "promotion", "index")


# Written out: a partial index is used only where the database can read its condition.
STUCK = text("state IN ('failed', 'parked', 'dropped')")
ENDED = text("state IN ('done', 'dropped')")


class RowState(enum.StrEnum):
    """Where an outbox row stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    PARKED = "parked"
    DROPPED = "dropped"  # an operator decided that it shall not be done


class OutboxRow(Base):
    """One piece of work, done once however often it is pushed."""

    __tablename__ = "kernel_outbox"
    __table_args__ = (
        Index(
            "ix_kernel_outbox_waiting",
            "lane",
            "due_at",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_kernel_outbox_owner",
            "owner",
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
        Index(
            "ix_kernel_outbox_stuck",
            "state",
            "lane",
            sqlite_where=STUCK,
            postgresql_where=STUCK,
        ),
        Index("ix_kernel_outbox_ended", "done_at", sqlite_where=ENDED, postgresql_where=ENDED),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    job: Mapped[str]
    args: Mapped[dict[str, Any]]
    lane: Mapped[int]  # rank in LANES
    state: Mapped[str] = mapped_column(default=RowState.WAITING)
    due_at: Mapped[Utc]
    tries: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str | None]
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[Utc]
    done_at: Mapped[Utc | None]
    origin: Mapped[str] = mapped_column(String(64), default="")  # id of the request behind it


def table() -> Table:
    """The outbox as a table, for set-based statements."""
    return table_of(OutboxRow)


def rank(lane: str) -> int:
    """A lane's rank: 0 is the first.

    Raises: ValueError for an unknown lane.
    """
    return LANES.index(lane)


def key_of(job: str, key: str) -> str:
    """The key of the row that `defer` writes."""
    return f"{job}:{key}"


def defer(
    job: str, key: str, *, at: datetime | None = None, lane: str = "work", **args: Any
) -> None:
    """Have `job` run after this unit commits, once per `key`.

    Shape: `args` are JSON values: ids, not rows. A key that was used before does nothing.
    """
    now = clock.now()
    put([{
        "key": key_of(job, key), "job": job, "args": plain(args), "lane": rank(lane),
        "due_at": at or now, "created_at": now,
    }])  # fmt: skip
    if at is None or at <= now:
        work.after_commit(lambda: wake(lane))


def put(rows: list[dict[str, Any]]) -> None:
    """Insert rows whose keys are new; one statement for all."""
    usual = {"state": RowState.WAITING, "tries": 0, "origin": tracing.origin()}
    work.session().execute(insert_new(table(), ["key"]), [usual | row for row in rows])


def publish(event: Event) -> None:
    """Tell every listener of a fact, once this unit commits.

    Shape: one row per listening job; its argument `fact` is the event's payload. The key
        holds the payload, so the same fact told twice is heard once.
    """
    fact = event.payload()
    identity = ",".join(f"{name}={value}" for name, value in sorted(fact.items()))[:180]
    for job in modules.loaded().listeners.get(event.name, ()):
        defer(job, identity, fact=fact)


def wake(lane: str) -> None:
    """Ask a worker to drain `lane`. Without Redis the sweep does it later."""
    try:
        if store.raise_flag(f"wake:{lane}", ttl_s=30):
            store.queue(lane).enqueue("hub.kernel.runner.drain_lane", lane, result_ttl=0)
            tally.count("wake_ups", lane)
    except Unavailable:
        tally.count("wake_ups_lost", lane)
        log.warning("wake_postponed", lane=lane)
