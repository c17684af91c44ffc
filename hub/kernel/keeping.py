"""How long rows stay: old ones go in slices, so that nobody waits for the lock."""

from __future__ import annotations

import secrets
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as l_
from sqlalchemy import ColumnElement, Select, Table, delete, select

from hub.kernel import clock, outbox, parameters, work
from hub.kernel.module import Keep
from hub.kernel.parameters import Parameter

SLICE = 5_000  # rows a unit
DONE_DAYS = Parameter(
    name="kernel.keep_done_days", title=l_("Finished jobs stay listed for"), kind="int",
    default=7, unit="days", low=Decimal(1), high=Decimal(3_650),
)  # fmt: skip


def days_of(keep: Keep) -> int:
    """How long its rows stay today."""
    return int(parameters.get(keep.days)) if isinstance(keep.days, str) else keep.days


def old_ones(table: Table, at: ColumnElement[Any], condition: Any, *, days: int) -> Select[Any]:
    """Ids of a slice of the rows that are too old."""
    over = clock.now() - timedelta(days=days)
    return select(table.c.id).where(condition, at < over).limit(SLICE)


def delete_old(table: Table, at: ColumnElement[Any], condition: Any, *, days: int, job: str) -> int:
    """Take away a slice of the rows that are too old; `job` is called again while one was full.

    Shape: how many went.
    """
    old = old_ones(table, at, condition, days=days)
    gone: Any = work.session().execute(delete(table).where(table.c.id.in_(old)))
    if gone.rowcount == SLICE:
        outbox.defer(job, secrets.token_hex(8))
    return int(gone.rowcount)


def purge_outbox() -> None:
    """Job: take away what was done or dropped long ago."""
    rows = outbox.table()
    days = parameters.get(DONE_DAYS.name)
    delete_old(rows, rows.c.done_at, outbox.ENDED, days=days, job="kernel.purge")
