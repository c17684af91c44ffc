"""How far a batch is: counts that always add up to its snapshot, pushed as they change."""

from __future__ import annotations

import contextlib
import time
from typing import Any

from sqlalchemy import func, select

from channels.deliveries.models import Batch, Delivery
from channels.deliveries.rules import OPEN
from hub.kernel import live, store, work
from hub.kernel.errors import NotFound, Unavailable

EVERY_S = 0.5
SHARE = 20  # telling takes at most one part in so many of a process's time
_next: dict[int, float] = {}  # batch → monotonic moment of its next telling


def counts(batch_id: int) -> dict[str, Any]:
    """The batch's state and how many deliveries stand where.

    Shape: batch, state, why, snapshot, channels: {channel: {state: count}}, states.
    Raises: NotFound.
    """
    session = work.session()
    batch = session.get(Batch, batch_id)
    if batch is None:
        raise NotFound
    rows = session.execute(
        select(Delivery.channel, Delivery.state, func.count().label("n"))
        .where(Delivery.batch_id == batch_id)
        .group_by(Delivery.channel, Delivery.state)
    )
    channels: dict[str, dict[str, int]] = {}
    states: dict[str, int] = {}
    for row in rows:
        channels.setdefault(row.channel, {})[row.state] = row.n
        states[row.state] = states.get(row.state, 0) + row.n
    return {
        "batch": batch_id, "state": batch.state, "why": batch.why,
        "snapshot": batch.snapshot or sum(states.values()), "channels": channels, "states": states,
    }  # fmt: skip


def announce_later(batch_id: int, room: str, *, at_once: bool = False) -> None:
    """Push the counts after commit, at most twice a second a batch; `at_once` is not held back."""
    if at_once:
        work.after_commit(lambda: announce(batch_id, room))
    elif time.monotonic() >= _next.get(batch_id, 0.0):
        work.after_commit(lambda: _in_turn(batch_id, room))


def _in_turn(batch_id: int, room: str) -> None:
    """Push the counts unless another process has done so just now; without Redis nobody hears."""
    with contextlib.suppress(Unavailable):
        if store.raise_flag(f"told:{batch_id}", ttl_s=EVERY_S):
            announce(batch_id, room)


def announce(batch_id: int, room: str) -> None:
    """Push the counts now; the longer counting takes, the later it is done again."""
    began = time.monotonic()
    with work.unit(writes=False):
        found = counts(batch_id)
        still_open = sum(found["states"].get(state, 0) for state in OPEN)
        total = found["snapshot"]
        live.push(room, "progress", found | {"done": total - still_open, "total": total})
    ended = time.monotonic()
    _next[batch_id] = ended + max(EVERY_S, SHARE * (ended - began))
