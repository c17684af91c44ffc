"""States of a batch and a delivery, and how they may follow each other. Pure."""

from __future__ import annotations

import enum


class BatchState(enum.StrEnum):
    """Where a batch stands."""

    PREPARING = "preparing"  # ids are frozen, gates are being asked
    SCHEDULED = "scheduled"  # all gates answered, its time has not come
    SENDING = "sending"
    PAUSED = "paused"
    HELD = "held"  # a pinned gate is missing, or a fault of the content
    CANCELLED = "cancelled"
    DONE = "done"


class State(enum.StrEnum):
    """Where a delivery stands."""

    CHECKING = "checking"  # shares an address: settled before the batch may start
    QUEUED = "queued"
    SUBMITTING = "submitting"  # claimed: on its way to the provider
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    UNCERTAIN = "uncertain"


OPEN = frozenset({State.CHECKING, State.QUEUED, State.SUBMITTING})
FINAL = frozenset(State) - OPEN

# A late callback only moves a delivery forward; rank by what it proves.
RANK = {
    State.QUEUED: 0,
    State.SUBMITTING: 1,
    State.UNCERTAIN: 2,
    State.SENT: 3,
    State.FAILED: 4,
    State.DELIVERED: 5,
}

BATCH_MOVES: dict[BatchState, frozenset[BatchState]] = {
    BatchState.PREPARING: frozenset(
        {BatchState.SCHEDULED, BatchState.SENDING, BatchState.HELD, BatchState.CANCELLED}
    ),
    BatchState.SCHEDULED: frozenset(
        {BatchState.SENDING, BatchState.PAUSED, BatchState.CANCELLED, BatchState.HELD}
    ),
    BatchState.SENDING: frozenset(
        {BatchState.PAUSED, BatchState.CANCELLED, BatchState.DONE, BatchState.HELD}
    ),
    BatchState.PAUSED: frozenset({BatchState.SENDING, BatchState.CANCELLED}),
    BatchState.HELD: frozenset({BatchState.SENDING, BatchState.CANCELLED}),
    BatchState.CANCELLED: frozenset(),
    BatchState.DONE: frozenset(),
}

CHUNK = 1_000  # recipients a chunk: one outbox row
SLICE = 50_000  # recipients whose gates are asked in one unit
TRIES = 6  # tries before a temporary refusal becomes final
LEASE_S = 900  # seconds a claim holds on a host that cannot be asked


def may_move(now: BatchState, to: BatchState) -> bool:
    """Whether a batch may go from one state to the other."""
    return to in BATCH_MOVES[now]


def forward(now: State, to: State) -> bool:
    """Whether a receipt may move a delivery: forward by rank only, never out of a stop."""
    return now in RANK and to in RANK and RANK[to] > RANK[now]


def backoff_s(tries: int, spread: float) -> float:
    """Seconds to the next try: exponential from 30 s to 1 h; `spread` 0..1 is the jitter."""
    return float(min(3600.0, 30.0 * 2.0 ** (tries - 1)) * (0.5 + spread))
