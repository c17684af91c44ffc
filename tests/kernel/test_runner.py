"""Outbox and runner: what is deferred happens once, after commit, upper lanes first."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import ClassVar

import pytest
from flask import Flask
from sqlalchemy import select, update

from hub.kernel import clock, modules, outbox, rescue, runner, store, work
from hub.kernel.module import External, Job, Later, Module
from hub.kernel.outbox import OutboxRow, RowState

seen: list[str] = []


def note(word: str) -> None:
    seen.append(word)


def stumble(word: str) -> None:
    outbox.defer("trial.note", f"from-{word}", word=word)
    raise ValueError(word)


def overtaken() -> None:
    """Fail, and have another worker do the row before the failure is noted."""

    def meanwhile() -> None:
        done = {"state": RowState.DONE, "done_at": clock.now()}
        work.session().execute(update(OutboxRow).values(done))

    work.aside(meanwhile)
    raise ValueError("too slow")


class Wire:
    """An external peer: three pieces of work, handed out one by one."""

    left: ClassVar[list[int]] = []
    done: ClassVar[list[int]] = []

    @staticmethod
    def claim(owner: str) -> object:
        assert owner
        return Wire.left.pop(0) if Wire.left else None

    @staticmethod
    def act(payload: int) -> int:
        assert not work.is_open()
        return payload * 10

    @staticmethod
    def record(payload: int, outcome: int) -> None:
        assert outcome == payload * 10
        Wire.done.append(payload)

    @staticmethod
    def recover(owner: str) -> None:
        seen.append(f"recovered {owner}")


trial = Module(
    name="trial",
    jobs=(
        Job(name="trial.note", run=note),
        Job(name="trial.stumble", run=stumble, tries=2),
        Job(name="trial.overtaken", run=overtaken),
        External(
            name="trial.send", claim=Wire.claim, act=Wire.act, record=Wire.record,
            recover=Wire.recover,
        ),
        External(
            name="trial.wait", claim=lambda *_: Later(seconds=60), act=Wire.act,
            record=Wire.record, recover=Wire.recover,
        ),
    ),
)  # fmt: skip


@pytest.fixture(autouse=True)
def jobs(app: Flask) -> None:
    del app
    seen.clear()
    Wire.left, Wire.done = [1, 2, 3], []
    modules.install((*modules.loaded().items, trial))


def states() -> dict[str, str]:
    with work.unit(writes=False):
        return {row.key: row.state for row in work.session().scalars(select(OutboxRow))}


def test_nothing_happens_when_the_unit_rolls_back() -> None:
    with pytest.raises(RuntimeError, match="no"), work.unit():
        outbox.defer("trial.note", "1", word="never")
        raise RuntimeError("no")
    runner.drain()
    assert seen == []


def test_the_same_key_happens_once() -> None:
    for _ in range(2):
        with work.unit():
            outbox.defer("trial.note", "1", word="once")
        runner.drain()
    assert seen == ["once"]


def test_two_runners_do_a_row_once() -> None:
    with work.unit():
        for number in range(200):
            outbox.defer("trial.note", str(number), word=str(number))
    threads = [threading.Thread(target=runner.drain) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen, key=int) == [str(number) for number in range(200)]


def test_upper_lanes_come_first() -> None:
    with work.unit():
        outbox.defer("trial.note", "1", lane="promotion", word="promotion")
        outbox.defer("trial.note", "2", lane="code", word="code")
    runner.drain()
    assert seen == ["code", "promotion"]


def test_a_drain_leaves_lower_lanes_alone() -> None:
    with work.unit():
        outbox.defer("trial.note", "1", lane="promotion", word="promotion")
    runner.drain("service")
    assert seen == []


def test_a_failing_job_leaves_nothing_behind_and_is_listed_after_its_tries(
    at: Callable[..., object],
) -> None:
    with work.unit():
        outbox.defer("trial.stumble", "1", word="x")
    runner.drain()
    assert states() == {"trial.stumble:1": RowState.WAITING}
    with work.unit():
        row = work.session().scalars(select(OutboxRow)).one()
        assert (row.tries, row.error) == (1, "ValueError: x")
        row.due_at = row.created_at
    runner.drain()
    assert states() == {"trial.stumble:1": RowState.FAILED}
    assert seen == []


def test_what_somebody_else_did_meanwhile_is_not_done_again() -> None:
    with work.unit():
        outbox.defer("trial.overtaken", "1")
    runner.drain()
    assert states() == {"trial.overtaken:1": RowState.DONE}


def test_an_external_job_acts_outside_any_unit_until_nothing_is_left() -> None:
    with work.unit():
        outbox.defer("trial.send", "1")
    runner.drain()
    assert Wire.done == [1, 2, 3]
    assert states() == {"trial.send:1": RowState.DONE}


def test_an_external_job_that_must_wait_comes_back_later() -> None:
    with work.unit():
        outbox.defer("trial.wait", "1")
    runner.drain()
    assert states() == {"trial.wait:1": RowState.WAITING}


def test_rows_of_an_absent_module_are_parked() -> None:
    with work.unit():
        outbox.defer("absent.job", "1")
    runner.drain()
    assert states() == {"absent.job:1": RowState.PARKED}


def test_a_dead_owner_is_recovered() -> None:
    with work.unit():
        outbox.defer("trial.send", "1")
    with work.unit():
        row = work.session().scalars(select(OutboxRow)).one()
        row.state, row.owner = RowState.RUNNING, "h.1.2"
    rescue.recover("h.1.2")
    assert "recovered h.1.2" in seen
    assert states() == {"trial.send:1": RowState.WAITING}


def test_writes_go_on_while_redis_is_away(app: Flask) -> None:
    store.bind("redis://127.0.0.1:1/0")
    with work.unit():
        outbox.defer("trial.note", "1", word="kept")
    assert states() == {"trial.note:1": RowState.WAITING}
    store.bind(app.config["HUB"].redis_url)
    runner.sweep()
    assert len(store.queue("work")) == 1


def test_a_burst_wakes_one_worker_once() -> None:
    for number in range(20):
        with work.unit():
            outbox.defer("trial.note", str(number), word="x")
    assert len(store.queue("work")) == 1
