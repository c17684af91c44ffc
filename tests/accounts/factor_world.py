"""People with a second factor: an authenticator app and its codes."""

from __future__ import annotations

import re

from flask import Flask
from passlib.totp import TOTP  # type: ignore[import-untyped]
from werkzeug.test import TestResponse

from hub.kernel import clock, work
from tests import staff

Armed = tuple[str, list[str]]  # the app's key, the recovery codes


def real(*roles: str, email: str = "zhou@firm.example") -> int:
    """Somebody whom the sandbox does not let in by one factor."""
    with work.unit():
        return staff.user(*roles, email=email, is_demo=False)


def code_of(key: str, *, steps: int = 0) -> str:
    """What an authenticator app shows, now or some steps on."""
    app = TOTP(key=key.replace("-", ""))
    return str(app.generate(int(clock.now().timestamp()) + 30 * steps).token)


def set_up(browser: staff.Browser) -> tuple[str, list[str], TestResponse]:
    """Set an authenticator app up → its key, the recovery codes, the page that shows them."""
    page = browser.get("/login/factors/app").text
    key = re.findall(r"<code[^>]*data-key>([^<]+)</code>", page)[0]
    answer = browser.post("/login/factors/app", {"code": code_of(key)})
    assert answer.status_code == 302, answer.text
    shown = browser.get(answer.headers["Location"])
    return key, re.findall(r"<li><code>([^<]+)</code>", shown.text), shown


def half_in(app: Flask, email: str = "zhou@firm.example") -> staff.Browser:
    browser = staff.Browser(app)
    answer = browser.sign_in(email)
    assert answer.headers["Location"] == "/login/second"
    browser.get("/login/second")
    return browser
