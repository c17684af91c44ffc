"""Counters that all processes share, as Redis holds them: also for who knows Redis alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import redis

KEY = "hub:counts"
BETWEEN = "\x1f"  # the unit separator: no label holds it


def add(server: redis.Redis, counts: Mapping[tuple[str, ...], float]) -> None:
    """Add to counters, each known by its name and its labels' values in order."""
    pipe = server.pipeline(transaction=False)
    for key, value in counts.items():
        pipe.hincrbyfloat(KEY, BETWEEN.join(key), value)
    pipe.execute()


def every(server: redis.Redis) -> dict[tuple[str, ...], float]:
    """What all processes have counted since Redis began."""
    found: Any = server.hgetall(KEY)
    return {tuple(name.decode().split(BETWEEN)): float(value) for name, value in found.items()}
