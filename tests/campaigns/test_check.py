"""The check before a campaign is sent: who will not get it, and what stops the sending."""

from __future__ import annotations

import re

import pytest

from hub.clients.care import service as care
from hub.clients.care.forms import CareWish
from hub.clients.care.rules import CareKind
from hub.kernel import access, work
from tests import make, staff
from tests.campaigns.desk import Desk, order, stored


def rows_of(page: str) -> set[tuple[str, str, int]]:
    """(reason, channel, people) of a check page's table."""
    found = re.findall(
        r'data-reason="(\w+)" data-channel="(\w+)".*?tnum"[^>]*><a [^>]*>([\d,]+)</a>',
        page,
        re.DOTALL,
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


@pytest.mark.feature("S31")
def test_a_client_to_be_left_in_peace_is_left_out_and_the_check_says_why(
    desk: Desk, as_marketer: staff.Browser
) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        for client, kind in ((desk.li, CareKind.DO_NOT_CONTACT), (desk.sun, CareKind.BEREAVED)):
            care.put(client, CareWish(kind=kind, reason="as the family said", last_day=None))
    draft = desk.draft(as_marketer, firm="1", channels=["email"])
    page = as_marketer.get(f"/campaigns/{draft}/check").text
    assert rows_of(page) == {
        ("do_not_contact", "email", 1), ("bereaved", "email", 1), ("no_consent", "email", 1),
        ("no_address", "email", 1),
    }  # fmt: skip
    assert "Leave the family in peace" in page
    served = desk.draft(as_marketer, firm="1", channels=["email"], klass="service")
    reasons = {reason for reason, _channel, _n in rows_of(
        as_marketer.get(f"/campaigns/{served}/check").text
    )}  # fmt: skip
    assert "do_not_contact" in reasons
    assert "bereaved" not in reasons
