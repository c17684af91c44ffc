"""What the three passes over an import share: staging, checking, taking over."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from hub.kernel import clock, live, operations, progress, work
from hub.kernel.base import Base, table_of
from hub.kernel.imports.kinds import Context, kinds
from hub.kernel.imports.models import WORKING, Import, State
from hub.kernel.imports.settings import config
from hub.kernel.operations import OperationState

_ENDS = {
    State.FAILED: OperationState.FAILED, State.HALTED: OperationState.FAILED,
    State.CANCELLED: OperationState.CANCELLED,
}  # fmt: skip
SLICE_ROWS = 2_000  # keeps a unit under 200 ms


def present(import_id: int, run: int, state: State) -> Import | None:
    """The import, if it still is in this very pass."""
    row = work.session().get(Import, import_id, with_for_update=True)
    if row is None or row.run != run or row.state != state:
        return None
    if row.operation_id is not None and not operations.is_open(row.operation_id):
        stop(row)
        return None
    return row


def stop(row: Import) -> None:
    """End it for good; what was taken over so far stays."""
    _take_over_ends(row)
    row.state, row.done_at = State.CANCELLED, clock.now()
    announce(row)
    _close(row)


def _take_over_ends(row: Import) -> None:
    """What follows for the kind, if rows of it were being taken over."""
    was = row.halted if row.state == State.HALTED else row.state
    if was == State.APPLYING and (item := kinds().get(row.kind)) is not None:
        item.end(row.id)


def _close(row: Import) -> None:
    """Say among the long tasks how the pass ended."""
    if row.operation_id is not None:
        state = _ENDS.get(State(row.state), OperationState.DONE)
        progress.end(row.operation_id, state, row.problem or "")


def given_up(why: str, *, import_id: int, run: int) -> None:
    """End a pass whose job is not done any more; it may be begun anew."""
    row = work.session().get(Import, import_id, with_for_update=True)
    if row is not None and row.run == run and row.state in WORKING:
        row.problem = why
        ended(row, State.FAILED)


def clear(import_id: int, model: type[Base]) -> bool:
    """Take away a slice of what an earlier pass left; False when nothing is left."""
    rows = table_of(model)
    some = select(rows.c.seq).where(rows.c.import_id == import_id).limit(SLICE_ROWS)
    query = delete(rows).where(rows.c.import_id == import_id, rows.c.seq.in_(some))
    result: Any = work.session().execute(query)
    return bool(result.rowcount)


def ended(row: Import, state: State) -> None:
    """Note that a pass is over."""
    _take_over_ends(row)
    row.state, row.cursor = state, {}
    announce(row)
    _close(row)


def halt(row: Import, why: str) -> None:
    """Stop where it stands: whoever it works for may not go on, somebody else may.

    Shape: `why` is a sentence as `sentences.kept` writes it.
    """
    _take_over_ends(row)
    row.halted, row.state, row.problem = row.state, State.HALTED, why
    announce(row)
    _close(row)


def announce(row: Import) -> None:
    """Tell the browsers of its owner, and of whom it works for, how far it is."""
    row.changed_at = clock.now()
    payload = {"id": row.id, "state": str(row.state), "share": share(row)}
    for user_id in {row.owner_id, row.actor_id} - {None}:
        live.push(f"user:{user_id}", "import", payload)
    if row.operation_id is not None and row.state in WORKING:
        progress.tell(row.operation_id, share(row))


def share(row: Import) -> int:
    """How much of the present pass is done.

    Units: per cent.
    """
    if row.state == State.STAGING:
        return min(100, 100 * int(row.cursor.get("byte", 0)) // max(1, row.size_bytes))
    if row.state in {State.CHECKING, State.APPLYING}:
        return min(100, 100 * int(row.cursor.get("done", 0)) // max(1, row.lines))
    return 100


def context_of(row: Import) -> Context:
    """What parsers may know."""
    settings = config()
    return Context(
        region=settings.region,
        today=clock.today(settings.zone),
        locale=settings.locale,
        answers=row.answers,
    )


def recover(owner: str) -> None:
    """Nothing to mend: the cursor moves in the same unit as the rows, so the pass goes on."""
    del owner
