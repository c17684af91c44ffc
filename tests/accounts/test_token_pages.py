"""The pages of tokens in a browser: made, shown once, revoked; on a desk and on a phone."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from hub.accounts.models import User
from hub.kernel import work
from tests import staff
from tests.accounts.site import Visit, serving
from tests.programs import Program

pytestmark = [pytest.mark.browser, pytest.mark.database("sqlite")]


@pytest.mark.parametrize("phone", [False, True], ids=["desk-en", "phone-zh"])
def test_a_token_is_made_copied_used_and_revoked(
    app: Flask, browser: Browser, *, phone: bool
) -> None:
    with work.unit():
        operator = staff.user("operator")
        email = work.session().get_one(User, operator).email or ""
    with serving(app) as address:
        visit = Visit(browser, address, phone=phone)
        page = visit.page
        visit.sign_in(email, staff.PASSWORD)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.goto("/tokens/")
        page.goto("/tokens/new")
        page.locator("form.card button[type=submit]").click()
        expect(page.get_by_role("alert")).to_be_visible()
        visit.look("token-form")
        page.locator("#field-name").fill("Nightly export")
        page.locator("input[name=scopes][value='accounts.read']").check()
        page.locator("form.card button[type=submit]").click()
        text = page.locator("#token-text").input_value()
        visit.look("token-made")
        assert Program(app, text).get("/users").status_code == 200
        page.get_by_role("link", name=re.compile("copied|已复制")).click()
        visit.look("tokens")
        page.get_by_role("link", name="Nightly export").click()
        visit.look("token")
        page.locator("[data-opens=revoke-token]").click()
        page.locator("#revoke-token button[type=submit]").click()
        expect(page.locator("[data-opens=revoke-token]")).to_have_count(0)
        assert Program(app, text).get("/users").status_code == 401
        visit.context.close()
    # The bell looks for the websocket process, which does not run here.
    assert [told for told in visit.complaints if "WebSocket" not in told] == []
