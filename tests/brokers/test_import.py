"""Files of brokers: the staff list in any order, once, and within the importer's reach."""

from __future__ import annotations

import io
import os
import signal
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from hub.brokers import service
from hub.brokers.models import Branch, Broker, Line, Qualification
from hub.kernel import access, rescue, runner, work
from hub.kernel.errors import NotFound
from hub.kernel.imports import desk, intake
from hub.kernel.imports.command import import_commands
from hub.kernel.imports.models import WORKING
from tests import staff
from tests.brokers.files import Office, counts
from tests.kernel.imports.test_crash import worker
from tests.servers import wait_for

HEAD = "工号,姓名,营业部,入职日期,上级工号,导师工号,执业证书编号,有效期至,登录邮箱,离职日期\n"
STAFF = HEAD + (
    "B3,赵敏,浦东,2021-01-01,B2,B2,S3,2030-01-01,,\n"  # her manager comes further down
    "B2,李雷,浦东,2022-05-01,B1,,S2,,li@firm.example,\n"
    "B4,周通,浦东,2020-01-01,B2,,,,,2024-06-30\n"
    "B1,王芳,总部,2020-01-01,,,S1,,,\n"
)


@pytest.fixture
def office(app: Flask) -> Office:
    del app
    return Office()


def rows(query: Any) -> list[tuple[Any, ...]]:
    with work.unit(writes=False):
        return [tuple(row) for row in work.session().execute(query)]


@pytest.mark.feature("S02")
def test_a_list_of_brokers_in_any_order_becomes_the_tree_once(office: Office) -> None:
    with work.unit():
        user = staff.user("broker", email="li@firm.example")
    done = office.bring(STAFF)
    assert counts(done) == (4, 0, 0, 0), office.problems(done)
    assert office.lines() == {"B1": "", "B2": "B1", "B3": "B2"}
    assert office.lines("mentor") == {"B3": "B2"}
    since = select(Line.valid_from).join(Broker, Broker.id == Line.broker_id)
    assert rows(since.where(Broker.no == "B3", Line.line == "management")) == [(date(2022, 5, 1),)]
    assert rows(select(Broker.no, Broker.user_id, Broker.left_on).where(Broker.no > "B1",
                Broker.kind == "person").order_by(Broker.no)) == [
        ("B2", user, None), ("B3", None, None), ("B4", None, date(2024, 6, 30)),
    ]  # fmt: skip
    licences = select(Qualification.number, Qualification.valid_to).order_by(Qualification.number)
    assert rows(licences) == [("S1", None), ("S2", None), ("S3", date(2030, 1, 1))]
    tables = [select(model.__table__) for model in (Broker, Line, Qualification, Branch)]
    before = [rows(query) for query in tables]
    again = office.bring(STAFF)
    assert counts(again) == (0, 0, 4, 0), office.problems(again)
    assert "This very file" in again.notices[0][0]
    assert [rows(query) for query in tables] == before


def test_what_changes_is_changed_and_who_leaves_goes_after_those_he_leads(office: Office) -> None:
    with work.unit():
        staff.user("broker", email="li@firm.example")
    office.bring(STAFF)
    changed = HEAD.replace("工号,姓名", "工号,姓名,职务", 1) + (
        "B2,李雷,总监,北京,,,,S2,2031-01-01,,2026-03-01\n"
        "B3,赵敏,,,,,,,,,2026-03-01\n"
        "B1,王芳,总经理,,,,,,,,\n"
    )
    done = office.bring(changed)
    assert counts(done) == (0, 3, 0, 0), office.problems(done)
    assert office.lines() == {"B1": ""}
    assert rows(select(Broker.title, Branch.name, Broker.left_on).join(Branch).where(
        Broker.no == "B2")) == [("总监", "北京", date(2026, 3, 1))]  # fmt: skip
    assert counts(office.bring(changed)) == (0, 0, 3, 0)


def test_what_cannot_be_is_refused_with_its_line_and_the_rest_is_taken(office: Office) -> None:
    with work.unit():
        staff.user("broker", email="li@firm.example")
    office.bring(STAFF)
    text = HEAD + (
        "C1,A,浦东,2024-01-01,B9,,,,,\n"  # nobody
        "C2,B,浦东,2024-01-01,C3,,,,,\n"  # a loop of two
        "C3,C,浦东,2024-01-01,C2,,,,,\n"
        "C4,D,浦东,2024-01-01,,,,,,\n"  # a second root
        "C5,E,浦东,2024-01-01,C6,,,,,\n"  # under one who is refused
        "C6,F,浦东,2024-01-01,B4,,,,,\n"  # under one who left
        "C7,G,,2024-01-01,B1,,,,,\n"
        "C8,H,浦东,2024-01-01,C8,,,,,\n"
        "C9,I,浦东,2024-01-01,B1,,,,nobody@firm.example,\n"
        "D1,J,浦东,2024-01-01,B1,,,,li@firm.example,\n"
        "B2,李雷,浦东,,,,,,,2026-01-01\n"  # he leads B3
        "B3,赵敏,浦东,,B1,,,,,\n"  # a move has its own file
        "B1,王芳,总部,,,,,,,2026-01-01\n"
        "D2,K,浦东,2024-01-01,B1,,,,,\n"
    )
    done = office.bring(text)
    assert counts(done) == (1, 0, 0, 13), office.problems(done)
    told = {int(line): why for line, _, why in (
        text.partition(": ") for text in office.problems(done))}  # fmt: skip
    for line, why in {
        2: "neither here nor in this file", 3: "stands below", 4: "stands below", 5: "has its root",
        6: "neither here nor", 7: "has left", 8: "empty", 9: "leads himself", 10: "nobody signs in",
        11: "another broker", 12: "leads others", 13: "a file of moves", 14: "needs its root",
    }.items():  # fmt: skip
        assert why in told[line], (line, told[line])


