"""Long work: told while it runs, stopped on demand, its failure said, done once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from hub.kernel import access, audit, clock, modules, owners, progress, runner, work
from hub.kernel.access import Actor
from hub.kernel.errors import Conflict, Invalid, NotFound
from hub.kernel.module import External, Module
from hub.kernel.operations import Operation, OperationState
from hub.kernel.progress import Teller
from hub.kernel.sentences import kept, shown

OWNER = Actor(user_id=1)
OTHER = Actor(user_id=2)
OPERATOR = Actor(user_id=3, permissions=frozenset({"operations.read"}))

Act = Callable[[Teller, Mapping[str, Any]], Mapping[str, Any]]
_act: list[Act] = []


@pytest.fixture(autouse=True)
def _kind(app: Flask) -> None:
    del app

    def act(teller: Teller, args: Mapping[str, Any]) -> Mapping[str, Any]:
        return _act[0](teller, args)

    counting = progress.job("test.count", act, link=lambda number: f"/counted/{number}")
    modules.install((*modules.loaded().items, Module(name="test", jobs=(counting,))))


def begun(act: Act, **args: object) -> int:
    _act[:] = [act]
    with work.unit(), access.acting(OWNER):
        return progress.begin("test.count", kept("Counting"), total=3, **args)


def row(number: int) -> Operation:
    with work.unit(writes=False):
        found = work.session().get_one(Operation, number)
        work.session().expunge(found)
        return found


def test_how_far_it_is_can_be_seen_while_it_runs() -> None:
    seen = []

    def act(teller: Teller, args: Mapping[str, Any]) -> Mapping[str, Any]:
        for step in range(1, args["upto"] + 1):
            teller._told = 0.0
            teller.step(step)
            seen.append((row(teller.id).done, row(teller.id).state))
        return {"counted": 3}

    number = begun(act, upto=3)
    runner.drain()
    assert seen == [(step, OperationState.RUNNING) for step in (1, 2, 3)]
    found = row(number)
    assert (found.state, found.done, found.result) == (OperationState.DONE, 3, {"counted": 3})
    assert (found.link, found.worker) == (f"/counted/{number}", None)
    with work.unit(writes=False):
        assert audit.verify().holds


def test_it_stops_at_its_next_step_when_asked() -> None:
    def act(teller: Teller, args: Mapping[str, Any]) -> Mapping[str, Any]:
        del args
        with work.unit(), access.acting(OWNER):
            progress.cancel(teller.id)
        teller.step(2)
        raise AssertionError("it went on")

    number = begun(act)
    runner.drain()
    assert row(number).state == OperationState.CANCELLED
    with work.unit(), access.acting(OWNER), pytest.raises(Conflict):
        progress.cancel(number)


def test_one_that_has_not_begun_never_begins() -> None:
    def act(teller: Teller, args: Mapping[str, Any]) -> Mapping[str, Any]:
        raise AssertionError((teller.id, args))

    number = begun(act)
    with work.unit(), access.acting(OWNER):
        progress.cancel(number)
    runner.drain()
    assert row(number).state == OperationState.CANCELLED


def test_a_failure_is_said_and_not_tried_again() -> None:
    tries = []

    def act(teller: Teller, args: Mapping[str, Any]) -> Mapping[str, Any]:
        tries.append((teller.id, args))
        raise Invalid({"file": "the disk is full"})

    number = begun(act)
    runner.drain()
    runner.drain()
    assert row(number).state == OperationState.FAILED
    assert "the disk is full" in row(number).problem
    assert len(tries) == 1


def test_one_whose_worker_died_is_said_to_have_failed() -> None:
    number = begun(lambda _teller, _args: {})
    with work.unit():
        work.session().get_one(Operation, number).state = OperationState.RUNNING
        work.session().get_one(Operation, number).worker = owners.me()
    with work.unit():
        modules.loaded().jobs["test.count"].recover(owners.me())  # type: ignore[union-attr]
    assert (row(number).state, shown(row(number).problem)) == (
        OperationState.FAILED, "its worker ended",
    )  # fmt: skip


def test_others_see_nothing_of_it_but_the_operator_does() -> None:
    number = begun(lambda _teller, _args: {})
    with work.unit(writes=False), access.acting(OTHER), pytest.raises(NotFound):
        progress.one(number)
    with work.unit(writes=False), access.acting(OPERATOR):
        assert progress.one(number).id == number
        assert progress.may_watch(OWNER, number)
        assert not progress.may_watch(OTHER, number)
        assert not progress.may_watch(OTHER, number + 1)


def test_one_whose_module_is_not_loaded_is_over_and_never_done_later() -> None:
    number = begun(lambda _teller, _args: {"counted": 3})
    with_it = modules.loaded().items
    modules.install(tuple(item for item in with_it if item.name != "test"))
    runner.drain()
    found = row(number)
    assert (found.state, shown(found.problem)) == (
        "failed",
        "the module that does it is not loaded",
    )
    assert found.ended_at is not None
    modules.install(with_it)
    runner.unpark()
    runner.drain()
    assert (row(number).state, row(number).result) == ("failed", {})


def test_one_whose_job_fails_for_good_is_over(
    monkeypatch: pytest.MonkeyPatch, at: Callable[[datetime], AbstractContextManager[None]]
) -> None:
    def broken(owner: str, *, operation_id: int, args: Mapping[str, Any]) -> None:
        raise RuntimeError((owner, operation_id, args))

    job = External(name="test.count", claim=broken, act=print, record=print, recover=lambda _: None)
    others = tuple(item for item in modules.loaded().items if item.name != "test")
    modules.install((*others, Module(name="test", jobs=(job,))))
    monkeypatch.setattr(runner, "EXTERNAL_TRIES", 2)
    number = begun(lambda _teller, _args: {})
    runner.drain()
    assert row(number).state == OperationState.WAITING
    with at(clock.now() + timedelta(minutes=20)):
        runner.drain()
    assert (row(number).state, shown(row(number).problem)) == (
        OperationState.FAILED, "its job failed too often",
    )  # fmt: skip
