"""Run an import's present pass here and now: for the command line, which waits for it."""

from __future__ import annotations

from collections.abc import Iterator

from hub.kernel import modules, work
from hub.kernel.imports.models import JOBS, Import, State
from hub.kernel.imports.passes import share
from hub.kernel.module import External

ME = "command"


def drive(import_id: int) -> Iterator[int]:
    """Work until the present pass is over, beside any worker that does the same.

    Units: per cent done so far.
    """
    with work.unit(writes=False):
        row = work.session().get_one(Import, import_id)
        state, run = State(row.state), row.run
    job = modules.loaded().jobs.get(JOBS.get(state, ""))
    if not isinstance(job, External):
        return
    while True:
        with work.unit():
            task = job.claim(ME, import_id=import_id, run=run)
        if task is None:
            return
        outcome = job.act(task)
        with work.unit():
            job.record(task, outcome)
            done = share(work.session().get_one(Import, import_id))
        yield done
