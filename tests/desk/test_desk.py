"""The desk's pages: what waits for a person, what he may release, what runs for him."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask

from hub.kernel import access, calendars, progress, work, workitems
from hub.kernel.approvals import Approval
from hub.kernel.operations import Operation, OperationState
from hub.kernel.sentences import kept
from hub.kernel.shifts import Special
from hub.kernel.workitems import ItemState, Wish, WorkItem
from tests import staff

pytestmark = pytest.mark.database("sqlite")


def people(*roles: str) -> list[int]:
    with work.unit():
        return [staff.user(role) for role in roles]


def begun(**more: object) -> int:
    wish = {
        "kind": calendars.TO_SIGN, "cause": "test:1", "subject_id": 2027, "label": "office 2027",
        "pool": "calendars.write",
    }  # fmt: skip
    with work.unit():
        return workitems.begin(Wish(**(wish | more)))  # type: ignore[arg-type]


def test_somebody_takes_a_thing_from_the_pool_and_says_what_came_of_it(app: Flask) -> None:
    operator, broker = people("operator", "broker")
    number = begun()
    browser, other = staff.signed_in(app, operator), staff.signed_in(app, broker)
    assert "office 2027" in browser.get("/desk/").text
    assert "office 2027" not in other.get("/desk/").text
    assert other.get(f"/desk/items/{number}").status_code == 404
    assert other.post(f"/desk/items/{number}/take").status_code == 404
    assert browser.post(f"/desk/items/{number}/take").status_code == 303
    refused = browser.post(f"/desk/items/{number}/end", {"outcome": "", "note": "called twice"})
    assert refused.status_code == 422
    assert "called twice" in refused.text
    assert browser.post(f"/desk/items/{number}/end", {"outcome": "later"}).status_code == 303
    with work.unit(writes=False):
        assert work.session().get_one(WorkItem, number).state == ItemState.DONE


def test_the_bell_counts_what_waits_and_what_is_to_be_released(app: Flask) -> None:
    operator, principal = people("operator", "principal")
    begun()
    browser = staff.signed_in(app, operator)
    assert 'id="bell"' in browser.get("/").text
    assert re.search(r">1</span>", browser.get("/desk/bell").text)
    with work.unit(), access.acting(staff.actor(operator)):
        calendars.propose("office", 2027, {})
    assert re.search(r">1</span>", staff.signed_in(app, principal).get("/desk/bell").text)


def proposed(user_id: int) -> tuple[int, str]:

    with work.unit(), access.acting(staff.actor(user_id)):
        calendars.propose("office", 2027, {date(2027, 5, 1): Special((), "Labour Day")})
        row = work.session().query(Approval).one()
        return row.id, row.hash


def test_a_second_person_releases_what_the_page_shows(app: Flask) -> None:
    operator, principal, broker = people("operator", "principal", "broker")
    number, seen = proposed(operator)
    maker, checker = staff.signed_in(app, operator), staff.signed_in(app, principal)
    assert "somebody else decides" in maker.get(f"/approvals/{number}").text
    assert maker.post(f"/approvals/{number}/approve", {"seen": seen}).status_code == 403
    assert staff.signed_in(app, broker).get(f"/approvals/{number}").status_code == 404
    page = checker.get(f"/approvals/{number}").text
    assert "Labour Day" in page
    assert seen in page
    refused = checker.post(f"/approvals/{number}/reject", {"seen": seen, "reason": " "})
    assert refused.status_code == 422
    assert checker.post(f"/approvals/{number}/approve", {"seen": seen}).status_code == 303
    again = checker.post(f"/approvals/{number}/reject", {"seen": seen, "reason": "no"})
    assert again.status_code == 409
    with work.unit(writes=False):
        assert calendars.is_signed_off("office", 2027)
    assert "approved" in maker.get("/approvals/").text


def test_a_long_task_is_seen_by_its_owner_and_can_be_stopped(app: Flask) -> None:
    operator, broker, other = people("operator", "broker", "marketing")
    with work.unit(), access.acting(staff.actor(broker)):
        number = progress.begin("test.long", kept("A large export"), total=100)
    owner = staff.signed_in(app, broker)
    assert "A large export" in owner.get(f"/operations/{number}").text
    assert "A large export" in staff.signed_in(app, operator).get("/operations/").text
    stranger = staff.signed_in(app, other)
    assert "A large export" not in stranger.get("/operations/").text
    assert stranger.post(f"/operations/{number}/cancel").status_code == 404
    assert owner.post(f"/operations/{number}/cancel").status_code == 303
    with work.unit(writes=False):
        assert work.session().get_one(Operation, number).state == OperationState.CANCELLED


def test_each_reads_a_long_task_in_his_own_language_whoever_began_it(app: Flask) -> None:
    operator = people("operator")[0]
    with work.unit(), access.acting(staff.actor(operator)):
        title = kept("Import %(number)s: checking", {"number": 41})
        number = progress.note("imports.check", "41-1", title)
        progress.end(number, OperationState.FAILED, kept("its worker ended"))
    browser = staff.signed_in(app, operator)
    told = {"en": ("Import 41: checking", "its worker ended"),
            "zh": ("导入 41：检查", "处理它的进程已结束")}  # fmt: skip
    for language, (titled, problem) in told.items():
        browser.client.set_cookie("hub_language", language)
        page = browser.get(f"/operations/{number}").text
        assert titled in page
        assert problem in page
        assert titled in browser.get("/operations/").text
        with browser.get("/operations/export") as file:
            assert titled in file.get_data(as_text=True)
        answer = browser.get(f"/api/v1/operations/{number}").get_json()
        assert (answer["title"], answer["problem"]) == (titled, problem)
        (item,) = browser.get("/api/v1/operations").get_json()["items"]
        assert item["title"] == titled
        for words, count in ((titled, 1), (titled[:2], 1), ("41", 1), ("42", 0), ("Backup", 0)):
            assert browser.get(f"/operations/?q={words}").text.count("data-row") == count, words


@pytest.mark.parametrize("path", ["/desk/", "/approvals/", "/operations/"])
def test_lists_filter_sort_and_export(app: Flask, path: str) -> None:
    operator = people("operator")[0]
    begun()
    proposed(operator)
    browser = staff.signed_in(app, operator)
    assert browser.get(path).status_code == 200
    assert browser.get(f"{path}?q=nothing-like-it").status_code == 200
    assert browser.get(f"{path}?sort=nonsense").status_code == 422
    file = browser.get(f"{path}export")
    assert file.mimetype == "text/csv"
    file.close()
