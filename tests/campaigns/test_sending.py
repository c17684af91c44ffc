"""Check, test, send, pause: what leaves, what does not, and that nothing leaves twice."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaigns.models import Campaign
from channels.consent import service as consent
from channels.consent.rules import Stop
from channels.deliveries import slicing
from channels.deliveries.models import Batch, Delivery
from hub.clients.models import Address, Client
from hub.kernel import access, clock, parameters, runner, work
from hub.kernel.audit import AuditRow
from tests import make, staff
from tests.campaigns.desk import Desk
from tests.channels.mailing import Mailbox, mailbox

__all__ = ["mailbox"]


def stored(campaign_id: int) -> Campaign:
    with work.unit(writes=False):
        row = work.session().get_one(Campaign, campaign_id)
        work.session().expunge(row)
        return row


def order(page: str, **changes: str) -> dict[str, str]:
    """What the confirm dialog of a check page sends."""
    found = dict(re.findall(r'name="(version|people)" value="(\d+)"', page))
    assert found, page
    return found | {"when": "now"} | changes


def rows_of(page: str) -> set[tuple[str, str, int]]:
    """(reason, channel, people) of a check page's table."""
    found = re.findall(
        r'data-reason="(\w+)" data-channel="(\w+)".*?tnum"><a [^>]*>([\d,]+)</a>', page, re.DOTALL
    )
    return {(reason, channel, int(count)) for reason, channel, count in found}


@pytest.mark.feature("M19")
def test_the_check_says_who_will_not_get_it_why_and_what_to_do(
    desk: Desk, as_marketer: staff.Browser
) -> None:
    draft = desk.draft(as_marketer, firm="1")
    page = as_marketer.get(f"/campaigns/{draft}/check").text
    assert rows_of(page) == {
        ("no_consent", "email", 1), ("no_address", "email", 1), ("no_address", "sms", 2),
    }  # fmt: skip
    assert "record the consent" in page
    people = as_marketer.get(
        f"/campaigns/{draft}/check/people?channel=email&reason=no_consent"
    ).text
    assert "王" in people
    assert people.count("data-row") == 1
    assert "wang@" not in people
    reached = as_marketer.get(f"/campaigns/{draft}/check/people?channel=email&reason=").text
    assert reached.count("data-row") == 2


@pytest.mark.feature("M19")
def test_after_sending_each_recipient_says_why_or_why_not(
    desk: Desk, as_marketer: staff.Browser, mailbox: Mailbox
) -> None:
    draft = desk.draft(as_marketer, firm="1", channels=["email"])
    before = as_marketer.get(f"/campaigns/{draft}/check").text
    assert as_marketer.post(f"/campaigns/{draft}/send", order(before)).status_code == 303
    runner.drain()
    page = as_marketer.get(f"/campaigns/{draft}").text
    assert mailbox.to() == ["li@post.example", "sun@post.example"]
    assert page.count("data-row") == 4
    assert "No consent" in page
    stopped = as_marketer.get(f"/campaigns/{draft}?reason=no_consent").text
    assert stopped.count("data-row") == 1
    file = as_marketer.get(f"/campaigns/{draft}/recipients?state=suppressed")
    assert file.mimetype == "text/csv"
    assert len(file.text.strip().splitlines()) == 3
    file.close()


@pytest.mark.feature("M02")
def test_a_broker_sends_to_those_of_a_segment_whom_he_serves(
    desk: Desk, as_broker: staff.Browser, mailbox: Mailbox
) -> None:
    draft = desk.draft(as_broker, channels=["email"])
    page = as_broker.get(f"/campaigns/{draft}/check").text
    assert as_broker.post(f"/campaigns/{draft}/send", order(page)).status_code == 303
    runner.drain()
    assert mailbox.to() == ["li@post.example"]
    assert stored(draft).people == 2
    with work.unit(writes=False):
        assert set(work.session().scalars(select(Delivery.person_id))) == {desk.li, desk.wang}


def test_two_tabs_that_press_send_send_once(
    desk: Desk, as_marketer: staff.Browser, mailbox: Mailbox, app: Flask
) -> None:
    draft = desk.draft(as_marketer, firm="1", channels=["email"])
    wish = order(as_marketer.get(f"/campaigns/{draft}/check").text)
    second = staff.signed_in(app, desk.marketer)
    second.get(f"/campaigns/{draft}")
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(lambda tab: tab.post(f"/campaigns/{draft}/send", wish), [as_marketer, second])
        )
    assert [answer.status_code for answer in answers] == [303, 303]
    third = as_marketer.post(f"/campaigns/{draft}/send", wish)
    assert third.status_code == 303
    assert "has sent it already" in as_marketer.get(f"/campaigns/{draft}").text
    runner.drain()
    assert mailbox.to() == ["li@post.example", "sun@post.example"]
    with work.unit(writes=False):
        assert work.session().scalar(select(func.count()).select_from(Batch)) == 1


