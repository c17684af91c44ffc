"""Things to do: one per cause, for a person or a pool, with a deadline that explains itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from hub.kernel import access, audit, calendars, clock, modules, work, workitems
from hub.kernel.access import Actor
from hub.kernel.errors import Conflict, Invalid, NotFound
from hub.kernel.module import Module
from hub.kernel.workitems import ItemState, Wish, WorkItem, WorkKind

OWNER = Actor(user_id=1)
COLLEAGUE = Actor(user_id=2, permissions=frozenset({"calls.take"}))
STRANGER = Actor(user_id=3)
KIND = WorkKind(
    name="test.call", title="Call back", outcomes=(("reached", "Reached"), ("gone", "Gone")),
    link=lambda subject: f"/calls/{subject}", within=timedelta(hours=4),
    calendar=lambda: calendars.get("office"),
)  # fmt: skip
MONDAY_NOON = datetime(2026, 11, 23, 15, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def _kind(app: Flask) -> None:
    del app
    modules.install((*modules.loaded().items, Module(name="test", work_kinds=(KIND,))))


def begun(**more: object) -> int:
    wish = {"kind": "test.call", "cause": "test.call:7", "subject_id": 7, "owner_id": 1} | more
    with clock.set_to(MONDAY_NOON), work.unit():
        return workitems.begin(Wish(**wish))  # type: ignore[arg-type]


def test_an_item_is_due_after_its_working_time() -> None:
    number = begun()
    with work.unit(writes=False):
        row = work.session().get_one(WorkItem, number)
        # two hours on Monday until 17:00, two on Tuesday from 9:00
        assert row.due_at == datetime(2026, 11, 24, 11, tzinfo=ZoneInfo("Asia/Shanghai"))
        assert row.calendar.startswith("office ")


def test_the_same_cause_has_one_open_item() -> None:
    first = begun()
    assert begun() == first
    with work.unit(), access.acting(OWNER):
        workitems.end(first, "reached")
    assert begun() != first


def test_only_its_owner_sees_and_ends_it() -> None:
    number = begun()
    for actor in (COLLEAGUE, STRANGER):
        with work.unit(), access.acting(actor), pytest.raises(NotFound):
            workitems.end(number, "reached")
    with work.unit(), access.acting(OWNER):
        workitems.end(number, "reached", "will come on Friday")
    with work.unit(writes=False):
        row = work.session().get_one(WorkItem, number)
        assert (row.state, row.outcome, row.done_by) == (ItemState.DONE, "reached", 1)
        assert row.note == "will come on Friday"
    with work.unit(), access.acting(OWNER), pytest.raises(Conflict):
        workitems.end(number, "gone")


def test_an_outcome_that_the_kind_does_not_know_is_refused() -> None:
    number = begun()
    with work.unit(), access.acting(OWNER), pytest.raises(Invalid):
        workitems.end(number, "nonsense")


def test_whoever_may_takes_it_from_the_pool_once() -> None:
    number = begun(owner_id=None, pool="calls.take")
    with work.unit(), access.acting(STRANGER), pytest.raises(NotFound):
        workitems.take(number)
    with work.unit(), access.acting(COLLEAGUE):
        assert workitems.waiting() == (1, 1)  # it is long past Tuesday
        workitems.take(number)
        assert work.session().get_one(WorkItem, number).owner_id == 2
        with pytest.raises(Conflict):
            workitems.take(number)
    with work.unit(writes=False), access.acting(OWNER):
        assert workitems.waiting() == (0, 0)


def test_an_item_whose_cause_is_gone_is_dropped() -> None:
    number = begun()
    with work.unit():
        workitems.drop("test.call:7")
        workitems.drop("test.call:8")
    with work.unit(writes=False):
        assert work.session().get_one(WorkItem, number).state == ItemState.DROPPED
        assert audit.verify().holds


def test_somebody_must_do_it() -> None:
    with work.unit(), pytest.raises(Invalid):
        workitems.begin(Wish(kind="test.call", cause="test.call:9", subject_id=9))
