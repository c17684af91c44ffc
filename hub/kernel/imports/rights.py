"""Whose rights an import obeys: asked anew at every slice, so that what he lost stops it."""

from __future__ import annotations

from hub.kernel import access
from hub.kernel.access import SYSTEM, Actor
from hub.kernel.imports.kinds import kind
from hub.kernel.imports.models import Import
from hub.kernel.imports.passes import halt
from hub.kernel.sentences import N_, kept

LOST = N_(
    "Stopped: whoever it works for no longer has the right “%(right)s”, or his sign-in is closed. "
    "What was taken over stays. Somebody who has the right can go on with it."
)


def actor_of(row: Import) -> Actor | None:
    """Whom an import works for, as he stands now; the command line is the system."""
    if row.actor_id is None:
        return SYSTEM
    return access.anew(Actor(user_id=row.actor_id, token_id=row.token_id))


def worker(row: Import) -> Actor | None:
    """Whom the next slice is done for; None when he may not any more: then the import is halted."""
    actor, needs = actor_of(row), kind(row.kind).needs
    if actor is not None and actor.holds(needs):
        return actor
    halt(row, kept(LOST, {"right": needs}))
    return None