def test_the_audience_is_frozen_when_send_is_pressed(
    desk: Desk, as_marketer: staff.Browser, mailbox: Mailbox
) -> None:
    draft = desk.draft(as_marketer, firm="1", channels=["email"])
    wish = order(as_marketer.get(f"/campaigns/{draft}/check").text)
    as_marketer.post(f"/campaigns/{draft}/send", wish)
    with work.unit():
        make.client(email="late@post.example", city="上海", consent_to=("promotion",))
        work.session().get_one(Client, desk.sun).city = "北京"
    runner.drain()
    assert mailbox.to() == ["li@post.example", "sun@post.example"]
    assert "4 people" in as_marketer.get(f"/campaigns/{draft}").text


def test_an_audience_that_outgrew_what_was_confirmed_is_looked_at_again(
    desk: Desk, as_marketer: staff.Browser
) -> None:
    draft = desk.draft(as_marketer, firm="1")
    wish = order(as_marketer.get(f"/campaigns/{draft}/check").text)
    with work.unit():
        for _ in range(11):
            make.client(city="上海")
    answer = as_marketer.post(f"/campaigns/{draft}/send", wish)
    assert answer.status_code == 422
    assert "grown from 4 to 15" in answer.text
    assert stored(draft).batch_id is None


def test_a_draft_changed_since_the_check_is_not_sent(
    desk: Desk, as_marketer: staff.Browser
) -> None:
    draft = desk.draft(as_marketer, firm="1")
    wish = order(as_marketer.get(f"/campaigns/{draft}/check").text)
    as_marketer.post(f"/campaigns/{draft}", desk.form(firm="1", version=1, name="Other"))
    answer = as_marketer.post(f"/campaigns/{draft}/send", wish)
    assert answer.status_code == 422
    assert stored(draft).batch_id is None


def test_a_time_in_the_past_is_refused_and_a_later_one_waits(
    desk: Desk, as_marketer: staff.Browser, mailbox: Mailbox
) -> None:
    draft = desk.draft(as_marketer, firm="1", channels=["email"])
    wish = order(as_marketer.get(f"/campaigns/{draft}/check").text)
    zone = ZoneInfo("Asia/Shanghai")
    past, later = (
        (clock.now() + timedelta(hours=hours)).astimezone(zone).strftime("%Y-%m-%dT%H:%M")
        for hours in (-1, 2)
    )
    refused = as_marketer.post(f"/campaigns/{draft}/send", wish | {"when": "at", "at": past})
    assert refused.status_code == 422
    assert "has passed" in refused.text
    assert past in refused.text
    missing = as_marketer.post(f"/campaigns/{draft}/send", wish | {"when": "at", "at": ""})
    assert missing.status_code == 422
    kept = as_marketer.post(f"/campaigns/{draft}/send", wish | {"when": "at", "at": later})
    assert kept.status_code == 303
    runner.drain()
    assert mailbox.mails == []
    assert "Scheduled" in as_marketer.get(f"/campaigns/{draft}").text
    with clock.set_to(clock.now() + timedelta(hours=3)):
        runner.drain()
    assert len(mailbox.mails) == 2


def test_a_segment_that_means_nobody_says_how_to_widen_it(
    desk: Desk, as_marketer: staff.Browser
) -> None:
    draft = desk.draft(as_marketer, firm="1", segment_id=str(desk.atlantis))
    page = as_marketer.get(f"/campaigns/{draft}/check").text
    assert "loosen or take away a condition" in page
    assert "send-dialog" not in page
    sent = as_marketer.post(
        f"/campaigns/{draft}/send", {"version": "1", "people": "0", "when": "now"}
    )
    assert sent.status_code == 422


def test_when_nobody_can_be_reached_there_is_nothing_to_press(
    desk: Desk, as_marketer: staff.Browser
) -> None:
    with work.unit():
        make.client(city="Xanadu")
        xanadu = desk.segment("X", {"all": [{"field": "city", "op": "is", "value": "Xanadu"}]})
    draft = desk.draft(as_marketer, firm="1", segment_id=str(xanadu))
    page = as_marketer.get(f"/campaigns/{draft}/check").text
    assert "Nobody would get it" in page
    assert "send-dialog" not in page


