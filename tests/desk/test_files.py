"""Files given out: whole, in parts, to whom their owner allows, never run by a browser."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from hub.kernel import access, audit, files, filestore, modules, runner, work
from hub.kernel.access import Actor
from hub.kernel.files import FileOwner
from hub.kernel.filetypes import ORDINARY
from hub.kernel.module import Module
from tests import programs, staff
from tests.staff import Browser

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def mine(actor: Actor, _row: int) -> bool:
    return "operator" in actor.roles


@pytest.fixture(autouse=True)
def _world(app: Flask, tmp_path: Path) -> Iterator[None]:
    del app
    before, rules = modules.loaded().items, FileOwner(
        name="test.case", kinds=ORDINARY, may_read=mine, may_add=mine
    )  # fmt: skip
    filestore.bind(tmp_path / "files")
    modules.install((*before, Module(name="test", file_owners=(rules,))))
    yield
    modules.install(before)


def browser(app: Flask, role: str) -> Browser:
    with work.unit():
        user_id = staff.user(role)
    return staff.signed_in(app, user_id)


def added(content: bytes, name: str) -> str:
    with work.unit(), access.acting(access.SYSTEM):
        number = files.add("test.case", 7, name, io.BytesIO(content))
    return f"/files/{number}"


def test_a_file_waits_for_its_scan_then_is_shown_and_cannot_run(app: Flask) -> None:
    operator, path = browser(app, "operator"), added(PDF, "letter.pdf")
    assert operator.get(path).status_code == 423
    runner.drain()
    with operator.get(path) as answer:
        assert (answer.status_code, answer.data) == (200, PDF)
        assert answer.mimetype == "application/pdf"
        assert answer.headers["Content-Disposition"].startswith("inline")
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "object-src 'self'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        tag = answer.headers["ETag"]
    with operator.client.get(path, headers={"If-None-Match": tag}) as again:
        assert again.status_code == 304
    with work.unit(writes=False):
        query = select(audit.AuditRow.verb).where(audit.AuditRow.subject == "file")
        assert work.session().scalars(query).all().count("read") == 2


def test_a_text_is_kept_not_shown_and_parts_of_it_are_given(app: Flask) -> None:
    operator, path = browser(app, "operator"), added("一二三\n".encode() * 500, "信 1.txt")
    runner.drain()
    with operator.client.get(path, headers={"Range": "bytes=3-5"}) as part:
        assert (part.status_code, part.data) == (206, "二".encode())
        assert part.headers["Content-Range"] == "bytes 3-5/5000"
        assert part.headers["Content-Disposition"].startswith("attachment")
    with operator.client.get(path, headers={"Range": "bytes=9000-"}) as beyond:
        assert beyond.status_code == 416


def test_whoever_may_not_see_its_owner_finds_no_file_by_page_or_program(app: Flask) -> None:
    path = added(PDF, "letter.pdf")
    runner.drain()
    stranger = browser(app, "marketing")
    refused, none = stranger.get(path), stranger.get("/files/999")
    assert (refused.status_code, none.status_code) == (404, 404)
    for role, status in (("operator", 200), ("marketing", 404)):
        with work.unit():
            token = programs.token(staff.user(role))
        program = app.test_client(use_cookies=False)
        headers = {"Authorization": f"Bearer {token.text}"}
        with program.get(f"/api/v1{path}", headers=headers) as answer:
            assert answer.status_code == status
            assert (answer.data == PDF) is (status == 200)
