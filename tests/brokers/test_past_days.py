"""Lists and pages of brokers and teams as of a past day: who was there, where, under whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from hub.brokers import cards, moving, service, teams
from hub.brokers.forms import Farewell, Move, Reading
from hub.brokers.models import Broker
from hub.brokers.rules import LineKind
from hub.brokers.team_forms import Joining, TeamCard
from hub.kernel import access, clock, work
from tests import programs, staff
from tests.asking import asked
from tests.brokers.test_stations import change, li, noon, station

__all__ = ["li"]
DAY = timedelta(days=1)


@pytest.fixture
def keeper(app: Flask) -> int:
    """Somebody who leads the firm and keeps it."""
    del app
    with work.unit():
        return staff.user("manager", "broker", "operator")


@pytest.fixture
def browser(app: Flask, keeper: int) -> staff.Browser:
    return staff.signed_in(app, keeper)


Ask = Callable[..., Any]


@pytest.fixture
def ask(app: Flask, keeper: int) -> Ask:
    """What a program of the same user is told."""
    with work.unit():
        program = programs.Program(app, programs.token(keeper).text)
    return lambda path, **query: program.get(path, query_string=query).get_json()


def story(li: int) -> date:
    """Ten days ago in Pudong, frozen, under Wang, in a team; today elsewhere → that day."""
    today = clock.firm_day()
    then = today - 10 * DAY
    with work.unit(), access.acting(access.SYSTEM):
        wang = staff.broker(name="Wang Fang")
        team = teams.make(TeamCard(name="First", branch="Pudong", starts_on=staff.SINCE))
        gone = staff.broker(name="Zhao Qiang")
        moving.place(li, Move(line=LineKind.MANAGEMENT, superior=wang, valid_from=then))
        teams.join(team, Joining(broker=li, valid_from=then))
        teams.leave(team, li, today)
        teams.end(team, today)
        service.leave(gone, Farewell(left_on=today))
        moving.place(li, Move(line=LineKind.MANAGEMENT, superior=staff.head(), valid_from=today))
    with clock.set_to(noon(then)), work.unit(), access.acting(access.SYSTEM):
        service.freeze(li)
    with work.unit(), access.acting(access.SYSTEM):
        service.thaw(li)
    change(li, "Xuhui", "lead", today)
    return then


def test_the_list_of_a_past_day_shows_who_was_there_and_how(
    li: int, browser: staff.Browser, ask: Ask
) -> None:
    then = story(li)
    past = browser.get(f"/brokers/?day={then}&q=Li").text
    for word in ("adviser", "Pudong", "Wang Fang", "First", 'bg-yellow-lt">frozen'):
        assert word in past, word
    assert f"/brokers/{li}?day={then}" in past
    assert "Zhao Qiang" in browser.get(f"/brokers/?day={then}").text
    now = browser.get(f"/brokers/?day={clock.firm_day()}").text
    assert "Zhao Qiang" not in now
    assert "Zhao Qiang" in browser.get("/brokers/").text
    item = ask("/brokers", q="Li", day=str(then))["items"][0]
    assert (item["superior"], item["team"], item["state"]) == ("Wang Fang", "First", "frozen")
    assert ask("/brokers", q="Li")["items"][0]["team"] is None


def test_filters_and_sorts_of_a_past_day_go_by_what_was_true_then(
    li: int, browser: staff.Browser
) -> None:
    then = story(li)
    assert "Li Ming" in browser.get(f"/brokers/?day={then}&branch=Pudong&state=frozen").text
    assert "Li Ming" not in browser.get(f"/brokers/?day={then}&branch=Xuhui").text
    page = browser.get(f"/brokers/?day={then}&sort=-branch").text
    assert f"day={then}" in page.partition("<tbody")[0]


def test_the_lists_of_brokers_ask_twelve_times_at_most(li: int, browser: staff.Browser) -> None:
    then = story(li)
    assert len(asked("/brokers/", browser)) <= 12
    for page in ("/brokers/", "/teams/", f"/brokers/{li}"):
        assert len(asked(f"{page}?day={then}", browser)) <= 12, page


def test_the_page_of_a_broker_is_of_the_day_that_is_asked_for(
    li: int, browser: staff.Browser, ask: Ask
) -> None:
    then = story(li)
    past = browser.get(f"/brokers/{li}?day={then}").text
    for word in ("adviser", "Pudong", "First", 'bg-yellow-lt">frozen'):
        assert word in past, word
    assert "Let him work again" not in past  # what is done to him is done today
    card = ask(f"/brokers/{li}/card", day=str(then))
    assert (card["broker"]["branch"], card["broker"]["state"]) == ("Pudong", "frozen")
    assert card["team"] == "First"
    now = ask(f"/brokers/{li}/card")
    assert (now["broker"]["branch"], now["team"]) == ("Xuhui", None)
    tree = ask("/brokers/tree", day=str(then))
    assert tree["items"]


def test_the_tree_of_a_past_day_names_the_branch_of_that_day(li: int) -> None:
    then = story(li)
    with work.unit(writes=False), access.acting(access.SYSTEM):
        (node,) = cards.nodes(Broker.id == li, Reading(day=then).as_of)
        (now,) = cards.nodes(Broker.id == li, Reading().as_of)
    assert (node["branch"], node["title"]) == ("Pudong", "adviser")
    assert (now["branch"], now["title"]) == ("Xuhui", "lead")


def test_the_list_of_teams_of_a_past_day_shows_those_that_were_there(
    li: int, browser: staff.Browser, ask: Ask
) -> None:
    then = story(li)
    (team,) = ask("/teams", day=str(then))["items"]
    assert (team["name"], team["people"]) == ("First", 1)
    assert ask("/teams", day=str(clock.firm_day()))["items"] == []
    assert "First" in browser.get(f"/teams/?day={then}").text


def test_the_form_says_from_which_day_and_refuses_one_before_he_came(
    li: int, browser: staff.Browser
) -> None:
    today = clock.firm_day()
    assert 'name="valid_from"' in browser.get(f"/brokers/{li}/edit").text
    with work.unit(writes=False):
        no = work.session().get_one(Broker, li).no
    card = {"no": no, "name": "Li Ming", "branch": "Xuhui", "title": "lead"}
    early = browser.post(f"/brokers/{li}/edit", card | {"valid_from": "1999-01-01"})
    assert early.status_code == 422
    browser.post(f"/brokers/{li}/edit", card | {"valid_from": str(today - DAY)})
    assert station(li, today - 2 * DAY) == ("Pudong", "adviser")
    assert station(li, today - DAY) == ("Xuhui", "lead")


def test_a_file_of_a_past_day_says_so_in_its_name_and_in_itself(
    li: int, browser: staff.Browser
) -> None:
    then = story(li)
    answer = browser.get(f"/brokers/export?day={then}&branch=Pudong", buffered=True)
    assert f"brokers-day-{then}.csv" in answer.headers["Content-Disposition"]
    lines = answer.text.splitlines()
    assert lines[1] == f"# As of {then}"
    assert any("Li Ming" in line and "Wang Fang" in line for line in lines)
    now = browser.get("/brokers/export", buffered=True)
    assert f"brokers-{clock.firm_day()}.csv" in now.headers["Content-Disposition"]
    assert "# As of" not in now.text
    assert "First" in browser.get(f"/teams/export?day={then}", buffered=True).text
    page = browser.get(f"/brokers/?day={then}").text
    assert f"/brokers/export?day={then}" in page
