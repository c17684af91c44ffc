"""What must not come in: refused with its reason, counted, logged, and no detail to strangers."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import structlog
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from hub.accounts import service as accounts
from hub.accounts import tokens
from hub.clients import papers
from hub.clients.paper_rules import PaperKind
from hub.kernel import access, clock, doors, ring, tally, work
from hub.kernel.audit import AuditRow
from tests import letters, make, programs, staff
from tests.accounts.code_world import WHO, ask, client_user, enter
from tests.channels.mailing import Mailbox, mailbox
from tests.portal import newcomer
from tests.programs import Program

__all__ = ["mailbox"]

At = Callable[[Any], AbstractContextManager[None]]
ID_NO = "11010519491231002X"


@dataclass
class Noted:
    """What was counted and logged meanwhile."""

    counted: dict[tuple[str, str], float] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)

    def reasons(self) -> list[tuple[int, str]]:
        """Status and reason of each request that was turned away."""
        return [
            (line["status"], line["reason"]) for line in self.logs("request") if "reason" in line
        ]

    def logs(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["event"] == event]


def sums() -> dict[tuple[str, str], float]:
    return {(key[1], key[2]): value for key, value in tally.sums().items() if key[0] == "refused"}


@contextlib.contextmanager
def watched() -> Iterator[Noted]:
    before, noted = sums(), Noted()
    with structlog.testing.capture_logs() as lines:
        yield noted
    noted.lines = [dict(line) for line in lines]
    noted.counted = {
        key: value - before.get(key, 0)
        for key, value in sums().items()
        if value > before.get(key, 0)
    }


def audited(verb: str) -> list[dict[str, Any]]:
    with work.unit(writes=False):
        found = work.session().scalars(select(AuditRow.detail).where(AuditRow.verb == verb))
        return list(found)


def told(answer: TestResponse) -> tuple[int, str]:
    """Status and reason of a problem that says no more to whoever has no right to know."""
    body = answer.get_json()
    assert answer.content_type == "application/problem+json"
    return answer.status_code, body["title"]


@pytest.mark.parametrize("why", ["unknown", "revoked", "expired", "locked-user"])
def test_a_stolen_or_expired_token(app: Flask, at: At, why: str) -> None:
    with work.unit():
        user_id = staff.user("manager")
        token = programs.token(user_id)
    with work.unit(), access.acting(access.SYSTEM):
        if why == "revoked":
            tokens.revoke(token.id)
        if why == "locked-user":
            accounts.lock(user_id)
    text = token.text if why != "unknown" else "hub_" + "a" * 43
    days = 91 if why == "expired" else 0
    with watched() as noted, at(clock.now() + timedelta(days=days)):
        answer = Program(app, text).get("/clients")
    assert told(answer) == (401, "invalid-token")
    assert answer.get_json()["detail"] == ""
    assert noted.counted["token", why] == 1
    assert noted.counted["request", "invalid-token"] == 1
    assert [line["why"] for line in noted.logs("token_refused")] == [why]
    assert text not in json.dumps(noted.lines, default=str)
    assert audited("token-refused") == ([] if why == "unknown" else [{"reason": why}])


def test_a_code_used_twice(app: Flask, mailbox: Mailbox) -> None:
    client_user()
    browser = ask(app)
    other = staff.Browser(app)
    other.get("/login")
    code = letters.code_for(mailbox, WHO)
    with browser.client.session_transaction() as mine, other.client.session_transaction() as his:
        his["asked"] = dict(mine["asked"])
    assert enter(browser, code).status_code == 302
    with watched() as noted:
        answer = enter(other, code)
    assert answer.status_code == 422
    assert "used" not in answer.text.partition('role="alert"')[2].partition("</div>")[0]
    assert noted.counted["sign-in", "wrong-code"] == 1
    assert [line["reason"] for line in noted.logs("code_refused")] == ["used"]
    assert code not in json.dumps(noted.lines, default=str)
    assert audited("sign-in-failed") == [{"via": "code", "reason": "wrong-code"}]


def test_a_code_asked_for_100_times(app: Flask) -> None:
    browser = staff.Browser(app)
    browser.get("/login/code")
    with watched() as noted:
        answers = [browser.post("/login/code", {"identity": WHO}) for _number in range(100)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429] * 95
    assert noted.counted["ask", "too-many"] == 95
    assert len(noted.logs("sign_in_throttled")) == 95
    assert WHO not in json.dumps(noted.lines, default=str)


def test_a_locked_user_who_signs_in(app: Flask) -> None:
    """His open socket is cut: tests/channels/live/test_live.py."""
    with work.unit():
        user_id = staff.user("manager", email="zhou@firm.example")
    browser = staff.signed_in(app, user_id)
    with work.unit(), access.acting(access.SYSTEM):
        accounts.lock(user_id)
    assert browser.get("/live/ticket").status_code == 302
    with watched() as noted:
        answer = staff.Browser(app).sign_in("zhou@firm.example")
    assert answer.status_code == 422
    assert "lock" not in answer.text.partition('role="alert"')[2].partition("</div>")[0]
    assert noted.counted == {("sign-in", "locked"): 1, ("request", "422"): 1}
    assert [line["reason"] for line in noted.logs("sign_in_refused")] == ["locked"]
    assert audited("sign-in-failed") == [{"via": "password", "reason": "locked"}]


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
    return browser.client.post("/clients/imports/", data=body, content_type=kind)


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
                    "/imports?filename=clients.csv", data=content,
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
        answer = program.post(f"/clients/{client}/papers/id_no/reveal")
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
        if lock is None or lock.needs not in {"public", "signed"} or "POST" not in rule.methods:
            continue
        values = dict.fromkeys(rule.arguments, 1)
        with app.test_request_context():
            path = app.url_for(rule.endpoint, **values)
        taken[rule.endpoint] = (
            app.test_client().post(path, data=body, content_type=kind).status_code
        )
    assert {"signin.enter_by_password", "consent.unsubscribe"} <= set(taken)
    # What a signature opens is not read without one.
    assert {name: status for name, status in taken.items() if status not in {403, 404, 413}} == {}
    assert taken["signin.enter_by_password"] == 413
