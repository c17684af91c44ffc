"""Signs of life: every process says in Redis what it is, and is missed when it falls silent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import redis

KEY = "hub:beats"
EVERY_S = 5.0  # between two beats of a process
SILENT_S = 20.0  # without a beat for so long a process counts as stopped
FORGOTTEN_S = 3600.0  # a stopped one is shown for so long, unless it is put right before

# One script, so that all ages are read off one clock: Redis's own.
_SAY = """
local t = redis.call('TIME')
redis.call('HSET', KEYS[1], ARGV[1], t[1] .. ' ' .. ARGV[2])
return 1
"""
_ALL = """
local t = redis.call('TIME')
local found = redis.call('HGETALL', KEYS[1])
table.insert(found, t[1])
return found
"""


@dataclass(frozen=True, slots=True)
class Beat:
    """The last sign of a process.

    Shape: `kind` is web, worker, cron, live; `facts` what it told of itself.
    """

    owner: str
    kind: str
    age_s: float
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_alive(self) -> bool:
        """Whether it was heard lately."""
        return self.age_s < SILENT_S


def say(server: redis.Redis, owner: str, kind: str, facts: Mapping[str, Any] | None = None) -> None:
    """Say that `owner` is alive."""
    server.eval(_SAY, 1, KEY, owner, json.dumps({"kind": kind} | dict(facts or {})))


def leave(server: redis.Redis, owner: str) -> None:
    """Say farewell: an end on purpose is no fault."""
    server.hdel(KEY, owner)


def every(server: redis.Redis) -> list[Beat]:
    """All that were heard within the hour, by kind and owner; the rest is forgotten."""
    answer: Any = server.eval(_ALL, 1, KEY)
    now = float(answer.pop())
    found: list[Beat] = []
    gone: list[Beat] = []
    for owner, said in zip(answer[::2], answer[1::2], strict=True):
        at, _, text = said.decode().partition(" ")
        facts = json.loads(text)
        beat = Beat(owner.decode(), facts.pop("kind"), now - float(at), facts)
        (gone if beat.age_s > FORGOTTEN_S else found).append(beat)
    if gone:
        server.hdel(KEY, *(beat.owner for beat in gone))
    return sorted(found, key=lambda beat: (beat.kind, beat.owner))
