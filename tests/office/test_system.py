"""The system's pages: what is red, backups by a worker, the walk over the audit chain."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from hub.kernel import access, audit, modules, runner, store, work
from hub.kernel.backups import shelf
from hub.kernel.module import External
from hub.kernel.operations import Operation
from hub.office import jobs
from hub.office.rules import Kind
from tests import staff
from tests.staff import Browser


@pytest.fixture
def operator(app: Flask) -> Browser:
    for kept in shelf.kept():
        kept.path.unlink()
    with work.unit():
        user_id = staff.user("operator", email="op@firm.example")
    return staff.signed_in(app, user_id)


def alive() -> None:
    store.beat("here.1.1", "worker")
    store.beat("here.2.1", "cron")


def tasks() -> list[Any]:
    with work.unit(writes=False):
        return [
            (row.state, row.result, row.problem)
            for row in work.session().scalars(select(Operation))
        ]


@pytest.mark.feature("S15")
def test_the_page_says_that_all_is_well_or_what_is_not(operator: Browser) -> None:
    alive()
    assert "Every part works." in operator.get("/system/").text
    store.leave("here.1.1")
    page = operator.get("/system/").text
    assert "Something does not work" in page
    assert "down" in page


@pytest.mark.feature("S15")
def test_without_redis_the_page_stands_and_says_so(operator: Browser, app: Flask) -> None:
    store.bind("redis://127.0.0.1:1/0")
    page = operator.get("/system/")
    assert page.status_code == 200
    assert "Nobody was heard" in page.text
    store.bind(app.config["HUB"].redis_url)


@pytest.mark.database("sqlite")
@pytest.mark.feature("S21")
def test_a_backup_is_made_by_a_worker_and_listed(operator: Browser) -> None:
    answer = operator.post("/system/backups")
    assert answer.status_code == 303
    assert "waiting" in operator.get(answer.location).text
    runner.drain()
    newest = shelf.newest()
    assert newest is not None
    page = operator.get(answer.location).text
    assert newest.path.name in page
    assert "data-row" in operator.get("/system/backups").text
    with operator.get("/system/backups.csv") as file:
        assert file.status_code == 200
    assert tasks()[0][0] == "done"


@pytest.mark.database("sqlite")
@pytest.mark.feature("S21")
def test_a_backup_that_fails_says_why_and_is_not_tried_for_ever(operator: Browser) -> None:
    with shelf.alone():
        operator.post("/system/backups")
        runner.drain()
    ((state, _result, problem),) = tasks()
    assert state == "failed"
    assert "another backup" in problem
    assert operator.post("/system/backups").status_code == 303


def test_a_task_whose_worker_died_is_over(operator: Browser) -> None:
    operator.post("/system/checks")
    with work.unit():
        (row,) = work.session().scalars(select(Operation))
        row.state, row.worker = "running", "here.9.9"
    with work.unit():
        job = modules.loaded().jobs[Kind.CHECK]
        assert isinstance(job, External)
        job.recover("here.9.9")
    assert tasks()[0][0] == "failed"


@pytest.mark.database("sqlite")
@pytest.mark.feature("S21")
def test_the_daily_backup_is_made_once_in_its_hour(
    operator: Browser, at: Callable[[datetime], Any]
) -> None:
    del operator
    night = datetime(2026, 11, 24, 19, 0, tzinfo=UTC)  # three in the morning in Shanghai
    for moment, count in ((night.replace(hour=18), 0), (night, 1), (night.replace(minute=15), 1)):
        with at(moment):
            with work.unit(), access.acting(access.SYSTEM):
                jobs.backup_due()
            runner.drain()
        assert len(tasks()) == count
    with at(night.replace(day=25)), work.unit(), access.acting(access.SYSTEM):
        jobs.backup_due()
    assert len(tasks()) == 2


@pytest.mark.feature("S21")
def test_every_part_is_checked_with_a_report(operator: Browser) -> None:
    answer = operator.post("/system/checks")
    runner.drain()
    page = operator.get(answer.location).text
    for part in ("database", "redis", "outbox", "audit log", "backups", "journals"):
        assert part in page
    ((state, result, _problem),) = tasks()
    assert state == "done"
    named = {line["name"]["en"] for line in result["findings"]}
    assert named >= {"settings", "data folder", "front end"}
    assert {line["name"]["zh"] for line in result["findings"]} >= {"设置", "数据目录", "前端资源"}


@pytest.mark.feature("S16", "S93")
def test_a_walk_over_the_chain_tells_that_it_holds_or_which_row_was_changed(
    operator: Browser,
) -> None:
    with work.unit():
        audit.seal()
    answer = operator.post("/system/verify")
    runner.drain()
    assert "The chain holds" in operator.get(answer.location).text
    with work.unit():
        execute = work.session().connection().exec_driver_sql
        if work.dialect() == "sqlite":
            execute("DROP TRIGGER kernel_audit_no_update")
        else:
            execute("ALTER TABLE kernel_audit DISABLE TRIGGER ALL")
        execute("UPDATE kernel_audit SET verb = 'x' WHERE id = 1")
    answer = operator.post("/system/verify")
    runner.drain()
    page = operator.get(answer.location).text
    assert "The chain is broken" in page
    assert "row 1 was changed" in page


@pytest.mark.feature("S16")
def test_the_log_is_searched_by_who_what_when_where_and_on_what(operator: Browser) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        audit.append("trial.opened", "trial", 41, {"to": "li.si@example.org", "n": 3})
        audit.append("trial.closed", "trial", 42)
    assert operator.get("/audit/?verb=trial").text.count("data-row") == 2
    assert operator.get("/audit/?subject_id_from=41&subject_id_to=41").text.count("data-row") == 1
    assert operator.get("/audit/?who=op@firm").text.count("data-row") >= 1
    assert operator.get("/audit/?at_from=2100-01-01").text.count("data-row") == 0
    assert operator.get("/audit/?actor=system&verb=closed").text.count("data-row") == 1
    operator.post("/system/checks", environ_base={"REMOTE_ADDR": "203.0.113.77"})
    assert operator.get("/audit/?place=203.0.113.0").text.count("data-row") == 1
    assert operator.get("/audit/?place=203.0.113.77").text.count("data-row") == 0
    with operator.get("/audit/export.csv?verb=trial") as file:
        assert file.get_data(as_text=True).count("trial.") == 4  # name and code
    with work.unit(writes=False):
        query = text("SELECT id FROM kernel_audit WHERE verb = 'trial.opened'")
        number = work.session().scalar(query)
    page = operator.get(f"/audit/{number}").text
    assert "trial.opened" in page
    assert "li.si" not in page


@pytest.mark.feature("S16")
@pytest.mark.parametrize(
    ("language", "act", "subject"), [("zh", "新建", "客户群"), ("en", "created", "segment")]
)
def test_acts_are_named_in_the_readers_language_with_their_codes_beside_them(
    operator: Browser, language: str, act: str, subject: str
) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        audit.append("created", "segment", 41)
        audit.append("removed", "segment", 41)
    headers = {"Accept-Language": language}
    query = {"verb": act, "subject": subject}
    page = operator.get("/audit/", query_string=query, headers=headers).text
    assert page.count("data-row") == 1
    assert re.search(rf">\s*{act} <code[^>]*>created</code>", page)
    assert re.search(rf">\s*{subject} <code[^>]*>segment</code>", page)
    with operator.get("/audit/export.csv", query_string=query, headers=headers) as file:
        line = file.get_data(as_text=True).splitlines()[1]
    assert f"{act},created,{subject},segment,41" in line
    with work.unit(writes=False):
        number = work.session().scalar(
            text("SELECT max(id) FROM kernel_audit WHERE verb='created'")
        )
    shown = operator.get(f"/audit/{number}", headers=headers).text
    assert f"{act} (created)" in shown
    told = operator.client.get(f"/api/v1/audit/{number}", headers=headers).get_json()
    assert (told["verb"], told["verb_name"]) == ("created", act)
    assert (told["subject"], told["subject_name"]) == ("segment", subject)


@pytest.mark.feature("S16")
def test_compliance_reads_the_log_and_walks_over_it_but_runs_nothing(app: Flask) -> None:
    with work.unit():
        user_id = staff.user("compliance")
    browser = staff.signed_in(app, user_id)
    assert browser.get("/audit/").status_code == 200
    answer = browser.post("/system/verify")
    assert answer.status_code == 303
    assert browser.get(answer.location).status_code == 200
    assert browser.post("/system/backups").status_code == 403


def test_what_is_kept_is_listed_with_its_days(operator: Browser) -> None:
    page = operator.get("/system/retention").text
    for table in ("kernel_outbox", "kernel_audit", "kernel_operation"):
        assert table in page
    assert "3650 days" in page or "3,650" in page
