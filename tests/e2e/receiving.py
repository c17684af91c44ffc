"""The other side: phone, mailbox, unsubscribe, the ledger."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.files import Own
from tests.e2e.visitor import Visitor

FOREVER = "-1"


def misbehave(visitor: Visitor, peer: str, kind: str, **more: str) -> None:
    """Have the phone or the mailbox misbehave, by its page."""
    page = visitor.page
    page.goto("/sandbox/faults")
    page.locator("#fault-peer").select_option(peer)
    page.locator("#fault-kind").select_option(kind)
    for name, value in ({"times": FOREVER} | more).items():
        page.locator(f"#fault-{name}").fill(value)
    visitor.button("Misbehave").click()
    expect(visitor.button("Behave again")).to_be_visible()


def behave(visitor: Visitor, page: Page) -> None:
    """Have both behave again, from another tab."""
    page.goto("/sandbox/faults")
    page.get_by_role("button", name=visitor.say("Behave again"), exact=True).click()
    expect(page.get_by_text(visitor.say("Nothing: both behave."))).to_be_visible()


def empty(visitor: Visitor) -> None:
    """Throw away what has arrived so far."""
    page = visitor.page
    page.goto("/sandbox/mail")
    if visitor.button("Empty").count():
        visitor.button("Empty").click()
        page.get_by_role("dialog").get_by_role("button", name=visitor.say("Empty")).click()
    expect(page.get_by_text(visitor.say("No mail yet"))).to_be_visible()


def mailboxes(visitor: Visitor) -> list[str]:
    """Whom the mails on the first page went to."""
    visitor.page.goto("/sandbox/mail")
    expect(visitor.page.locator("#mails a").first).to_be_visible()
    return visitor.page.locator("#mails a span.text-truncate").all_inner_texts()


def read_phone(visitor: Visitor, text: str) -> None:
    """The text message stands on the phone."""
    page = visitor.page
    visitor.menu("Phone and mailbox")
    page.get_by_role("link", name=visitor.say("Phone"), exact=True).click()
    page.locator("#sought").fill(text)
    visitor.button("Search").click()
    expect(page.locator(".sandbox-sms").first).to_be_visible()
    visitor.look("sandbox-phone")


def unsubscribe(visitor: Visitor, own: Own) -> None:
    """Open the mail that came and press Unsubscribe."""
    page = visitor.page
    page.get_by_role("link", name=visitor.say("Mailbox"), exact=True).click()
    visitor.look("sandbox-mailbox")
    page.locator("#sought").fill(own.leaver)
    visitor.button("Search").click()
    page.locator("#mails a").first.click()
    visitor.look("sandbox-mail")
    visitor.button("Unsubscribe").click()
    answer = page.frame_locator("iframe[name=unsubscribe-answer]")
    expect(answer.locator("body")).to_contain_text("ok")
    visitor.look("sandbox-unsubscribed")


def read_ledger(visitor: Visitor) -> None:
    """The ledger begins with what was just said, and keeps the imported consents with proof."""
    page = visitor.page
    visitor.menu("Consents")
    first = page.locator("tr[data-row]").first
    expect(first).to_contain_text(visitor.say("withdrawn"))
    expect(first).to_contain_text(visitor.say("one-click unsubscribe"))
    visitor.look("consents")
