"""Long work: told while it runs, stopped on demand, its failure said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from hub.kernel import access, progress, work
from hub.kernel.access import Actor
from hub.kernel.errors import Conflict, Invalid, NotFound
from hub.kernel.progress import Operation, OperationState, Teller

pytestmark = pytest.mark.usefixtures("app")

OWNER = Actor(user_id=1)
OTHER = Actor(user_id=2)
OPERATOR = Actor(user_id=3, permissions=frozenset({"operations.read"}))


def begun() -> int:
    with work.unit(), access.acting(OWNER):
        return progress.begin("test.long", "Counting", total=3)


def row(number: int) -> dict[str, Any]:
    with work.unit(writes=False):
        found = work.session().get_one(Operation, number)
        return {name: getattr(found, name) for name in ("state", "done", "result", "problem")}


def test_how_far_it_is_can_be_seen_while_it_runs() -> None:
    number = begun()
    seen = []

    def act(teller: Teller) -> Mapping[str, Any]:
        for step in (1, 2, 3):
            teller.step(step)
            teller._told = 0.0
            seen.append(row(number)["done"])
        return {"counted": 3}

    progress.run(number, act)
    assert seen == [1, 2, 3]
    assert row(number) == {
        "state": OperationState.DONE, "done": 3, "result": {"counted": 3}, "problem": "",
    }  # fmt: skip


def test_it_stops_at_its_next_step_when_asked() -> None:
    number = begun()

    def act(teller: Teller) -> Mapping[str, Any]:
        teller.step(1)
        with work.unit(), access.acting(OWNER):
            progress.cancel(number)
        teller._told = 0.0
        teller.step(2)
        raise AssertionError("it went on")

    progress.run(number, act)
    assert row(number)["state"] == OperationState.CANCELLED
    with work.unit(), access.acting(OWNER), pytest.raises(Conflict):
        progress.cancel(number)


def test_one_that_has_not_begun_never_begins() -> None:
    number = begun()
    with work.unit(), access.acting(OWNER):
        progress.cancel(number)

    def act(teller: Teller) -> Mapping[str, Any]:
        raise AssertionError(teller.id)

    progress.run(number, act)
    assert row(number)["state"] == OperationState.CANCELLED


def test_a_failure_is_said_and_not_swallowed() -> None:
    number = begun()

    def act(teller: Teller) -> Mapping[str, Any]:
        raise Invalid({"file": "the disk is full"})

    with pytest.raises(Invalid):
        progress.run(number, act)
    assert row(number)["state"] == OperationState.FAILED
    assert "the disk is full" in row(number)["problem"]


def test_others_see_nothing_of_it_but_the_operator_does() -> None:
    number = begun()
    with work.unit(writes=False), access.acting(OTHER), pytest.raises(NotFound):
        progress.one(number)
    with work.unit(writes=False), access.acting(OPERATOR):
        assert progress.one(number).id == number
        assert progress.may_watch(OWNER, number)
        assert not progress.may_watch(OTHER, number)
        assert not progress.may_watch(OTHER, number + 1)
