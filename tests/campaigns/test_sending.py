"""Send, pause, cancel: what leaves, what does not, and that nothing leaves twice."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select

from channels.deliveries import slicing
from channels.deliveries.models import Batch, Delivery
from hub.clients.models import Client
from hub.kernel import clock, runner, work
from tests import make, staff
from tests.campaigns.desk import Desk, order, stored
from tests.channels.mailing import Mailbox


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
    assert len(file.text.strip().splitlines()) == 4  # the watermark too
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


@pytest.mark.feature("M14")
def test_a_campaign_is_paused_resumed_and_its_counts_add_up(
    desk: Desk, as_marketer: staff.Browser, mailbox: Mailbox
) -> None:
    draft = desk.draft(as_marketer, firm="1", channels=["email"])
    as_marketer.post(f"/campaigns/{draft}/send",
                     order(as_marketer.get(f"/campaigns/{draft}/check").text))  # fmt: skip
    batch = stored(draft).batch_id
    assert batch is not None
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
    assert sum(counts) == 4
    assert 'data-snapshot="4"' in part
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
