"""The runner's statements on the outbox: what is due, taken, settled. Each needs a unit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Integer, bindparam, literal_column, select, update

from hub.kernel import clock, outbox, owners, work
from hub.kernel.outbox import RowState

_rows = outbox.table()
_same = _rows.alias("same")
# On PostgreSQL a row that another worker has taken but not committed is passed over.
_free = select(_same.c.id).where(_same.c.id == bindparam("row"), _same.c.state == RowState.WAITING)
_taking = (
    update(_rows)
    .where(_rows.c.id.in_(_free.with_for_update(skip_locked=True)))
    .values(state=bindparam("to"), owner=bindparam("by"), done_at=bindparam("at"))
)
_settling = (
    update(_rows)
    .where(_rows.c.id == bindparam("row"))
    .values(
        state=bindparam("to"),
        due_at=bindparam("due"),
        error=bindparam("why"),
        done_at=bindparam("at"),
        tries=bindparam("failed"),
    )
)


_waiting = (
    select(
        _rows.c.id,
        _rows.c.key,
        _rows.c.job,
        _rows.c.args,
        _rows.c.tries,
        _rows.c.lane,
        _rows.c.origin,
    )
    .where(_rows.c.state == literal_column("'waiting'"), _rows.c.lane <= bindparam("rank"))
    .where(_rows.c.due_at <= bindparam("now"))
    .order_by(_rows.c.lane, _rows.c.due_at, _rows.c.id)
    .limit(bindparam("most", type_=Integer))
)


def due(lane: int, *, most: int) -> list[Any]:
    """Rows that are due in a lane (by its rank) and above, in the order they are run."""
    values = {"rank": lane, "now": clock.now(), "most": most}
    return list(work.session().connection().execute(_waiting, values))


def take(row: Any, to: RowState) -> bool:
    """Take a waiting row; False when another worker has it by now."""
    values = {"row": row.id, "to": to, "by": owners.me(), "at": clock.now()}
    result: Any = work.session().connection().execute(_taking, values)
    return bool(result.rowcount)


def settle(row: Any, state: RowState, *, why: str = "", in_s: float = 0.0, failed: int = 0) -> None:
    """Say where a row stands now: done, waiting again, given up."""
    now = clock.now()
    done = now if state == RowState.DONE else None
    values = {
        "row": row.id, "to": state, "due": now + timedelta(seconds=in_s), "why": why, "at": done,
        "failed": failed,
    }  # fmt: skip
    work.session().connection().execute(_settling, values)
