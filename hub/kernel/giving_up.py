"""What follows when a row of the outbox is given up: whoever waits for it hears so."""

from __future__ import annotations

from typing import Any

from hub.kernel import modules, operations
from hub.kernel.module import External
from hub.kernel.operations import OperationState
from hub.kernel.sentences import N_, kept

DROPPED = N_("an operator dropped its job")
FAILED = N_("its job failed too often")
PARKED = N_("the module that does it is not loaded")


def give_up(row: Any, state: OperationState, why: str) -> None:
    """End what hangs on a row, in the unit that gives the row up.

    Shape: `row` has the outbox row's key, job and args; `why` is a msgid. Of a module that is not
        loaded only the long task ends: its own rows are put right when it is back.
    """
    job = modules.loaded().jobs.get(row.job)
    if isinstance(job, External) and job.given_up is not None:
        job.given_up(kept(why), **row.args)
    operations.abandon(row.key, state, kept(why))
