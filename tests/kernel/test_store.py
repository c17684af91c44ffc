"""The Redis port: one bucket for all processes, with a reserve for upper lanes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from hub.kernel import store
from hub.kernel.errors import Unavailable

TAKER = """
import sys
from hub.kernel import store
store.bind(sys.argv[1])
print(sum(store.take("shared", 10, rate=0.001, burst=100).tokens for _ in range(20)))
"""


@pytest.fixture(autouse=True)
def empty_store(redis_url: str) -> Iterator[None]:
    store.bind(redis_url)
    store.client().flushdb()
    yield
    store.bind(redis_url)


@pytest.mark.feature("M09")
def test_several_processes_share_one_bucket(redis_url: str) -> None:
    takers = [
        subprocess.Popen([sys.executable, "-c", TAKER, redis_url], stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    taken = [int(taker.communicate(timeout=60)[0]) for taker in takers]
    assert sum(taken) == 100
    assert [taker.returncode for taker in takers] == [0] * 4


@pytest.mark.feature("M09")
def test_a_bucket_fills_at_its_rate() -> None:
    store.take("b", 100, rate=1000, burst=100)
    began = time.monotonic()
    got = 0
    while got < 50:
        got += store.take("b", 50 - got, rate=1000, burst=100).tokens
    assert 0.04 <= time.monotonic() - began < 5


def test_an_empty_bucket_says_when_to_come_back() -> None:
    assert store.take("b", 5, rate=0.5, burst=5).tokens == 5
    grant = store.take("b", 1, rate=0.5, burst=5)
    assert grant.tokens == 0
    assert 1.5 < grant.wait_s <= 2


def test_a_bucket_gives_what_it_has() -> None:
    grant = store.take("b", 8, rate=0.001, burst=5)
    assert grant.tokens == 5
    assert grant.wait_s > 900


def test_a_reserve_is_kept_for_upper_lanes() -> None:
    assert store.take("b", 10, rate=0.001, burst=10, keep=3).tokens == 7
    assert store.take("b", 10, rate=0.001, burst=10, keep=3).tokens == 0
    assert store.take("b", 10, rate=0.001, burst=10).tokens == 3


def test_a_refund_is_there_for_the_next_and_never_overfills() -> None:
    store.take("b", 5, rate=0.001, burst=5)
    store.give_back("b", 2, burst=5)
    assert store.take("b", 5, rate=0.001, burst=5).tokens == 2
    store.give_back("b", 50, burst=5)
    assert store.take("b", 50, rate=0.001, burst=5).tokens == 5


def test_a_flag_is_raised_once_until_it_is_lowered() -> None:
    assert [store.raise_flag("f", ttl_s=30), store.raise_flag("f", ttl_s=30)] == [True, False]
    store.lower_flag("f")
    assert store.raise_flag("f", ttl_s=30)


def test_signs_of_life_are_counted() -> None:
    store.beat("h.1.1", "worker")
    store.beat("h.2.1", "worker")
    store.beat("h.2.1", "worker")
    assert store.alive("worker") == ["h.1.1", "h.2.1"]
    assert store.alive("cron") == []
    store.leave("h.1.1")
    assert store.alive("worker") == ["h.2.1"]


@pytest.mark.parametrize("url", ["", "redis://127.0.0.1:1/0"])
def test_without_redis_nothing_is_granted(url: str) -> None:
    store.bind(url)
    assert not store.ping()
    with pytest.raises(Unavailable):
        store.take("b", 1, rate=1, burst=1)
    with pytest.raises(Unavailable):
        store.raise_flag("f", ttl_s=1)
