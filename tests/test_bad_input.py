"""What must not come in: refused with its reason, counted, logged, and no detail to strangers."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from hub.clients import papers
from hub.clients.paper_rules import PaperKind
from hub.kernel import access, doors, ring, work
from tests import letters, make, programs, staff
from tests.channels.mailing import Mailbox, mailbox
from tests.portal import newcomer
from tests.programs import Program
from tests.watching import audited, told, watched

__all__ = ["mailbox"]

ID_NO = "11010519491231002X"


def bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (50 << 20))
    return made.getvalue()


def posted(browser: staff.Browser, content: bytes) -> TestResponse:
    """A file by the page's form; encoded here, as the client would leave a large one open."""
    file = FileStorage(io.BytesIO(content), "clients.csv", "file")
    boundary, body = encode_multipart({"csrf_token": browser.token, "file": file})
    kind = f"multipart/form-data; boundary={boundary}"
    return browser.client.post("/imports/new", data=body, content_type=kind)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no,name\n" + b"1,Li\n" * 300_000, "larger than 1 MB"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 200, ""),
        (bomb(), "workbook"),
        (b"", "empty"),
    ],
    ids=["oversized", "mistyped", "bomb", "empty"],
)  # fmt: skip
@pytest.mark.parametrize("door", ["page", "api"])
def test_an_upload_that_is_too_large_or_something_else(
    app: Flask, content: bytes, reason: str, door: str
) -> None:
    with work.unit():
        user_id = staff.user("broker")
        staff.broker(user_id)
        token = programs.token(user_id)
    browser = staff.signed_in(app, user_id)
    config = app.config["HUB"]
    app.config["HUB"] = dataclasses.replace(config, upload_limit_mb=1)
    try:
        with watched() as noted:
            if door == "page":
                answer = posted(browser, content)
            else:
                answer = Program(app, token.text).post(
                    "/imports?kind=clients&filename=clients.csv", data=content,
                    content_type="application/octet-stream",
                )  # fmt: skip
    finally:
        app.config["HUB"] = config
    assert answer.status_code == 422
    assert reason in answer.text
    word = "422" if door == "page" else "invalid"  # the page is the form once more
    assert noted.counted == {("request", word): 1}
    assert noted.reasons() == [(422, word)]


NESTED = b'{"no":' * 1_000 + b"1" + b"}" * 1_000


@pytest.mark.parametrize(
    ("body", "kind", "status", "reason"),
    [
        (b"no=1", "application/x-www-form-urlencoded", 415, "not-json"),
        (b"<no>1</no>", "text/xml", 415, "not-json"),
        (NESTED, "application/json", 400, "unreadable"),
        (b"[" * 1_000 + b"]" * 1_000, "application/json", 400, "unreadable"),
        (b"x" * 5_000_000, "application/json", 413, "request-entity-too-large"),
    ],
)
def test_a_body_of_another_type_or_a_thousand_levels_deep(
    app: Flask, body: bytes, kind: str, status: int, reason: str
) -> None:
    program = programs.of(app, "manager")
    with watched() as noted:
        answer = program.post("/clients", data=body, content_type=kind)
    assert told(answer) == (status, reason)
    assert answer.get_json()["detail"]
    assert noted.counted == {("request", reason): 1}
    assert noted.reasons() == [(status, reason)]


@pytest.fixture
def lost() -> Iterator[Callable[[], str]]:
    """Take the key away that everything is sealed with → its name; put back afterwards."""
    whole: list[ring.Ring] = []

    def lose() -> str:
        whole.append(ring.ring())
        ring.save(whole[0].with_new_key().without(whole[0].newest))
        return whole[0].newest

    yield lose
    for one in whole:
        ring.save(one)


def test_a_ring_without_its_key_for_somebody_of_the_firm(
    app: Flask, lost: Callable[[], str]
) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        client = make.client()
        papers.put(client, PaperKind.ID_NO, ID_NO)
    program = programs.of(app, "compliance")
    name = lost()
    with watched() as noted:
        answer = program.post(f"/clients/{client}/papers/id_no/reveal", {"why": "complaint"})
    assert told(answer) == (503, "key-missing")
    assert name not in answer.text
    assert noted.counted == {("request", "key-missing"): 1}
    (line,) = noted.logs("unavailable")
    assert name in line["error"]
    assert audited("revealed") == []


def test_a_ring_without_its_key_for_a_stranger(
    app: Flask, mailbox: Mailbox, lost: Callable[[], str]
) -> None:
    newcomer.client()
    browser = newcomer.ask(app)
    code = letters.code_for(mailbox, newcomer.MAIL)
    name = lost()
    with watched() as noted:
        answer = newcomer.prove(browser, code)
    assert answer.status_code == 503
    assert name not in answer.text
    assert "keys.json" not in answer.text
    assert noted.counted["request", "key-missing"] == 1
    assert name in noted.logs("unavailable")[0]["error"]


def test_an_open_door_takes_64_kb(app: Flask) -> None:
    """Whoever need not say who he is sends short forms only, whatever the door."""
    body, kind = b"a=" + b"x" * 70_000, "application/x-www-form-urlencoded"
    taken = {}
    for rule in app.url_map.iter_rules():
        lock = doors.lock_of(app, rule.endpoint)
        if (
            lock is None
            or lock.needs not in {"public", "signed"}
            or "POST" not in (rule.methods or ())
        ):
            continue
        values: dict[str, Any] = dict.fromkeys(rule.arguments, 1)
        with app.test_request_context():
            path = app.url_for(rule.endpoint, **values)
        taken[rule.endpoint] = (
            app.test_client().post(path, data=body, content_type=kind).status_code
        )
    assert {"signin.enter_by_password", "consent.unsubscribe"} <= set(taken)
    # What a signature opens is not read without one.
    assert {name: status for name, status in taken.items() if status not in {403, 404, 413}} == {}
    assert taken["signin.enter_by_password"] == 413
