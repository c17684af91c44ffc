"""How long staged data stays: the file of a finished import is proof, all else goes."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import delete, select

from hub.kernel import clock, outbox, work
from hub.kernel.base import table_of
from hub.kernel.imports.models import WORKING, Import, Line, Part, Row, State
from hub.kernel.imports.passes import clear

KEEP_DAYS = 30
_PARTS = 20  # of 256 KB, a unit


def sweep() -> None:
    """Take away a slice of what nobody needs any more; comes back while something is left.

    Staged lines and rows go 30 days after the last change; the bytes of a file stay when it
    was taken over, and go with the rest when it was not.
    """
    old = clock.now() - timedelta(days=KEEP_DAYS)
    query = (
        select(Import)
        .where(Import.changed_at < old, Import.lines >= 0, Import.state.not_in(WORKING))
        .order_by(Import.id)
        .limit(1)
    )
    row = work.session().scalar(query)
    if row is None:
        return
    if not (clear(row.id, Row) or clear(row.id, Line) or _clear_parts(row)):
        row.lines = -1  # swept
        if row.state not in {State.DONE, State.FAILED}:
            row.state = State.CANCELLED
    outbox.defer("imports.sweep", secrets.token_hex(8))


def _clear_parts(row: Import) -> bool:
    if row.state == State.DONE:
        return False
    parts = table_of(Part)
    some = select(parts.c.id).where(parts.c.import_id == row.id).limit(_PARTS)
    found = work.session().scalars(some).all()
    work.session().execute(delete(parts).where(parts.c.id.in_(found)))
    return bool(found)
