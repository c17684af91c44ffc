"""The Redis port: token buckets, flags, presence and the queues behind the outbox."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue

from hub.kernel import beats, counts
from hub.kernel.errors import Unavailable

PREFIX = "hub:"
ANSWER_S = 5.0
LOST = (redis.ConnectionError, redis.TimeoutError, redis.BusyLoadingError)

# Source: token bucket with lazy refill; one script, so that no other worker comes between.
_TAKE = """
local rate, burst, want = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local keep = tonumber(ARGV[4])
local t = redis.call('TIME')
local now = t[1] + t[2] / 1000000
local have = tonumber(redis.call('HGET', KEYS[1], 'n') or burst)
local at = tonumber(redis.call('HGET', KEYS[1], 't') or now)
have = math.min(burst, have + math.max(0, now - at) * rate)
local grant = math.max(0, math.min(want, math.floor(have - keep)))
redis.call('HSET', KEYS[1], 'n', have - grant, 't', now)
redis.call('EXPIRE', KEYS[1], math.ceil(burst / rate) + 60)
local wait = 0
if grant < want then wait = (1 + keep - (have - grant)) / rate end
return {grant, tostring(math.max(0, wait)), math.floor(have - grant)}
"""

_GIVE = """
local have = redis.call('HGET', KEYS[1], 'n')
if have then
  redis.call('HSET', KEYS[1], 'n', math.min(tonumber(ARGV[1]), have + ARGV[2]))
end
return 1
"""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a bucket gave: `tokens`, and after how many seconds the next one is there.

    Shape: `left` in the bucket after that.
    """

    tokens: int
    wait_s: float
    left: int = 0


_url: list[str] = [""]


def bind(url: str) -> None:
    """Say where Redis is; connections open on first use, in this process."""
    if client.cache_info().currsize:
        client().close()
    _url[:] = [url]
    client.cache_clear()


def after_fork() -> None:
    """Forget the parent's connections."""
    client.cache_clear()


@lru_cache(maxsize=1)
def client() -> redis.Redis:
    """The connection of this process; an answer takes at most a few seconds.

    Raises: Unavailable when no Redis is configured.
    """
    return _connection(timeout_s=ANSWER_S)


def waiting_client() -> redis.Redis:
    """A connection for a worker that waits on its queues as long as it takes."""
    return _connection(timeout_s=None)


def _connection(*, timeout_s: float | None) -> redis.Redis:
    if not _url[0]:
        raise Unavailable("no Redis is configured: set HUB_REDIS_URL or start with `hub run`")
    return redis.Redis.from_url(
        _url[0],
        socket_connect_timeout=2,
        socket_timeout=timeout_s,
        health_check_interval=30,
        retry=Retry(NoBackoff(), 1),
    )


@contextlib.contextmanager
def _reached() -> Iterator[redis.Redis]:
    try:
        yield client()
    except LOST as error:
        raise Unavailable("Redis does not answer") from error


def ping() -> bool:
    """Whether Redis answers."""
    try:
        with _reached() as server:
            return bool(server.ping())
    except Unavailable:
        return False


def queue(lane: str, connection: redis.Redis | None = None) -> Queue:
    """The RQ queue that wakes workers for `lane`."""
    return Queue(f"hub-{lane}", connection=connection or client())


def waiting(lane: str) -> int:
    """How many wake-ups of a lane no worker has taken yet."""
    with _reached() as server:
        return int(queue(lane, server).count)


def take(bucket: str, want: int, *, rate: float, burst: float, keep: float = 0) -> Grant:
    """Take up to `want` tokens.

    Units: `rate` tokens per second, `burst` the most a bucket holds, `keep` tokens left
        for upper lanes.
    Raises: Unavailable without Redis: no send goes unpaced.
    """
    with _reached() as server:
        answer: Any = server.eval(_TAKE, 1, f"{PREFIX}bucket:{bucket}", rate, burst, want, keep)
    return Grant(int(answer[0]), float(answer[1]), int(answer[2]))


def give_back(bucket: str, tokens: int, *, burst: float) -> None:
    """Refund tokens of sends that did not happen."""
    if tokens > 0:
        with _reached() as server:
            server.eval(_GIVE, 1, f"{PREFIX}bucket:{bucket}", burst, tokens)


def raise_flag(name: str, *, ttl_s: float) -> bool:
    """Raise a flag; True when it was down before.

    Raises: Unavailable without Redis.
    """
    with _reached() as server:
        return bool(server.set(f"{PREFIX}flag:{name}", 1, nx=True, px=round(1000 * ttl_s)))


def lower_flag(name: str) -> None:
    """Take a flag down."""
    with _reached() as server:
        server.delete(f"{PREFIX}flag:{name}")


def beat(owner: str, kind: str, facts: Mapping[str, Any] | None = None) -> None:
    """Say that `owner` is alive."""
    with _reached() as server:
        beats.say(server, owner, kind, facts)


def leave(owner: str) -> None:
    """Say that `owner` ends on purpose, or was put right."""
    with _reached() as server:
        beats.leave(server, owner)


def heard() -> list[beats.Beat]:
    """Every process that gave a sign of life within the hour.

    Raises: Unavailable without Redis.
    """
    with _reached() as server:
        return beats.every(server)


def alive(kind: str = "worker") -> list[str]:
    """Owners of a kind that gave a sign of life lately."""
    return [beat.owner for beat in heard() if beat.kind == kind and beat.is_alive]


def add_up(batch: Mapping[tuple[str, ...], float]) -> None:
    """Add to counters that all processes share."""
    with _reached() as server:
        counts.add(server, batch)


def added_up() -> dict[tuple[str, ...], float]:
    """The shared counters."""
    with _reached() as server:
        return counts.every(server)


def facts() -> dict[str, Any]:
    """What the server says of itself: version, memory, uptime, its clock.

    Raises: Unavailable without Redis.
    """
    with _reached() as server:
        known: dict[str, Any] = server.info()
        seconds, micros = server.time()
    return known | {"now_s": seconds + micros / 1_000_000}
