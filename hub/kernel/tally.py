"""Counters of all processes: added up here, handed to Redis every few seconds, summed there."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import defaultdict

from hub.kernel import store
from hub.kernel.errors import Unavailable

# Source: the buckets Prometheus's own clients begin with.
BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

Key = tuple[str, ...]  # a counter's name, then its labels' values in order

_counts: defaultdict[Key, float] = defaultdict(float)
_lock = threading.Lock()


def count(name: str, *labels: str, by: float = 1) -> None:
    """Add to a counter of this process."""
    with _lock:
        _counts[name, *labels] += by


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Note an answered request: one more of its kind, its time in a bucket."""
    place = bisect_left(BUCKETS_S, seconds)
    edge = str(BUCKETS_S[place]) if place < len(BUCKETS_S) else "+Inf"
    with _lock:
        _counts["requests", method, route, str(status)] += 1
        _counts["seconds_bucket", route, edge] += 1
        _counts["seconds_sum", route] += seconds


def flush() -> None:
    """Hand over what was counted since the last time; without Redis it waits here."""
    with _lock:
        batch = dict(_counts)
        _counts.clear()
    if not batch:
        return
    try:
        store.add_up(batch)
    except Unavailable:
        with _lock:
            for key, value in batch.items():
                _counts[key] += value


def forget() -> None:
    """Begin at nothing: a fork must not hand over what its parent counted."""
    with _lock:
        _counts.clear()


def sums() -> dict[Key, float]:
    """What all processes have counted since Redis began.

    Raises: Unavailable without Redis.
    """
    flush()
    return store.added_up()
