"""A client who signs in by codes."""

from __future__ import annotations

from flask import Flask
from werkzeug.test import TestResponse

from hub.accounts import service
from hub.accounts.rules import Identity, Locale
from hub.kernel import access, work
from tests import staff

WHO = "wang@mail.example"


def client_user(email: str = WHO) -> int:
    with work.unit(), access.acting(access.SYSTEM):
        return service.enrol(Identity("email", email), "王芳", locale=Locale.EN)


def ask(app: Flask, email: str = WHO, *, path: str = "/login/code") -> staff.Browser:
    browser = staff.Browser(app)
    browser.get(path)
    answer = browser.post(path, {"identity": email})
    assert answer.status_code == 302, answer.text
    browser.get("/login/code/enter")
    return browser


def enter(browser: staff.Browser, code: str) -> TestResponse:
    return browser.post("/login/code/enter", {"code": code})
