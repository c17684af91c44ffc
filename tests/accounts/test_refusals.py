"""Who does not come in: refused with one word, counted, logged, and no detail to strangers."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from hub.accounts import service as accounts
from hub.accounts import tokens
from hub.kernel import access, clock, work
from tests import letters, programs, staff
from tests.accounts.code_world import WHO, ask, client_user, enter
from tests.channels.mailing import Mailbox, mailbox
from tests.programs import Program
from tests.watching import audited, told, watched

__all__ = ["mailbox"]

At = Callable[[Any], AbstractContextManager[None]]


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
