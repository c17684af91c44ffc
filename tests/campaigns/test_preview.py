"""Previews in a real recipient's words, and the test message that goes to oneself."""

from __future__ import annotations

from typing import Any

import pytest

from tests import staff
from tests.campaigns.desk import Desk


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
