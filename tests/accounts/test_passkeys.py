"""Passkeys in a real browser with a virtual platform authenticator."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from hub.accounts.models import Passkey, Session
from hub.kernel import work
from tests import staff
from tests.accounts.factor_world import real, set_up
from tests.accounts.site import Visit, serving

pytestmark = [pytest.mark.browser, pytest.mark.database("sqlite")]

ZHOU = "zhou@firm.example"


@pytest.fixture
def visit(app: Flask, browser: Browser) -> Iterator[Visit]:
    with serving(app) as address:
        visit = Visit(browser, address)
        yield visit
        visit.leave()


def make_one(visit: Visit) -> None:
    """Sign in by password and make the passkey that is asked for."""
    visit.sign_in(ZHOU, staff.PASSWORD)
    expect(visit.page).to_have_url(re.compile("/login/factors/$"))
    visit.page.get_by_label("A name for this passkey").fill("My laptop")
    visit.page.get_by_role("button", name="Make a passkey").click()
    expect(visit.page.locator(".recovery-codes li")).to_have_count(10)


def sign_out(visit: Visit) -> None:
    visit.page.goto("/")
    visit.page.locator("details[data-drop] summary").click()
    visit.page.get_by_role("button", name="Sign out").click()
    expect(visit.page.get_by_role("heading", name="Sign in")).to_be_visible()


def ways() -> list[tuple[str, int]]:
    with work.unit(writes=False):
        rows = work.session().scalars(select(Session).order_by(Session.id))
        return [(row.via, row.factors) for row in rows]


@pytest.mark.feature("S19")
def test_a_passkey_is_made_and_is_two_factors_at_once(app: Flask, visit: Visit) -> None:
    real("manager")
    visit.authenticator()
    make_one(visit)
    visit.page.get_by_role("link", name="I have written them down").click()
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("Home")
    sign_out(visit)
    visit.page.get_by_role("button", name="Sign in with a passkey").click()
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("Home")
    assert ways() == [("password+passkey", 2), ("passkey", 2)]
    visit.page.goto("/me/")
    expect(visit.page.get_by_text("My laptop")).to_be_visible()


def test_a_passkey_is_the_second_step_after_a_password(app: Flask, visit: Visit) -> None:
    real("manager")
    visit.authenticator()
    make_one(visit)
    visit.context.clear_cookies()
    visit.sign_in(ZHOU, staff.PASSWORD)
    expect(visit.page).to_have_url(re.compile("/login/second$"))
    visit.page.get_by_role("button", name="Use a passkey").click()
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("Home")


# Asks for a proof of any key in the authenticator, as a page of ours never does half-way in.
FORCED = """async () => {
  const token = document.querySelector('meta[name="csrf-token"]').content;
  const headers = { "Content-Type": "application/json", Accept: "application/json",
    "X-CSRFToken": token };
  const post = (address, body) =>
    fetch(address, { method: "POST", body: JSON.stringify(body), headers });
  const asked = await (await post("/login/passkey/question", {})).json();
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")),
    (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\\+/g, "-").replace(/\\//g, "_").replace(/=+$/, "");
  const key = await navigator.credentials.get({ publicKey: { challenge: bytes(asked.challenge),
    rpId: asked.rpId, userVerification: "required" } });
  const told = key.response;
  const names = ["clientDataJSON", "authenticatorData", "signature", "userHandle"];
  const response = Object.fromEntries(names.map((name) => [name, text(told[name])]));
  const credential = { id: key.id, rawId: text(key.rawId), type: key.type, response,
    clientExtensionResults: {} };
  const first = await post("/login/passkey", { credential });
  const again = await post("/login/passkey", { credential });
  return [first.status, again.status];
}"""


def test_the_passkey_of_another_is_no_second_step(app: Flask, visit: Visit) -> None:
    real("manager")
    with work.unit():
        wu = staff.user("manager", email="wu@firm.example")
    visit.authenticator()
    make_one(visit)
    browser = staff.signed_in(app, wu)
    set_up(browser)
    visit.context.clear_cookies()
    visit.sign_in("wu@firm.example", staff.PASSWORD)
    expect(visit.page).to_have_url(re.compile("/login/second$"))
    assert visit.page.evaluate(FORCED) == [422, 422]
    visit.page.goto("/me/")
    expect(visit.page).to_have_url(re.compile("/login"))


def test_an_answer_of_an_authenticator_is_good_once(app: Flask, visit: Visit) -> None:
    real("manager")
    visit.authenticator()
    make_one(visit)
    visit.context.clear_cookies()
    visit.page.goto("/login")
    first, again = visit.page.evaluate(FORCED)
    assert first == 200
    assert again in {400, 422}


def test_a_passkey_that_was_taken_away_opens_nothing(app: Flask, visit: Visit) -> None:
    real("manager")
    visit.authenticator()
    make_one(visit)
    with work.unit():
        work.session().delete(work.session().scalars(select(Passkey)).one())
    visit.context.clear_cookies()
    visit.page.goto("/login")
    visit.page.get_by_role("button", name="Sign in with a passkey").click()
    expect(visit.page.locator("[data-passkey-problem]")).to_be_visible()
    visit.page.goto("/me/")
    expect(visit.page).to_have_url(re.compile("/login"))


def test_an_authenticator_that_asks_nobody_is_not_taken(app: Flask, visit: Visit) -> None:
    real("manager")
    session = visit.authenticator()
    session.send("WebAuthn.disable")
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "hasResidentKey": True,
               "hasUserVerification": False, "automaticPresenceSimulation": True}  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    visit.sign_in(ZHOU, staff.PASSWORD)
    expect(visit.page).to_have_url(re.compile("/login/factors/$"))
    visit.page.get_by_role("button", name="Make a passkey").click()
    expect(visit.page.locator("[data-passkey-problem]")).to_be_visible()
    with work.unit(writes=False):
        assert work.session().scalars(select(Passkey)).all() == []
