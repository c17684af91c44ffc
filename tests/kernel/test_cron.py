"""The timetable: each moment once, whoever looks; the chain is sealed on the way."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select, text

from hub.kernel import audit, clock, cron, modules, outbox, runner, work
from hub.kernel.keeping import DONE_DAYS, purge_outbox
from hub.kernel.module import Cron, Job, Module
from hub.kernel.outbox import OutboxRow, RowState

Hold = Callable[[datetime], AbstractContextManager[None]]
NOON = datetime(2026, 5, 4, 12, 0, 30, tzinfo=UTC)
ran: list[str] = []

trial = Module(
    name="trial",
    jobs=(Job(name="trial.round", run=lambda: ran.append("round")),),
    cron=(Cron(job="trial.round", every_s=60),),
)


@pytest.fixture(autouse=True)
def timetable(app: Flask) -> None:
    del app
    ran.clear()
    kernel = [module for module in modules.loaded().items if module.name == "kernel"]
    modules.install((*kernel, trial))


def keys() -> set[str]:
    with work.unit(writes=False):
        query = select(OutboxRow.key).where(OutboxRow.job == "trial.round")
        return set(work.session().scalars(query))


def test_a_moment_comes_once_however_often_one_looks(at: Hold) -> None:
    for seconds in (0, 10, 29):
        with at(NOON + timedelta(seconds=seconds)):
            cron.defer_due()
            runner.drain()
    assert ran == ["round"]
    with at(NOON + timedelta(seconds=30)):
        cron.defer_due()
        runner.drain()
    assert ran == ["round", "round"]


def test_a_scheduler_that_was_away_makes_up_for_one_moment_only(at: Hold) -> None:
    for hours in (0, 5):
        with at(NOON + timedelta(hours=hours)):
            cron.defer_due()
    assert len(keys()) == 2


def test_the_scheduler_seals_the_chain() -> None:
    with work.unit():
        audit.append("trial", "trial")
    cron.seal()
    with work.unit(writes=False):
        verdict = audit.verify()
    assert (verdict.rows, verdict.tail) == (1, 0)


def test_rows_done_long_ago_are_taken_away_and_no_others(at: Hold) -> None:
    with at(NOON):
        cron.defer_due()
        runner.drain()
    with at(NOON + timedelta(days=DONE_DAYS.default, minutes=-1)):
        cron.defer_due()
        with work.unit():
            purge_outbox()
    assert len(keys()) == 2
    with at(NOON + timedelta(days=DONE_DAYS.default, minutes=1)), work.unit():
        purge_outbox()
    assert len(keys()) == 1


def test_what_is_taken_away_is_found_by_an_index_on_both_databases() -> None:
    ended = [
        {"key": f"trial:{number}", "job": "trial.round", "args": {}, "lane": 0,
         "state": RowState.DONE, "due_at": NOON, "created_at": NOON,
         "done_at": clock.now() - timedelta(days=30 if number < 5 else 0)}
        for number in range(3_000)
    ]  # fmt: skip
    with work.unit():
        outbox.put(ended)
        work.session().execute(text("ANALYZE"))
    said: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        said.append((statement, values))

    with work.unit():
        connection = work.session().connection()
        event.listen(connection, "before_cursor_execute", hear)
        purge_outbox()
        event.remove(connection, "before_cursor_execute", hear)
        (statement, values) = next(one for one in said if one[0].startswith("DELETE"))
        word = "EXPLAIN QUERY PLAN" if work.dialect() == "sqlite" else "EXPLAIN"
        plan = connection.exec_driver_sql(f"{word} {statement}", values).all()
    assert "ix_kernel_outbox_ended" in str(plan)
    with work.unit(writes=False):
        count = select(func.count()).select_from(OutboxRow)
        assert work.session().scalar(count) == len(ended) - 5


def test_the_clock_takes_aware_times_only() -> None:
    with pytest.raises(ValueError, match="aware"), clock.set_to(datetime(2026, 1, 1)):  # noqa: DTZ001
        pass
