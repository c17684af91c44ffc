"""Writing a campaign: what is kept, what is refused and how, and that nothing typed is lost."""

from __future__ import annotations

import pytest
from flask import Flask

from campaigns.models import Campaign, Template
from hub.kernel import work
from tests import staff
from tests.campaigns.desk import Desk


def stored(campaign_id: int) -> Campaign:
    with work.unit(writes=False):
        row = work.session().get_one(Campaign, campaign_id)
        work.session().expunge(row)
        return row


def test_a_draft_is_kept_and_shown_again(desk: Desk, as_broker: staff.Browser) -> None:
    draft = desk.draft(as_broker)
    page = as_broker.get(f"/campaigns/{draft}")
    assert page.status_code == 200
    assert "{{ name }},市场周报。" in page.text
    assert stored(draft).channels == ["email", "sms"]
    assert "Weekly" in as_broker.get("/campaigns/").text


def test_a_mistake_in_the_words_is_shown_at_its_field_with_its_line(
    desk: Desk, as_broker: staff.Browser
) -> None:
    answer = as_broker.post("/campaigns/new", desk.form(zh_text="one\n{{ name }\nthree"))
    assert answer.status_code == 422
    assert 'id="error-zh_text"' in answer.text
    assert "Line 2" in answer.text
    assert "{{ name }\nthree" in answer.text
    assert 'value="Weekly"' in answer.text


def test_an_unknown_variable_is_named(desk: Desk, as_broker: staff.Browser) -> None:
    answer = as_broker.post("/campaigns/new", desk.form(en_sms="Dear {{ nmae }}"))
    assert answer.status_code == 422
    assert 'id="error-en_sms"' in answer.text
    assert "nmae" in answer.text


def test_a_second_window_cannot_overwrite_the_first(desk: Desk, as_broker: staff.Browser) -> None:
    draft = desk.draft(as_broker)
    first = as_broker.post(f"/campaigns/{draft}", desk.form(version=1, name="First"))
    assert first.status_code == 303
    second = as_broker.post(f"/campaigns/{draft}", desk.form(version=1, name="Second"))
    assert second.status_code == 422
    assert "another window" in second.text
    assert 'value="Second"' in second.text
    assert stored(draft).name == "First"


def test_a_broker_neither_sees_nor_changes_a_colleagues_campaign(
    desk: Desk, as_broker: staff.Browser, app: Flask
) -> None:
    draft = desk.draft(as_broker)
    other = staff.signed_in(app, desk.other_user)
    assert other.get(f"/campaigns/{draft}").status_code == 404
    assert other.post(f"/campaigns/{draft}", desk.form(version=1)).status_code == 404
    assert "Weekly" not in other.get("/campaigns/").text
    manager = staff.signed_in(app, desk.manager)
    assert manager.get(f"/campaigns/{draft}").status_code == 200
    assert manager.post(f"/campaigns/{draft}", desk.form(version=1)).status_code == 403


def test_only_who_may_speak_for_the_firm_makes_a_firm_campaign(
    desk: Desk, as_broker: staff.Browser, as_marketer: staff.Browser
) -> None:
    assert as_broker.post("/campaigns/new", desk.form(firm="1")).status_code == 403
    refused = as_marketer.post("/campaigns/new", desk.form())
    assert refused.status_code == 422
    assert "firm" in refused.text
    assert stored(desk.draft(as_marketer, firm="1")).firm


def test_the_live_count_means_only_clients_the_sender_may_reach(
    desk: Desk, as_broker: staff.Browser, as_marketer: staff.Browser
) -> None:
    typed = {"segment_id": desk.shanghai, "klass": "promotion"}
    assert 'data-people="2"' in as_broker.post("/campaigns/audience", typed).text
    assert 'data-people="4"' in as_marketer.post("/campaigns/audience", typed | {"firm": "1"}).text
    nobody = as_broker.post("/campaigns/audience", typed | {"segment_id": desk.atlantis}).text
    assert "Loosen or take away a condition" in nobody


def test_a_copy_has_the_words_and_is_a_draft(desk: Desk, as_broker: staff.Browser) -> None:
    draft = desk.draft(as_broker)
    answer = as_broker.post(f"/campaigns/{draft}/duplicate")
    copy = int(answer.headers["Location"].rsplit("/", 1)[1])
    assert stored(copy).texts == stored(draft).texts
    assert stored(copy).batch_id is None


def test_a_draft_that_is_thrown_away_is_gone(desk: Desk, as_broker: staff.Browser) -> None:
    draft = desk.draft(as_broker)
    assert as_broker.post(f"/campaigns/{draft}/discard").status_code == 303
    assert as_broker.get(f"/campaigns/{draft}").status_code == 404


def template_of(browser: staff.Browser, **changes: str) -> int:
    form = {"name": "Birthday", "klass": "service", "zh_sms": "{{ name }}生日快乐",
            "en_sms": "Happy birthday, {{ name }}"} | changes  # fmt: skip
    answer = browser.post("/templates/new", form)
    assert answer.status_code == 303, answer.text
    return int(answer.headers["Location"].rsplit("/", 1)[1])


@pytest.mark.feature("M13")
def test_a_campaign_takes_a_templates_words_in_both_languages(
    desk: Desk, as_broker: staff.Browser
) -> None:
    template = template_of(as_broker)
    draft = desk.draft(as_broker)
    answer = as_broker.post(
        f"/campaigns/{draft}", desk.form(version=1, take="1", template_id=str(template))
    )
    assert answer.status_code == 303
    row = stored(draft)
    assert row.klass == "service"
    assert row.texts["en"] == {"sms": "Happy birthday, {{ name }}"}
    as_broker.post(f"/templates/{template}", {"name": "x", "klass": "service", "version": "1",
                                              "zh_sms": "changed"})  # fmt: skip
    assert stored(draft).texts["zh"] == {"sms": "{{ name }}生日快乐"}


def test_a_template_is_changed_by_its_owner_and_put_away(
    desk: Desk, as_broker: staff.Browser, app: Flask
) -> None:
    template = template_of(as_broker)
    other = staff.signed_in(app, desk.other_user)
    assert "Happy birthday" in other.get(f"/templates/{template}").text
    change = {"name": "x", "klass": "service", "version": "1", "zh_sms": "x"}
    assert other.post(f"/templates/{template}", change).status_code == 403
    assert as_broker.post(f"/templates/{template}/archive").status_code == 303
    assert "Birthday" not in as_broker.get("/templates/").text
    assert "Birthday" in as_broker.get("/templates/?archived=1").text
    with work.unit(writes=False):
        assert work.session().get_one(Template, template).archived_at is not None


def test_a_wrong_template_keeps_what_was_typed(as_broker: staff.Browser) -> None:
    answer = as_broker.post(
        "/templates/new", {"name": "Half", "klass": "service", "zh_sms": "{% if %}"}
    )
    assert answer.status_code == 422
    assert "{% if %}" in answer.text
    assert 'id="error-zh_sms"' in answer.text
    empty = as_broker.post("/templates/new", {"name": "Empty", "klass": "service"})
    assert empty.status_code == 422
    assert "at least one text" in empty.text
