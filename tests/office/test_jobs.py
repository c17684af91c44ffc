"""The job console: what an operator sees of a job, and what he may do to it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from hub.kernel import access, modules, operations, outbox, runner, work
from hub.kernel.audit import AuditRow
from hub.kernel.errors import Conflict, SignInNeeded
from hub.kernel.module import Job, Module
from hub.kernel.operations import Operation, OperationState
from hub.kernel.outbox import OutboxRow, RowState
from hub.kernel.sentences import kept, shown
from hub.office import rules, service
from hub.office.rules import Kind
from tests import staff
from tests.staff import Browser

pytestmark = pytest.mark.feature("S15")

ran: list[int] = []


def stumble(number: int) -> None:
    if not ran:
        ran.append(0)
        raise ValueError("nobody answers at wang.wu@example.org, +86 138 0013 8000")
    ran.append(number)


trial = Module(name="trial", jobs=(Job(name="trial.stumble", run=stumble, tries=1),))


@pytest.fixture
def operator(app: Flask) -> Browser:
    with work.unit():
        user_id = staff.user("operator")
    modules.install((*modules.loaded().items, trial))
    ran.clear()
    return staff.signed_in(app, user_id)


def failed(**args: Any) -> int:
    """A row that was tried and given up → its id."""
    with work.unit(), access.acting(access.SYSTEM):
        outbox.defer("trial.stumble", "1", **({"number": 7} | args))
    runner.drain()
    with work.unit(writes=False):
        query = select(OutboxRow.id).where(OutboxRow.job == "trial.stumble")
        return work.session().scalars(query).one()


def state(row_id: int) -> str:
    with work.unit(writes=False):
        return work.session().get_one(OutboxRow, row_id).state


def logged() -> list[str]:
    with work.unit(writes=False):
        return list(work.session().scalars(select(AuditRow.verb).order_by(AuditRow.id)))


def test_a_failed_job_is_listed_tried_again_and_done(operator: Browser) -> None:
    row = failed()
    page = operator.get("/jobs/?state=failed")
    assert "trial.stumble" in page.text
    assert operator.post(f"/jobs/{row}/retry").status_code == 303
    assert state(row) == RowState.WAITING
    runner.drain()
    assert state(row) == RowState.DONE
    assert ran == [0, 7]
    assert "jobs.retried" in logged()


def test_a_job_shows_what_it_was_given_but_nobodys_address(operator: Browser) -> None:
    row = failed()
    with work.unit():
        given = {"delivery_id": 41, "to": "li.si@example.org", "phone": 13800138000, "note": "您好"}
        changed = update(OutboxRow).where(OutboxRow.id == row)
        work.session().execute(changed.values(args=given, key="trial.stumble:+8613800138000"))
    page = operator.get(f"/jobs/{row}").text
    assert "41" in page
    assert "ValueError: nobody answers" in page
    for trace in ("li.si", "13800138000", "wang.wu", "138 0013 8000", "您好"):
        assert trace not in page


def test_a_dropped_job_stays_listed_and_is_not_done(operator: Browser) -> None:
    row = failed()
    assert operator.post(f"/jobs/{row}/drop").status_code == 303
    assert state(row) == RowState.DROPPED
    runner.drain()
    assert ran == [0]
    assert "trial.stumble" in operator.get("/jobs/?state=dropped").text
    assert "jobs.dropped" in logged()
    assert operator.post(f"/jobs/{row}/drop").status_code == 409
    operator.post(f"/jobs/{row}/retry")
    runner.drain()
    assert state(row) == RowState.DONE


def test_what_was_asked_for_is_over_when_its_job_is_dropped(operator: Browser) -> None:
    task = operator.post("/system/checks").location
    assert operator.post("/system/checks").status_code == 409
    with work.unit(writes=False):
        row = work.session().scalars(select(OutboxRow).where(OutboxRow.job == Kind.CHECK)).one().id
    assert operator.post(f"/jobs/{row}/drop").status_code == 303
    with work.unit(writes=False):
        (task_row,) = work.session().scalars(select(Operation))
        found = (task_row.state, shown(task_row.problem), task_row.ended_at is not None)
    assert found == ("cancelled", "an operator dropped its job", True)
    assert "an operator dropped its job" in operator.get(task).text
    refused = operator.post(f"/jobs/{row}/retry")
    assert refused.status_code == 409
    assert "begin that anew" in refused.text
    runner.drain()
    assert operator.post("/system/checks").status_code == 303


def test_no_row_whose_long_task_is_over_is_tried_again_with_the_rest(operator: Browser) -> None:
    operator.post("/system/checks")
    with work.unit():
        work.session().execute(
            update(OutboxRow).where(OutboxRow.job == Kind.CHECK).values(state=RowState.FAILED)
        )
        operations.abandon(
            f"{Kind.CHECK}:1", OperationState.FAILED, kept("its job failed too often")
        )
    with work.unit(), access.acting(access.SYSTEM):
        assert service.retry_all(Kind.CHECK) == 0


@pytest.mark.parametrize("now", [RowState.DONE, RowState.RUNNING])
def test_what_runs_or_is_done_is_left_alone(operator: Browser, now: RowState) -> None:
    row = failed()
    with work.unit():
        work.session().execute(update(OutboxRow).values(state=now))
    assert operator.post(f"/jobs/{row}/retry").status_code == 409
    assert operator.post(f"/jobs/{row}/drop").status_code == 409
    assert state(row) == now


def test_every_failed_one_of_a_job_is_tried_again_at_once(operator: Browser) -> None:
    row = failed()
    with work.unit():
        work.session().execute(text("UPDATE kernel_outbox SET error = NULL"))
        for number in range(2, 5):
            with access.acting(access.SYSTEM):
                outbox.defer("trial.stumble", str(number), number=number)
        work.session().execute(
            update(OutboxRow).where(OutboxRow.job == "trial.stumble").values(state="failed")
        )
    assert operator.post("/jobs/retry-all", {"job": "trial.stumble"}).status_code == 303
    runner.drain()
    assert sorted(ran) == [0, 2, 3, 4, 7]
    assert state(row) == RowState.DONE


def test_a_line_of_the_timetable_runs_out_of_turn(operator: Browser) -> None:
    assert "kernel.purge" in operator.get("/jobs/timetable").text
    assert operator.post("/jobs/timetable/run", {"job": "kernel.purge"}).status_code == 303
    runner.drain()
    page = operator.get("/jobs/?job=kernel.purge&state=done").text
    assert page.count("kernel.purge") > 1
    assert operator.post("/jobs/timetable/run", {"job": "trial.stumble"}).status_code == 404


def test_an_id_of_a_request_finds_its_jobs(operator: Browser) -> None:
    failed()
    operator.post("/jobs/timetable/run", {"job": "kernel.purge"}, headers={
        "X-Request-Id": "edge-7f3a.0001"
    })  # fmt: skip
    page = operator.get("/jobs/?origin=edge-7f3a.0001").text
    assert "kernel.purge" in page
    assert page.count("data-row") == 1


def test_only_an_operator_comes_in(app: Flask) -> None:
    with work.unit():
        user_id = staff.user("compliance", "manager", "marketing", "principal", "finance")
    browser = staff.signed_in(app, user_id)
    for path in ("/jobs/", "/jobs/1", "/jobs/timetable", "/system/", "/system/backups"):
        assert browser.get(path).status_code == 403, path
    for path in ("/jobs/1/retry", "/jobs/1/drop", "/system/backups", "/system/checks"):
        assert browser.post(path).status_code == 403, path
    with work.unit(), pytest.raises(SignInNeeded), access.acting(access.STRANGER):
        service.retry(1)


def test_masked_shows_ids_and_words_of_the_code_only() -> None:
    given = {"id": 5, "name": "channels.send", "who": "a@b.cn", "phone": 13800138000,
             "text": "call 138-0013-8000", "list": [1, "x@y.z", None], "yes": True}  # fmt: skip
    assert rules.masked(given) == {
        "id": 5, "name": "channels.send", "who": rules.HIDDEN, "phone": rules.HIDDEN,
        "text": rules.HIDDEN, "list": [1, rules.HIDDEN, None], "yes": True,
    }  # fmt: skip


def test_two_operators_ask_for_one_backup(app: Flask) -> None:
    del app
    with work.unit(), access.acting(access.SYSTEM):
        service.ask(rules.Kind.BACKUP)
        with pytest.raises(Conflict):
            service.ask(rules.Kind.BACKUP)
