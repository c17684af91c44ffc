"""The wizard over HTTP: every step without a script, and what was typed stays."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import func, select

from hub.brokers import service as brokers
from hub.clients.models import Client
from hub.kernel import access, doors, runner, work
from tests.clients.import_world import Firm

TEXT = "客户号,姓名,手机,资产\nC1,王小明,13800000001,50万\nC2,=cmd(),123,5\n"


class Desk:
    """A browser without scripts, signed in as a broker."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        token = re.search(r'name="csrf-token" content="([^"]+)"', self.see("/imports/new"))
        assert token
        client.environ_base["HTTP_X_CSRFTOKEN"] = token[1]

    def upload(self, data: bytes, name: str = "clients.csv") -> str:
        answer = self.client.post(
            "/imports/new", data={"kind": "clients", "file": (io.BytesIO(data), name)}
        )
        assert answer.status_code == 303, answer.text
        runner.drain()
        return str(answer.headers["Location"])

    def post(self, address: str, data: dict[str, Any] | None = None) -> Any:
        answer = self.client.post(address, data=data or {})
        runner.drain()
        return answer

    def see(self, address: str) -> str:
        answer = self.client.get(address)
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture
def desk(app: Flask, firm: Firm) -> Iterator[Desk]:
    before = app.extensions.get("hub_actor_loader")
    doors.load_actor_with(app, lambda: firm.wang)
    yield Desk(app.test_client())
    app.extensions["hub_actor_loader"] = before


def test_the_whole_way_of_a_file(desk: Desk) -> None:
    page = desk.upload(TEXT.encode("gb18030"))
    seen = desk.see(page)
    assert "王小明" in seen
    assert re.search(r'value="phones" selected', seen)
    assert "is no phone number" in seen
    mapping = {
        "column-0": "no",
        "column-1": "name",
        "column-2": "phones",
        "column-3": "stated_assets",
    }
    answer = desk.post(f"{page}/mapping", mapping)
    questions = desk.see(answer.headers["Location"])
    assert 'name="assets_as_of"' in questions
    answer = desk.post(f"{page}/answers", {"assets_as_of": "2026-06-30"})
    result = desk.see(answer.headers["Location"])
    assert "Take over 1 rows" in result
    rejects = desk.client.get(f"{page}/rejects.csv", buffered=True)
    assert rejects.data.startswith(b"\xef\xbb\xbf")
    assert "'=cmd()" in rejects.text
    desk.post(f"{page}/apply")
    assert "make a segment" in desk.see(page)
    with work.unit(writes=False):
        assert work.session().scalar(select(func.count()).select_from(Client)) == 1


def test_progress_leads_on_when_the_pass_is_over(desk: Desk) -> None:
    page = desk.upload(TEXT.encode())
    answer = desk.client.get(f"{page}/progress", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == page


def test_a_missing_field_is_named_and_the_choice_stays(desk: Desk) -> None:
    page = desk.upload(TEXT.encode())
    answer = desk.client.post(f"{page}/mapping", data={"column-2": "emails"})
    assert answer.status_code == 422
    assert "Choose a column for" in answer.text
    assert re.search(r'value="emails" selected', answer.text)


def test_a_wrong_answer_stays_in_its_field(desk: Desk) -> None:
    page = desk.upload(TEXT.encode())
    answer = desk.client.post(f"{page}/answers", data={"assets_as_of": "someday"})
    assert answer.status_code == 422
    assert 'value="someday"' in answer.text


def test_an_unsure_encoding_is_asked_about_and_can_be_changed(desk: Desk) -> None:
    page = desk.upload("no,name\n1,Jürgen\n2,René\n".encode("latin-1"))
    assert "Jürgen" in desk.see(page)
    desk.post(f"{page}/form", {"encoding": "windows-1252", "delimiter": ","})
    seen = desk.see(page)
    assert "René" in seen
    assert "What is in each column" in seen
    desk.post(f"{page}/form", {"encoding": "utf-8", "delimiter": ","})
    assert "is not UTF-8" in desk.see(page)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"), ("a,b\n1,2\n".encode("utf-16"), "UTF-16"), (b"PK\x03\x04", "workbook"),
    ],
)  # fmt: skip
def test_what_is_no_csv_is_refused_with_what_to_do(desk: Desk, data: bytes, said: str) -> None:
    answer = desk.client.post(
        "/imports/new", data={"kind": "clients", "file": (io.BytesIO(data), "x.csv")}
    )
    assert answer.status_code == 422
    assert said in answer.text


def test_somebody_elses_import_is_not_there(app: Flask, firm: Firm, desk: Desk) -> None:
    page = desk.upload(TEXT.encode())
    doors.load_actor_with(app, lambda: firm.zhao)
    assert desk.client.get(page).status_code == 404
    assert desk.client.post(f"{page}/cancel").status_code == 404


def test_a_cancelled_import_takes_nothing_over(desk: Desk) -> None:
    page = desk.upload(TEXT.encode())
    desk.post(f"{page}/cancel")
    assert "cancelled" in desk.see(page)
    assert desk.client.post(f"{page}/apply").status_code == 409


def test_which_sheet_of_a_workbook_is_asked_and_can_be_changed(desk: Desk) -> None:
    book = Workbook()
    book.active.append(["报表"])
    sheet = book.create_sheet("客户")
    sheet.append(["客户号", "姓名"])
    sheet.append(["C1", "王小明"])
    file = io.BytesIO()
    book.save(file)
    page = desk.upload(file.getvalue(), "clients.xlsx")
    assert "Which sheet is it?" in desk.see(page)
    desk.post(f"{page}/form", {"sheet": "客户"})
    seen = desk.see(page)
    assert "王小明" in seen
    assert re.search(r'value="客户" selected', seen)
    assert 'name="encoding"' not in seen


def test_a_halted_import_says_why_and_goes_on_by_a_click(desk: Desk, firm: Firm) -> None:
    page = desk.upload("客户号,姓名\nC1,王小明\n".encode())
    desk.client.post(f"{page}/mapping", data={"column-0": "no", "column-1": "name"})
    with work.unit(), access.acting(access.SYSTEM):
        brokers.freeze(firm.wang.broker_id or 0)
    runner.drain()
    seen = desk.see(page)
    assert "no longer has the right “clients.import”" in seen
    with work.unit(), access.acting(access.SYSTEM):
        brokers.thaw(firm.wang.broker_id or 0)
    desk.post(f"{page}/resume")
    assert "What would happen" in desk.see(page)
    assert "clients.csv" not in desk.see("/imports/?state=done")
    assert "clients.csv" in desk.see("/imports/?kind=clients&state=checked")
    assert "clients.csv" not in desk.see("/imports/?kind=notes")
