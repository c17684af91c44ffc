"""Unit of work: commit on return, roll back on raise, and what runs around it."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from hub.kernel import audit, outbox, work
from hub.kernel.audit import AuditRow

pytestmark = pytest.mark.usefixtures("app")


def verbs() -> list[str]:
    with work.unit(writes=False):
        return list(work.session().scalars(select(AuditRow.verb).order_by(AuditRow.id)))


def test_a_unit_commits_on_return() -> None:
    with work.unit():
        audit.append("kept", "trial")
    assert verbs() == ["kept"]


def test_a_unit_rolls_back_on_raise() -> None:
    with pytest.raises(ValueError, match="no"), work.unit():
        audit.append("lost", "trial")
        raise ValueError("no")
    assert verbs() == []


def test_a_unit_that_was_told_to_fail_rolls_back_without_a_raise() -> None:
    with work.unit():
        audit.append("lost", "trial")
        work.fail()
    assert verbs() == []


def test_a_unit_inside_a_unit_is_refused() -> None:
    with work.unit(), pytest.raises(RuntimeError, match="open here already"), work.unit():
        pass


def test_there_is_no_session_outside_a_unit() -> None:
    assert not work.is_open()
    with pytest.raises(RuntimeError, match="no unit of work"):
        work.session()


@pytest.mark.parametrize(
    "statement", ["UPDATE kernel_outbox SET tries = 1", "DELETE FROM kernel_outbox"]
)
def test_a_reading_unit_refuses_to_write(statement: str) -> None:
    with work.unit(writes=False), pytest.raises(DBAPIError):
        work.session().execute(text(statement))


def test_a_writing_unit_after_a_reading_one_may_write() -> None:
    verbs()
    with work.unit():
        audit.append("kept", "trial")
    assert verbs() == ["kept"]


def test_after_commit_waits_for_the_commit() -> None:
    seen: list[list[str]] = []
    with work.unit():
        audit.append("first", "trial")
        work.after_commit(lambda: seen.append(verbs()))
        assert seen == []
    assert seen == [["first"]]


@pytest.mark.parametrize("writes", [True, False])
def test_after_commit_does_not_run_for_a_unit_that_failed(writes: bool) -> None:
    seen: list[str] = []
    with pytest.raises(ValueError, match="no"), work.unit(writes=writes):
        work.after_commit(lambda: seen.append("ran"))
        raise ValueError("no")
    assert seen == []


def test_a_failing_wish_does_not_undo_what_was_committed_nor_stop_the_next_one() -> None:
    seen: list[str] = []
    with work.unit():
        audit.append("kept", "trial")
        work.after_commit(lambda: seen.remove("not there"))
        work.after_commit(lambda: seen.append("ran"))
    assert verbs() == ["kept"]
    assert seen == ["ran"]


@pytest.mark.parametrize("writes", [True, False])
def test_an_aside_is_kept_though_its_unit_rolled_back(writes: bool) -> None:
    with pytest.raises(ValueError, match="no"), work.unit(writes=writes):
        work.aside(lambda: audit.append("refused", "trial"))
        raise ValueError("no")
    assert verbs() == ["refused"]


def test_a_failing_aside_leaves_the_unit_and_the_next_aside_alone() -> None:
    def stumble() -> None:
        audit.append("lost", "trial")
        raise ValueError("no")

    with work.unit():
        audit.append("kept", "trial")
        work.aside(stumble)
        work.aside(lambda: audit.append("noted", "trial"))
    assert verbs() == ["kept", "noted"]


def test_a_commit_that_fails_rolls_back_and_runs_no_wish() -> None:
    seen: list[str] = []
    with pytest.raises(DBAPIError), work.unit():
        work.after_commit(lambda: seen.append("ran"))
        audit.append("lost", "trial")
        work.session().add(AuditRow(id=1, verb=None))
    assert (verbs(), seen) == ([], [])


@pytest.mark.database("sqlite")
def test_a_durable_unit_waits_for_the_disk_and_the_next_one_does_not() -> None:
    for durable, level in ((True, 2), (False, 1)):
        with work.unit(durable=durable):
            assert work.session().scalar(text("PRAGMA synchronous")) == level


@pytest.mark.database("sqlite")
def test_writers_queue_up_instead_of_failing() -> None:
    def write(name: int) -> None:
        for number in range(25):
            with work.unit():
                work.session().scalar(select(AuditRow.id).limit(1))
                outbox.defer("trial.none", f"{name}-{number}", lane="index")

    threads = [threading.Thread(target=write, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with work.unit(writes=False):
        assert work.session().scalar(text("SELECT count(*) FROM kernel_outbox")) == 100


def test_a_rollback_takes_the_deferred_work_with_it(app: Flask) -> None:
    del app
    with pytest.raises(ValueError, match="no"), work.unit():
        outbox.defer("trial.none", "1")
        raise ValueError("no")
    with work.unit(writes=False):
        assert work.session().scalar(text("SELECT count(*) FROM kernel_outbox")) == 0
