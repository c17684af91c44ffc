"""Test sends: one address, a recipient's words, limits."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from channels.consent import service as consent
from channels.consent.rules import Stop
from hub.clients.models import Address
from hub.kernel import access, clock, parameters, runner, work
from hub.kernel.audit import AuditRow
from tests import staff
from tests.campaigns.desk import Desk
from tests.channels.mailing import Mailbox


@pytest.mark.feature("M13")
def test_a_test_goes_to_one_address_in_a_recipients_words(
    desk: Desk, as_marketer: staff.Browser, mailbox: Mailbox
) -> None:
    wish = trial(desk, as_marketer, person=str(desk.wang))
    answer = as_marketer.post("/campaigns/test", wish)
    assert "on its way to me@firm.example" in answer.text
    assert as_marketer.post("/campaigns/test", wish).status_code == 409
    runner.drain()
    assert mailbox.to() == ["me@firm.example"]
    wrong = as_marketer.post("/campaigns/test", trial(desk, as_marketer, test_email="nonsense"))
    assert "not an e-mail address" in wrong.text


def trial(desk: Desk, browser: staff.Browser, **changes: str) -> dict[str, Any]:
    """What the test button of a fresh page sends."""
    found = re.search(r'name="nonce" value="([^"]+)"', browser.get("/campaigns/new").text)
    assert found
    sent = {"firm": "1", "test_channel": "email", "test_email": "me@firm.example"}
    return desk.form(**(sent | {"nonce": found[1]} | changes))


def test_a_test_reaches_no_suppressed_address_and_only_so_many_a_day(
    desk: Desk, as_marketer: staff.Browser, mailbox: Mailbox
) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        address = work.session().scalars(
            select(Address.id).where(Address.value == "wang@post.example")
        ).one()  # fmt: skip
        consent.suppress(address, Stop.BOUNCED)
        parameters.set_from("campaigns.test_sends_per_day", "2", valid_from=clock.firm_day())
    stopped = as_marketer.post(
        "/campaigns/test", trial(desk, as_marketer, test_email=" WANG@post.example")
    )
    assert "Nothing may be sent to this address" in stopped.text
    answers = [as_marketer.post("/campaigns/test", trial(desk, as_marketer)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "2 tests today" in answers[2].text
    runner.drain()
    assert mailbox.to() == ["me@firm.example"] * 2
    with work.unit(writes=False):
        tested = select(AuditRow.actor_id).where(AuditRow.verb == "tested")
        assert list(work.session().scalars(tested)) == [desk.marketer] * 2


def test_the_word_of_a_test_is_the_servers_own(desk: Desk, as_marketer: staff.Browser) -> None:
    forged = as_marketer.post("/campaigns/test", trial(desk, as_marketer, nonce="a" * 16))
    assert "too old" in forged.text
    others = trial(desk, staff.signed_in(desk.app, desk.broker_user))
    assert "too old" in as_marketer.post("/campaigns/test", others).text
