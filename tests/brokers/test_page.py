"""A broker's page: what is seen first, and what comes when it is in sight."""

from __future__ import annotations

import pytest
from flask import Flask

from hub.kernel import work
from tests import staff
from tests.asking import asked

LATER = ("results", "posts", "reports", "places", "serves", "agreements")


@pytest.fixture
def li(app: Flask) -> tuple[staff.Browser, int]:
    """Somebody who leads the firm, and a broker below him."""
    with work.unit():
        user_id = staff.user("manager", "broker")
        broker = staff.broker(under=staff.broker(user_id), name="Li Ming")
        staff.broker(under=broker, name="Zhao Qiang")
    return staff.signed_in(app, user_id), broker


def test_the_first_screen_asks_twelve_times_at_most(li: tuple[staff.Browser, int]) -> None:
    """However many report to him."""
    browser, broker = li
    before = len(asked(f"/brokers/{broker}", browser))
    with work.unit():
        for _ in range(5):
            staff.broker(under=broker)
    assert len(asked(f"/brokers/{broker}", browser)) == before <= 12


def test_the_home_of_whoever_leads_asks_twelve_times_at_most(
    li: tuple[staff.Browser, int],
) -> None:
    browser, _broker = li
    assert len(asked("/", browser)) <= 12


@pytest.mark.database("sqlite")
def test_what_is_not_seen_first_comes_alone_on_the_day_that_is_asked_for(
    li: tuple[staff.Browser, int],
) -> None:
    browser, broker = li
    page = browser.get(f"/brokers/{broker}?day=2026-01-05").text
    assert "Zhao Qiang" not in page
    for name in LATER:
        assert f"/brokers/{broker}/panels/{name}?day=2026-01-05" in page, name
    part = browser.get(f"/brokers/{broker}/panels/reports", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith("<section")
    assert "Zhao Qiang" in part
    gone = browser.get(f"/brokers/{broker}/panels/reports?day=1999-01-01").text
    assert "Zhao Qiang" not in gone
    assert "Zhao Qiang" in browser.get(f"/brokers/{broker}?panels=all").text


@pytest.mark.database("sqlite")
def test_a_refused_form_of_a_later_part_stands_on_the_page(li: tuple[staff.Browser, int]) -> None:
    browser, broker = li
    answer = browser.post(f"/brokers/{broker}/posts", {"kind": "none", "valid_from": "soon"})
    assert answer.status_code == 422
    assert 'id="do-appoint" open' in answer.text
    assert "soon" in answer.text
