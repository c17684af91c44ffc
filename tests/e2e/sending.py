"""Words, a look at them, a test, the dry run, Send, and what the bar says."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.e2e.files import Own
from tests.e2e.visitor import Visitor

SMS = {
    "en": "Dear {{ name }}, our briefing is on Friday at 18:00.",
    "zh": "{{ name }}您好,周五18点举行策略会。",
}
SUBJECT = {"en": "{{ name }}, our briefing", "zh": "{{ name }},策略会邀请"}
TEXT = {
    "en": "Dear {{ name }},\n\nthe briefing in {{ city }} is on Friday.",
    "zh": "{{ name }}您好:\n\n周五在{{ city }}举行策略会。",
}


def write_template(visitor: Visitor, segment: str) -> str:
    """A template with a variable; a mistake in it is told at once, by its place."""
    page, language = visitor.page, visitor.device.language
    name = f"Briefing {language}"
    visitor.menu("Templates")
    visitor.look("templates")
    visitor.link("New template").click()
    expect(visitor.heading("New template")).to_be_visible()
    page.locator("#field-name").fill(name)
    _open_tab(visitor)
    page.locator(f"#field-{language}_sms").fill("{{ nmae }}")
    visitor.button("Save").click()
    expect(page.get_by_role("alert")).to_be_visible()
    visitor.look("template-mistake")
    _write(visitor)
    page.locator("#field-segment_id").select_option(label=segment)
    expect(_bubble(visitor)).to_be_visible()
    visitor.look("template")
    visitor.button("Save").click()
    expect(page.get_by_role("status").first).to_have_text(visitor.say("The template is saved."))
    return name


def _open_tab(visitor: Visitor) -> None:
    visitor.page.locator(f"#tab-{visitor.device.language}").click()


def _write(visitor: Visitor) -> None:
    page, language = visitor.page, visitor.device.language
    _open_tab(visitor)
    page.locator(f"#field-{language}_sms").fill(SMS[language])
    page.locator(f"#field-{language}_subject").fill(SUBJECT[language])
    page.locator(f"#field-{language}_text").fill(TEXT[language])


def _bubble(visitor: Visitor) -> Locator:
    return visitor.page.locator("#preview [data-look=sms] .bubble")


def write_campaign(visitor: Visitor, own: Own, *, segment: str, template: str) -> None:
    """From the template; seen for a real recipient, with segments and cost."""
    page = visitor.page
    visitor.menu("Campaigns")
    visitor.look("campaigns")
    visitor.link("New campaign").first.click()
    page.locator("#field-name").fill(f"Briefing {visitor.device.language}")
    page.locator("#field-segment_id").select_option(label=segment)
    expect(page.locator("#audience [data-people]")).not_to_have_attribute("data-people", "0")
    for box in page.locator("input[name=channels]").all():
        box.check()
    page.locator("#field-template_id").select_option(label=template)
    visitor.button("Take its words").click()
    expect(page.locator(f"#field-{visitor.device.language}_sms")).to_have_value(
        SMS[visitor.device.language]
    )
    page.locator("#field-find").fill(own.silent)
    expect(page.locator("#preview [data-segments]")).to_have_attribute("data-segments", "1")
    expect(page.locator("#preview")).to_contain_text(visitor.say("No consent"))
    visitor.look("campaign")


def send_test(visitor: Visitor) -> None:
    """To an own phone and mailbox: no consent is asked for what one sends oneself."""
    page = visitor.page
    for channel, to in (("email", "me@walk.example"), ("sms", "+44 7700 900999")):
        page.locator(f"#field-test_{channel}").fill(to)
        page.locator(f"button[name=test_channel][value={channel}]").click()
        expect(page.locator("#test").get_by_role("status")).to_contain_text(
            visitor.say("The test is on its way to %(address)s.", address=to)
        )
    visitor.look("campaign-test")


def check(visitor: Visitor, name: str) -> Locator:
    """Save and ask who will not get it and why; returns the table of reasons."""
    page = visitor.page
    visitor.button("Save and check").click()
    reasons = page.locator("table.reasons")
    expect(reasons).to_be_visible()
    visitor.look(name)
    return reasons


def read_no_consent(visitor: Visitor, own: Own, reasons: Locator) -> None:
    """Who said nothing gets nothing, and the page says how to record a consent."""
    page = visitor.page
    row = reasons.locator("tr[data-reason=no_consent][data-channel=email]")
    expect(row).to_contain_text(visitor.say("No consent"))
    expect(row).to_contain_text(
        visitor.say(
            "Ask the client, then record the consent: import a file with a consent column, "
            "or open the client's page."
        )
    )
    row.get_by_role("link").click()
    silent = page.locator("tr[data-row]").filter(has_text=own.silent)
    expect(silent).to_be_visible()
    visitor.look("campaign-stopped")
    stopped = page.url
    silent.get_by_role("link").first.click()
    _record_consent(visitor)
    page.goto(stopped)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(silent).to_have_count(0)
    visitor.link("Back to the check").click()
    expect(reasons).to_be_visible()


def _record_consent(visitor: Visitor) -> None:
    """On the client's page: what he said, when, in which words, and where that is kept."""
    page = visitor.page
    visitor.look("client")
    visitor.panel("consents")
    page.get_by_text(visitor.say("Record a consent or a withdrawal")).click()
    mailbox = page.locator("#field-contact option").filter(has_text="@").get_attribute("value")
    page.locator("#field-contact").select_option(mailbox)
    page.locator("#field-said").select_option(index=0)
    page.locator("#field-wording").fill("I agree to messages and may withdraw at any time.")
    page.locator("#field-note").fill("Recorded call 4711")
    page.locator("#field-said_on").fill("2026-05-05")
    visitor.look("client-consent")
    visitor.button("Record").click()
    visitor.panel("consents")
    said = page.locator("[data-standing]").filter(has_text="@")
    expect(said.get_by_text("Recorded call 4711")).to_have_count(2)


def send(visitor: Visitor) -> None:
    """Confirm; the page of the running campaign appears."""
    visitor.button("Send …").click()
    dialog = visitor.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    visitor.look("campaign-confirm")
    dialog.get_by_role("button", name=visitor.say("Send"), exact=True).click()
    expect(visitor.page.locator("#campaign-progress")).to_be_visible()


def done_of(visitor: Visitor) -> int:
    """How many messages the bar says are handled."""
    block = visitor.page.locator("#campaign-bar")
    return int(block.get_attribute("data-done") or 0)


def state(visitor: Visitor, name: str) -> None:
    """Wait until the page says by itself that the campaign is in this state."""
    expect(visitor.page.locator("#campaign-progress")).to_have_attribute(
        "data-state", name, timeout=30_000
    )


def moves(visitor: Visitor) -> None:
    """The bar moves without anybody touching the page."""
    block = visitor.page.locator("#campaign-bar")
    expect(block).to_have_attribute("data-done", re.compile(r"^[1-9]"))
    expect(block).not_to_have_attribute("data-done", str(done_of(visitor)))


def pause_and_resume(visitor: Visitor) -> None:
    """Pause holds it, Resume lets it go on."""
    visitor.button("Pause").click()
    state(visitor, "paused")
    visitor.look("campaign-paused")
    visitor.button("Resume").click()
    expect(visitor.page.locator("#campaign-progress")).to_have_attribute(
        "data-state", re.compile("^(sending|done)$"), timeout=30_000
    )
