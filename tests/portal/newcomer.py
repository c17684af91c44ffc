"""A client on his first way in: his papers, the contact he proves, what he types."""

from __future__ import annotations

from flask import Flask
from werkzeug.test import TestResponse

from hub.clients import papers
from hub.clients.models import Client
from hub.clients.paper_rules import PaperKind
from hub.kernel import access, work
from tests import make, staff

MAIL = "wang@mail.example"


def client(number: str = "11010519491231002X", email: str = MAIL) -> int:
    with work.unit(), access.acting(access.SYSTEM):
        client_id = make.client(name="王芳", email=email, sms="13800001234")
        papers.put(client_id, PaperKind.ID_NO, number)
    return client_id


def ask(app: Flask, contact: str = MAIL) -> staff.Browser:
    browser = staff.Browser(app)
    browser.get("/activate/")
    assert browser.post("/activate/", {"contact": contact}).status_code == 302
    browser.get("/activate/prove")
    return browser


def prove(browser: staff.Browser, code: str, four: str = "002x") -> TestResponse:
    return browser.post("/activate/prove", {"code": code, "four": four})


def user_of(client_id: int) -> int | None:
    with work.unit(writes=False):
        return work.session().get_one(Client, client_id).user_id
