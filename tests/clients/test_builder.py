"""The rule builder: rows and groups as a form, the live count, rules shown as they are."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from hub.clients import builder, segments
from hub.kernel import access, work
from hub.kernel.errors import Conflict
from tests import staff
from tests.clients.test_segments import FORM, RICH


def test_the_builder_grows_and_shrinks_without_scripts(app: Flask) -> None:
    with work.unit():
        user_id = staff.user("marketing")
    page = staff.signed_in(app, user_id)
    grown = page.post("/segments/builder", FORM | {"action": "add-0"}).text
    assert grown.count("data-condition") == 4
    assert "<html" in grown
    part = page.post(
        "/segments/builder", FORM | {"action": "group"}, headers={"HX-Request": "true"}
    ).text
    assert part.count("data-condition") == 4
    assert part.count("<fieldset") == 2
    assert "<html" not in part
    shrunk = page.post("/segments/builder", FORM | {"action": "remove-0-2"}).text
    assert shrunk.count("data-condition") == 2
    for action in ("remove-9-9", "add-7", "nonsense", "remove--1-0", ""):
        answer = page.post("/segments/builder", FORM | {"action": action})
        assert answer.status_code == 200, action


def test_a_segment_that_matches_nobody_says_what_to_do(app: Flask) -> None:
    with work.unit():
        user_id = staff.user("marketing")
    page = staff.signed_in(app, user_id)
    answer = page.post("/segments/count", FORM)
    assert answer.status_code == 200
    assert "Nobody matches" in answer.text
    wrong = page.post("/segments/count", FORM | {"c-0-1-value": "a lot"})
    assert wrong.status_code == 200
    assert "an amount" in wrong.text
    assert page.post("/segments/new", FORM | {"c-0-1-value": "a lot"}).status_code == 422


def test_an_amount_finer_than_money_is_refused_not_a_fault(app: Flask) -> None:
    with work.unit():
        user_id = staff.user("marketing")
    page = staff.signed_in(app, user_id)
    answer = page.post("/segments/count", FORM | {"c-0-1-value": "0.00001"})
    assert answer.status_code == 200
    assert "data-count" not in answer.text


@pytest.mark.parametrize("rule", [
    RICH,
    {"any": [{"all": [RICH["all"][0]]}, {"any": RICH["all"]}]},
    {"field": "age", "op": "between", "value": ["20", "30"]},
    {"field": "city", "op": "in", "value": ["上海", "北京"]},
])  # fmt: skip
def test_the_builder_shows_a_rule_as_it_is(app: Flask, rule: dict[str, Any]) -> None:
    with work.unit(writes=False), access.acting(access.SYSTEM):
        again = builder.write(builder.write(rule).rule()).rule()
        assert again == builder.write(rule).rule()
        assert segments.count(again) == segments.count(rule) == 0


def test_a_deeper_rule_is_not_shown_wrongly(app: Flask) -> None:
    with work.unit(writes=False), pytest.raises(Conflict):
        builder.write({"not": RICH})


def test_a_row_that_waits_for_its_value_is_not_counted_and_not_saved(app: Flask) -> None:
    with work.unit():
        user_id = staff.user("marketing")
    page = staff.signed_in(app, user_id)
    waiting = {"name": "x", "c-0-0-field": "city", "c-0-0-op": "is", "c-0-0-value": ""}
    assert "data-count" in page.post("/segments/count", waiting).text
    assert page.post("/segments/new", waiting).status_code == 422
