"""Files of people, large and ugly: a broken row alone is refused, a killed worker loses no row."""

from __future__ import annotations

import csv
import io
import os
import signal
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import Select, func, select

from hub.brokers.models import Broker, Line
from hub.clients.models import Client
from hub.kernel import access, rescue, runner, search, work
from hub.kernel.imports import desk, intake, rejects
from hub.kernel.imports.models import WORKING, Import
from hub.relationship.models import Serving
from tests.brokers.files import Office, counts
from tests.kernel.imports.test_crash import worker
from tests.servers import wait_for

ROWS, BROKEN = 70_200, 70_000
BAD_ID = "110105194912310021"  # its check digit would be X


@pytest.fixture
def office(app: Flask) -> Office:
    del app
    return Office()


def struck(office: Office, kind: str, text: str, *, apply_only: bool = False) -> Import:
    """Bring a file whose worker is killed in the check and again in the application.

    Shape: a file that is checked at once is struck while it is applied alone.
    """
    with access.acting(access.SYSTEM):
        with work.unit(writes=False):
            number = intake.receive(kind, f"{kind}.csv", io.BytesIO(text.encode()))
        runner.drain()
        for following in (desk.check, desk.apply):
            with work.unit():
                following(number)
            if apply_only and following is desk.check:
                runner.drain()
                continue
            pid = worker()
            wait_for(
                lambda: bool(office.see(number).cursor), f"the first slice of {following.__name__}"
            )
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            assert office.see(number).state in WORKING
            rescue.recover_dead()
            runner.drain()
    return office.see(number)


def total(query: Select[Any]) -> int:
    with work.unit(writes=False):
        return work.session().scalar(query) or 0


@pytest.mark.database("sqlite")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_broken_row_of_seventy_thousand_is_refused_whole_and_the_others_are_taken(
    office: Office,
) -> None:
    search.implement(search.Null())  # nobody looks for them here
    lines = [f"C{n},Client {n},Pudong,," for n in range(1, ROWS)]
    lines[BROKEN - 2] = f"C{BROKEN - 1},=Client,Pudong,{BAD_ID},,and more,still more"
    lines[BROKEN - 3] = f"C{BROKEN - 2},Client,Pudong,{BAD_ID},"
    text = "client no,name,branch,id number,city\n" + "\n".join(lines) + "\n"
    done = struck(office, "clients", text)
    assert counts(done) == (ROWS - 3, 0, 0, 2), office.problems(done)
    assert total(select(func.count()).select_from(Client)) == ROWS - 3
    assert total(select(func.count()).select_from(Serving)) == ROWS - 3
    with access.acting(access.SYSTEM), work.unit(writes=False), rejects.write(done) as file:
        head, digit, broken = csv.reader(io.TextIOWrapper(file, "utf-8-sig"))
    assert head[:5] == ["client no", "name", "branch", "id number", "city"]
    assert digit[:6] == [f"C{BROKEN - 2}", "Client", "Pudong", BAD_ID, "", str(BROKEN - 1)]
    assert "a number with a slip in it" in digit[6]
    assert broken[:6] == [f"C{BROKEN - 1}", "'=Client", "Pudong", BAD_ID, "", str(BROKEN)]
    assert "7 columns where the header has 5" in broken[6]
    assert broken[7:] == ["and more", "still more"]
    assert counts(office.bring(text, "clients", access.SYSTEM)) == (0, 0, ROWS - 3, 2)


def brokers(count: int) -> list[list[str]]:
    return [["B0", "Head", "Pudong", "2020-01-01", ""]] + [
        [f"B{n}", f"Broker {n}", "Pudong", "2020-01-01", f"B{(n + 9) // 10 - 1}"]
        for n in range(1, count)
    ]


STAFF_HEAD = ["no", "name", "branch", "joined on", "manager"]


