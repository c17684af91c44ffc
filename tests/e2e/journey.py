"""The whole path of a newcomer, step by step."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e import bringing, receiving, sending
from tests.e2e.files import Own
from tests.e2e.visitor import Visitor


def walk(visitor: Visitor, own: Own) -> None:
    """From the sign-in to the dry run that leaves out who unsubscribed."""
    bringing.sign_in(visitor)
    bringing.import_clients(visitor, own)
    segment = bringing.make_segment(visitor, own)
    template = sending.write_template(visitor, segment)
    sending.write_campaign(visitor, own, segment=segment, template=template)
    sending.send_test(visitor)
    reasons = sending.check(visitor, "campaign-check")
    sending.read_no_consent(visitor, own, reasons)
    draft = visitor.page.url
    _send_slowly(visitor, draft)
    receiving.read_phone(visitor, "")
    receiving.unsubscribe(visitor, own)
    receiving.read_ledger(visitor)
    _leave_out(visitor, own, draft)


def _send_slowly(visitor: Visitor, draft: str) -> None:
    """The peers take their time, so that there is something to watch, to pause, to resume."""
    page = visitor.page
    receiving.empty(visitor)
    receiving.misbehave(visitor, "mail", "slow", seconds="2")
    receiving.misbehave(visitor, "sms", "slow", seconds="2")
    visitor.look("sandbox-faults")
    page.goto(draft)
    sending.send(visitor)
    sending.moves(visitor)
    visitor.look("campaign-sending")
    assert any("progress" in frame for frame in visitor.pushes), "nothing was pushed"
    sending.pause_and_resume(visitor)
    with visitor.context.expect_page() as opened:
        visitor.link("Open phone and mailbox").click()
    receiving.behave(visitor, opened.value)
    opened.value.close()
    sending.state(visitor, "done")
    visitor.look("campaign-done")


def _leave_out(visitor: Visitor, own: Own, sent: str) -> None:
    """The same once more: the dry run names who withdrew."""
    page = visitor.page
    page.goto(sent)
    visitor.button("Duplicate").click()
    reasons = page.locator("table.reasons")
    expect(reasons).to_be_visible()
    visitor.look("check-again")
    reasons.locator("tr[data-channel=email]").filter(
        has_text=visitor.say("Consent refused or withdrawn")
    ).get_by_role("link").click()
    expect(page).to_have_url(re.compile("check/people"))
    expect(page.locator("tr[data-row]").filter(has_text=own.leaver_no)).to_be_visible()
    visitor.look("check-again-stopped")
