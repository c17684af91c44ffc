"""Rows of dead owners: found, put right, free again."""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy import func, select, update

from hub.kernel import clock, modules, outbox, owners, work
from hub.kernel.module import External
from hub.kernel.outbox import RowState

log = structlog.get_logger(__name__)

LEASE_S = 900  # seconds after which a row of another host's silent worker is free again

_rows = outbox.table()


def recover(owner: str) -> None:
    """Put right what a proven-dead owner left: each external job first, then its rows."""
    for job in modules.loaded().jobs.values():
        if isinstance(job, External):
            with work.unit():
                job.recover(owner)
    with work.unit():
        work.session().execute(
            update(_rows)
            .where(_rows.c.state == RowState.RUNNING, _rows.c.owner == owner)
            .values(state=RowState.WAITING, owner=None)
        )


def recover_dead() -> None:
    """Recover owners of running rows that are proven dead here, or silent too long elsewhere."""
    query = select(_rows.c.owner, func.min(_rows.c.done_at).label("since")).where(
        _rows.c.state == RowState.RUNNING
    )
    with work.unit(writes=False):
        found = work.session().execute(query.group_by(_rows.c.owner)).all()
    over = clock.now() - timedelta(seconds=LEASE_S)
    for owner, since in found:
        if owner is None:
            continue
        far = not owners.is_here(owner) and since is not None and since < over
        if far or owners.is_dead(owner):
            log.warning("owner_found_dead", owner=owner)
            recover(owner)
