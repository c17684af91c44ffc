"""Every page of sign-in, of one's own and of users: on a desk in English, on a phone in Chinese."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from hub.accounts import service
from hub.accounts.models import User
from hub.accounts.rules import Identity, Locale
from hub.clients import service as clients
from hub.kernel import access, clock, work
from hub.relationship import service as relationship
from tests import letters, make, staff
from tests.accounts.factor_world import code_of, real
from tests.accounts.site import Visit, serving
from tests.channels.mailing import Mailbox, mailbox

__all__ = ["mailbox"]

pytestmark = [pytest.mark.browser, pytest.mark.database("sqlite")]

ZHOU = "zhou@firm.example"
SHAPES = pytest.mark.parametrize("phone", [False, True], ids=["desk-en", "phone-zh"])


def look_at_his_own(visit: Visit) -> None:
    page = visit.page
    page.goto("/me/")
    visit.look("me")
    page.goto("/me/address")
    visit.look("address")
    page.locator("#field-address").fill("other@firm.example")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/me/address/confirm$"))
    visit.look("confirm-address")


def come_back(visit: Visit, mailbox: Mailbox) -> None:
    page = visit.page
    visit.context.clear_cookies()
    visit.sign_in(ZHOU, staff.PASSWORD)
    expect(page).to_have_url(re.compile("/login/second$"))
    visit.look("second")
    page.goto("/login/forgot")
    visit.look("forgot")
    page.locator("#field-email").fill(ZHOU)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_be_visible()
    page.goto(letters.link_for(mailbox, ZHOU))
    visit.look("password")
    page.goto("/login/password/x")
    visit.look("dead-link")


@SHAPES
def test_the_way_in_of_the_firms_people(
    app: Flask, browser: Browser, mailbox: Mailbox, *, phone: bool
) -> None:
    real("manager")
    with serving(app) as address:
        visit = Visit(browser, address, phone=phone)
        page = visit.page
        page.goto("/login")
        visit.look("enter")
        visit.sign_in(ZHOU, "not this one")
        visit.look("enter-wrong")
        visit.sign_in(ZHOU, staff.PASSWORD)
        expect(page).to_have_url(re.compile("/login/factors/$"))
        visit.look("factors")
        page.get_by_role("link").filter(has_text=re.compile("authenticator|身份验证器")).click()
        key = page.locator("[data-key]").inner_text()
        visit.look("app")
        page.locator("#field-code").fill("123")
        page.keyboard.press("Enter")
        expect(page.locator(".invalid-feedback")).to_be_visible()
        page.locator("#field-code").fill(code_of(key))
        page.keyboard.press("Enter")
        expect(page.locator(".recovery-codes li")).to_have_count(10)
        visit.look("recovery")
        page.goto("/")
        visit.look("home")
        look_at_his_own(visit)
        come_back(visit, mailbox)
        visit.leave()


@SHAPES
def test_the_operators_pages(app: Flask, browser: Browser, *, phone: bool) -> None:
    with work.unit():
        operator, other = staff.user("operator"), staff.user("agent", email="he@firm.example")
    staff.signed_in(app, other)
    with serving(app) as address:
        visit = Visit(browser, address, phone=phone)
        page = visit.page
        with work.unit(writes=False):
            email = work.session().get_one(User, operator).email or ""
        visit.sign_in(email, staff.PASSWORD)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        visit.look("operator-home")
        for path, name in (
            ("/users/", "users"),
            ("/users/new", "user-new"),
            (f"/users/{other}", "user"),
            (f"/users/{other}/sign-ins", "sign-ins"),
        ):
            page.goto(path)
            visit.look(name)
        page.goto(f"/users/{other}")
        page.locator("#branches").fill("浦东营业部")
        page.locator("form[action$='/scope'] button").click()
        expect(page.locator("#branches")).to_have_value("浦东营业部")
        page.locator("[data-opens=end-sessions]").click()
        page.locator("#end-sessions button[type=submit]").click()
        expect(page.locator("[data-opens=end-sessions]")).to_have_count(0)
        visit.leave()


def a_client() -> str:
    """A client with contacts, a consent and a broker → his mailbox."""
    mail = "wang@mail.example"
    with work.unit():
        client = make.client(name="王芳", email=mail, sms="13800001234", consent_to=("service",))
        broker = staff.broker(name="陈志强")
        with access.acting(access.SYSTEM):
            user = service.enrol(Identity("email", mail), "王芳", locale=Locale.ZH)
            clients.link_user(client, user)
            relationship.assign(client, broker, valid_from=clock.firm_day())
    return mail


@SHAPES
def test_the_clients_own_side(
    app: Flask, browser: Browser, mailbox: Mailbox, *, phone: bool
) -> None:
    mail = a_client()
    with serving(app) as address:
        visit = Visit(browser, address, phone=phone)
        page = visit.page
        for path, name in (("/activate/", "activate"), ("/login/code", "ask-code")):
            page.goto(path)
            visit.look(name)
        page.locator("#field-identity").fill(mail)
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/login/code/enter$"))
        visit.look("type-code")
        page.locator("#field-code").fill(letters.code_for(mailbox, mail))
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/my/$"))
        expect(page.locator("[data-portal] .card")).to_have_count(4)
        visit.look("my")
        page.goto("/me/")
        visit.look("my-sign-in")
        page.goto("/my/details/")
        visit.look("my-details")
        page.locator("#field-address").fill("new@mail.example")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/my/details/confirm$"))
        visit.look("my-details-confirm")
        page.goto("/activate/")
        page.locator("#field-contact").fill("nobody@mail.example")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/activate/prove$"))
        visit.look("prove")
        visit.leave()