@pytest.mark.feature("M14")
def test_a_campaign_is_paused_resumed_and_its_counts_add_up(
    desk: Desk, as_marketer: staff.Browser, mailbox: Mailbox
) -> None:
    draft = desk.draft(as_marketer, firm="1", channels=["email"])
    as_marketer.post(f"/campaigns/{draft}/send",
                     order(as_marketer.get(f"/campaigns/{draft}/check").text))  # fmt: skip
    batch = stored(draft).batch_id
    with work.unit():
        slicing.slice_gates(batch)
        slicing.slice_gates(batch, after=10**9)
    assert as_marketer.post(f"/campaigns/{draft}/pause").status_code == 303
    runner.drain()
    assert mailbox.mails == []
    assert "Paused" in as_marketer.get(f"/campaigns/{draft}").text
    assert as_marketer.post(f"/campaigns/{draft}/resume").status_code == 303
    runner.drain()
    part = as_marketer.get(f"/campaigns/{draft}/progress").text
    counts = [int(text) for text in re.findall(r'data-count="(\d+)"', part)]
    assert sum(counts) == int(re.search(r'data-snapshot="(\d+)"', part)[1]) == 4
    assert f'data-room="campaign:{draft}"' in part
    assert len(mailbox.mails) == 2
    assert as_marketer.post(f"/campaigns/{draft}/pause").status_code == 409


@pytest.mark.feature("M14")
def test_a_scheduled_campaign_is_cancelled_for_good(
    desk: Desk, as_marketer: staff.Browser, mailbox: Mailbox, app: Flask
) -> None:
    draft = desk.draft(as_marketer, firm="1", channels=["email"])
    later = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    wish = order(as_marketer.get(f"/campaigns/{draft}/check").text, when="at", at=later)
    as_marketer.post(f"/campaigns/{draft}/send", wish)
    runner.drain()
    manager = staff.signed_in(app, desk.manager)
    assert manager.post(f"/campaigns/{draft}/cancel").status_code == 403
    assert as_marketer.post(f"/campaigns/{draft}/cancel").status_code == 303
    with clock.set_to(clock.now() + timedelta(days=2)):
        runner.drain()
    assert mailbox.mails == []
    page = as_marketer.get(f"/campaigns/{draft}").text
    assert "Cancelled" in page
    assert as_marketer.post(f"/campaigns/{draft}/resume").status_code == 409


def typed(desk: Desk, **changes: Any) -> dict[str, Any]:
    return desk.form(**changes) | {"nonce": "0123456789abcdef"}


@pytest.mark.feature("M13")
def test_the_preview_shows_a_real_recipient_with_segments_and_cost(
    desk: Desk, as_marketer: staff.Browser
) -> None:
    page = as_marketer.post("/campaigns/preview", typed(desk, firm="1", person=str(desk.li))).text
    assert "李您好" in page
    assert 'data-segments="1"' in page
    assert "拒收请回复R" in page
    long = as_marketer.post(
        "/campaigns/preview",
        typed(desk, firm="1", person=str(desk.li), zh_sms="{{ name }}" + "好" * 60),
    ).text
    assert 'data-segments="2"' in long
    assert "¥0.10" in long or "CN¥0.10" in long
    found = as_marketer.post("/campaigns/preview", typed(desk, firm="1", find="Bartholomew")).text
    assert "Bartholomew Zhao您好" in found
    assert "longest name" in found


def test_the_preview_shows_no_client_outside_the_audience(
    desk: Desk, as_broker: staff.Browser
) -> None:
    page = as_broker.post("/campaigns/preview", typed(desk, person=str(desk.zhao))).text
    assert "Bartholomew" not in page
    assert "李您好" in page


def test_the_html_of_a_mail_is_shut_into_a_sandbox(desk: Desk, as_marketer: staff.Browser) -> None:
    answer = as_marketer.post(
        "/campaigns/preview/mail",
        typed(desk, firm="1", person=str(desk.li), zh_html="<b>{{ name }}</b><script>x()</script>"),
    )
    assert "<b>李</b>" in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy


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


def test_those_who_oversee_see_the_brokers_audience_and_whose_it_is(
    desk: Desk, as_broker: staff.Browser
) -> None:
    draft = desk.draft(as_broker, channels=["email"])
    own = as_broker.get(f"/campaigns/{draft}/check").text
    assert "Counted are the clients" not in own
    for user in (desk.manager, desk.marketer):
        page = staff.signed_in(desk.app, user).get(f"/campaigns/{draft}/check").text
        assert "Nobody is in this segment" not in page
        assert "Counted are the clients whom" in page
        assert rows_of(page) == rows_of(own) == {("no_consent", "email", 1)}


def test_what_failed_is_sent_again_to_nobody_else(
    desk: Desk, as_marketer: staff.Browser, mailbox: Mailbox
) -> None:
    mailbox.refuse["sun@post.example"] = "550 no such user"
    draft = desk.draft(as_marketer, firm="1", channels=["email"])
    as_marketer.post(f"/campaigns/{draft}/send",
                     order(as_marketer.get(f"/campaigns/{draft}/check").text))  # fmt: skip
    runner.drain()
    mailbox.refuse.clear()
    assert as_marketer.post(f"/campaigns/{draft}/resend").status_code == 303
    runner.drain()
    assert mailbox.to() == ["li@post.example", "sun@post.example"]