def test_a_manager_brings_brokers_under_himself_and_his_direct_reports_alone(
    office: Office,
) -> None:
    with work.unit():
        staff.user("manager")
        me = staff.user("manager")
        own = staff.broker(me)
        work.session().get_one(Broker, own).no = "M1"
        direct = staff.broker(under=own, no="M2", name="Direct")
        deep = staff.broker(under=direct, no="M3", name="Deep")
        staff.broker(no="X1", name="Aside")
        actor = staff.actor(me)
    text = (
        "no,name,branch,joined on,manager no\n"
        "N1,Mine,Pudong,2024-01-01,M1\n"
        "N2,Below,Pudong,2024-01-01,M2\n"
        "N3,Deep,Pudong,2024-01-01,M3\n"
        "N4,Aside,Pudong,2024-01-01,X1\n"
        "N5,Below new,Pudong,2024-01-01,N1\n"
        "N6,Too deep,Pudong,2024-01-01,N5\n"
        "N7,No branch,Nowhere,2024-01-01,M1\n"
        "M2,Renamed,Pudong,,\n"
        "M3,Renamed,Pudong,,\n"
        "X1,Renamed,Pudong,,\n"
        "N8,No manager,Pudong,2024-01-01,\n"
    )
    done = office.bring(text, actor=actor)
    assert counts(done) == (4, 1, 0, 6), office.problems(done)
    told = "\n".join(office.problems(done))
    for line, why in {
        4: "direct reports only", 5: "you see no broker", 7: "direct reports only",
        8: "no such branch", 10: "may not change", 11: "another broker",
    }.items():  # fmt: skip
        assert any(text.startswith(f"{line}:") and why in text for text in told.splitlines()), told
    lines = office.lines()
    assert (lines["N1"], lines["N2"], lines["N5"], lines["N8"]) == ("M1", "M2", "N1", "M1")
    refused = office.refusals()
    assert ("broker", deep, "brokers.place") in refused
    assert ("broker", deep, "brokers.write") in refused


@pytest.mark.database("sqlite")
def test_who_keeps_the_tree_goes_on_with_the_file_of_a_frozen_manager(office: Office) -> None:
    with work.unit():
        staff.user("manager")
        manager, other = (staff.actor(staff.user("manager")) for _ in range(2))
        no = work.session().get_one(Broker, manager.broker_id).no
    text = f"no,name,branch,joined on,manager\nN1,New,Pudong,2024-01-01,{no}\n"
    number = office.upload(manager, text.encode(), kind="brokers")
    office.do(manager, desk.check, number)
    with access.acting(manager), work.unit():
        desk.apply(number)
    with access.acting(access.SYSTEM), work.unit():
        service.freeze(manager.broker_id or 0)
    runner.drain()
    assert (office.see(number).state, counts(office.see(number))) == ("halted", (0, 0, 0, 0))
    with pytest.raises(NotFound):
        office.do(other, desk.resume, number)
    office.do(office.operator, desk.resume, number)
    done = office.see(number)
    assert (done.state, counts(done)) == ("done", (1, 0, 0, 0)), office.problems(done)
    assert (done.owner_id, done.actor_id) == (manager.user_id, office.operator.user_id)
    assert office.lines()["N1"] == no


@pytest.mark.database("sqlite")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_worker_killed_in_the_middle_of_the_brokers_costs_time_and_no_row(
    office: Office,
) -> None:
    count = 3_000
    text = "no,name,branch,joined on,manager\nB0,Head,Pudong,2020-01-01,\n" + "".join(
        f"B{n},Broker {n},Pudong,2020-01-01,B{(n + 9) // 10 - 1}\n" for n in range(count - 1, 0, -1)
    )
    with access.acting(office.operator):
        with work.unit(writes=False):
            number = intake.receive("brokers", "brokers.csv", io.BytesIO(text.encode()))
        runner.drain()
        for following in (desk.check, desk.apply):
            with work.unit():
                following(number)
            pid = worker()
            wait_for(lambda: bool(office.see(number).cursor), "the first slice")
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            assert office.see(number).state in WORKING
            rescue.recover_dead()
            runner.drain()
    done = office.see(number)
    assert counts(done) == (count, 0, 0, 0), office.problems(done)[:5]
    people = Broker.kind == "person"
    places = select(func.count()).select_from(Line).join(Broker, Line.broker_id == Broker.id)
    places = places.where(people)
    assert rows(select(func.count()).where(people)) == rows(places) == [(count,)]


@pytest.mark.database("sqlite")
def test_the_command_line_takes_each_file_of_the_tree(office: Office, tmp_path: Path) -> None:
    def run(kind: str, text: str, *options: str) -> str:
        file = tmp_path / f"{kind}.csv"
        file.write_text(text, "utf-8")
        with access.acting(access.STRANGER):
            result = CliRunner().invoke(import_commands, [kind, str(file), *options])
        assert result.exit_code == 0, result.output
        return result.output

    plain = "no,name,branch,joined on,manager\nB1,A,Pudong,2020-01-01,\nB2,B,Pudong,2020-01-01,B1\n"
    plain += "B3,C,Pudong,2020-01-01,B2\n"
    assert "3 created" in run("brokers", plain, "--dry-run")
    assert office.lines() == {}
    assert "3 created" in run("brokers", plain)
    moves = "no,manager,from\nB3,B1,2026-01-01\n"
    assert "1 updated" in run("tree", moves)
    assert "1 unchanged" in run("tree", moves)
    assert office.lines()["B3"] == "B1"