def as_text(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join(",".join(row) for row in [head, *rows]) + "\n"


@pytest.mark.database("sqlite")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_worker_killed_among_moves_and_who_serves_whom_loses_none(office: Office) -> None:
    count = 900
    assert counts(office.bring(as_text(STAFF_HEAD, brokers(count))))[0] == count
    moves = [[f"B{n}", "B1", "2026-02-01"] for n in range(count - 1, 300, -1)]
    text = as_text(["no", "manager", "from"], moves)
    done = struck(office, "tree", text, apply_only=True)
    assert counts(done) == (0, len(moves), 0, 0), office.problems(done)[:3]
    moved = select(func.count()).where(
        Line.valid_from == date(2026, 2, 1), Line.superior_id == _id_of("B1")
    )
    assert total(moved) == len(moves)
    clients = [[f"C{n}", f"Client {n}", "Pudong"] for n in range(4_000)]
    text = as_text(["client no", "name", "branch"], clients)
    assert counts(office.bring(text, "clients", access.SYSTEM))[0] == len(clients)
    serving = [[f"C{n}", f"B{n % 300}", "2026-03-02"] for n in range(len(clients))]
    done = struck(office, "relationships", as_text(["客户号", "经纪人", "生效日期"], serving))
    assert counts(done) == (0, len(clients), 0, 0), office.problems(done)[:3]
    held = select(func.count()).where(
        Serving.known_to.is_(None), Serving.valid_from == date(2026, 3, 2)
    )
    assert total(held) == len(clients)


def _id_of(no: str) -> int:
    return total(select(Broker.id).where(Broker.no == no))


def workbook(head: list[str], rows: list[list[Any]]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in (head, *rows):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def sheets() -> Iterator[tuple[str, list[str], list[list[Any]], tuple[int, int, int, int]]]:
    """Kind, header, rows as a spreadsheet keeps them, what comes of them."""
    day = date(2026, 1, 5)
    yield "brokers", ["工号", "姓名", "营业部", "入职日期", "上级工号"], [
        [1002, "李雷", "浦东", date(2022, 5, 1), 1001], [1001, "王芳", "总部", day, None],
        [1003, "赵敏", "浦东", day, 1001], [1004, "周通", "浦东", "tomorrow", 1001],
    ], (3, 0, 0, 1)  # fmt: skip
    yield "tree", ["工号", "上级工号", "生效日期"], [
        [1003, 1002, date(2026, 6, 1)], [1001, 1003, date(2026, 6, 1)],
    ], (0, 1, 0, 1)  # fmt: skip
    yield "clients", ["客户号", "姓名", "手机", "营业部"], [
        [880001, "孙权", 13900000001, "浦东"], [880002, "刘备", "139-0000-0002", "浦东"],
        [880003, "曹操", "12", "浦东"],
    ], (2, 0, 0, 1)  # fmt: skip
    yield "relationships", ["客户号", "经纪人", "生效日期"], [
        [880001, 1002, date(2026, 7, 1)], [880002, 1003, date(2026, 7, 2)],
        [880002, 1009, date(2026, 7, 3)], [880009, 1002, date(2026, 7, 1)],
    ], (0, 2, 0, 2)  # fmt: skip


def test_workbooks_of_brokers_moves_clients_and_who_serves_whom_are_taken_once(
    office: Office,
) -> None:
    for kind, head, rows, want in sheets():
        data = workbook(head, rows)
        for time in range(2):
            number = office.upload(access.SYSTEM, data, f"{kind}.xlsx", kind=kind)
            office.do(access.SYSTEM, desk.check, number)
            if office.see(number).good:
                office.do(access.SYSTEM, desk.apply, number)
            done = office.see(number)
            taken = want if not time else (0, 0, want[0] + want[1], want[3])
            assert counts(done) == taken, (kind, office.problems(done))
    assert office.lines() == {"1001": "", "1002": "1001", "1003": "1002"}
    assert total(select(Serving.broker_id).join(Client, Client.id == Serving.client_id).where(
        Client.no == "880002", Serving.known_to.is_(None), Serving.valid_from == date(2026, 7, 2)
    )) == _id_of("1003")  # fmt: skip
