"""Posts give rights the moment they start and take them the moment they end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from hub.brokers import posts, queries, teams, tree
from hub.brokers.forms import Appointment
from hub.brokers.rules import PostKind
from hub.brokers.team_forms import Joining, TeamCard
from hub.kernel import access, clock, work
from hub.kernel.dated import AsOf
from hub.kernel.errors import Conflict, Forbidden, Invalid
from hub.relationship import service as relationship
from tests import make, staff

DAY = timedelta(days=1)


def appoint(broker: int, kind: PostKind, first: date, end: date | None = None) -> int:
    with work.unit(), access.acting(access.SYSTEM):
        wish = Appointment(kind=kind, valid_from=first, valid_to=end, branch="Pudong")
        return posts.appoint(broker, wish)


def roles(user: int) -> frozenset[str]:
    with work.unit(writes=False):
        return staff.actor(user).roles


@pytest.fixture
def li(app: Flask) -> tuple[int, int]:
    """A broker's user and broker id."""
    del app
    with work.unit():
        user = staff.user("broker")
        return user, staff.broker(user)


@pytest.mark.feature("S05")
def test_a_branch_managers_rights_come_with_the_post_and_go_with_it(
    app: Flask, li: tuple[int, int]
) -> None:
    user, broker = li
    browser = staff.signed_in(app, user)
    assert browser.get("/brokers/new").status_code == 403
    post = appoint(broker, PostKind.BRANCH_MANAGER, clock.firm_day())
    assert browser.get("/brokers/new").status_code == 200
    assert roles(user) == {"broker", "manager"}
    with work.unit(), access.acting(access.SYSTEM):
        posts.end(broker, post, clock.firm_day())
    assert browser.get("/brokers/new").status_code == 403
    assert roles(user) == {"broker"}


@pytest.mark.feature("S05")
def test_a_post_of_later_days_gives_rights_on_those_days_alone(li: tuple[int, int]) -> None:
    user, broker = li
    now, today = clock.now(), clock.firm_day()
    appoint(broker, PostKind.BRANCH_MANAGER, today + 2 * DAY, today + 5 * DAY)
    for days, holds in ((0, False), (1, False), (2, True), (4, True), (5, False)):
        with clock.set_to(now + days * DAY):
            assert ("manager" in roles(user)) is holds, days


@pytest.mark.feature("S05")
def test_a_post_shows_the_branch_or_team_it_leads_to_whoever_stands_elsewhere(
    app: Flask, li: tuple[int, int]
) -> None:
    user, broker = li
    today = clock.firm_day()
    with work.unit(), access.acting(access.SYSTEM):
        people = {name: staff.broker(branch=name) for name in ("Pudong", "Puxi", "Minhang")}
        served = {name: make.client(name=f"Client of {name}", branch=name) for name in people}
        for name, one in people.items():
            relationship.assign(served[name], one, valid_from=today)
        team = teams.make(TeamCard(name="Tigers", branch="Puxi", starts_on=today))
        teams.join(team, Joining(broker=people["Puxi"], valid_from=today))
    browser = staff.signed_in(app, user)

    def seen() -> set[str]:
        found = {name for name, one in people.items() if _opens(browser, f"/brokers/{one}")}
        assert found == {name for name, one in served.items() if _opens(browser, f"/clients/{one}")}
        listed = browser.get("/clients/").text
        assert found == {name for name in people if f"Client of {name}" in listed}
        return found

    assert seen() == set()
    leads = appoint(broker, PostKind.BRANCH_MANAGER, today)
    assert seen() == {"Pudong"}
    assert browser.get(f"/clients/{served['Pudong']}/edit").status_code == 403  # sees, no more
    with work.unit(), access.acting(access.SYSTEM):
        posts.end(broker, leads, today)
        captain = teams.lead(team, broker, today)
    assert seen() == {"Puxi"}
    with work.unit(), access.acting(access.SYSTEM):
        posts.end(broker, captain, today)
    assert seen() == set()


def _opens(browser: staff.Browser, path: str) -> bool:
    status = browser.get(path).status_code
    assert status in {200, 404}
    return status == 200


def test_a_post_that_ends_on_its_first_day_stays_to_be_read(
    app: Flask, li: tuple[int, int]
) -> None:
    user, broker = li
    today = clock.firm_day()
    first = appoint(broker, PostKind.BRANCH_MANAGER, today)
    later = appoint(broker, PostKind.DESK, today + 3 * DAY)
    with work.unit(), access.acting(access.SYSTEM):
        posts.end(broker, first, today)
        posts.end(broker, later, today)
    with work.unit(writes=False):
        assert [(post.id, post.valid_from, post.valid_to) for post in posts.of_broker(broker)] == [
            (first, today, today)
        ]
    assert roles(user) == {"broker"}
    with work.unit():
        other = staff.user("operator")
    page = staff.signed_in(app, other).get(f"/brokers/{broker}?panels=all").text
    assert "ended on its first day" in page
    appoint(broker, PostKind.BRANCH_MANAGER, today)  # and may be given again
    assert "manager" in roles(user)


def test_the_house_desk_stands_under_the_branchs_manager_as_long_as_he_is_that(
    li: tuple[int, int],
) -> None:
    _user, broker = li
    today = clock.firm_day()
    appoint(broker, PostKind.BRANCH_MANAGER, today, today + 5 * DAY)
    with work.unit(writes=False):
        desk = queries.desk_of("Pudong")
        assert desk is not None
        assert tree.superior_of(desk) == broker
        assert tree.superior_of(desk, as_of=AsOf(today + 5 * DAY)) == tree.root()


def test_one_seat_has_one_holder_a_day(li: tuple[int, int]) -> None:
    _user, broker = li
    today = clock.firm_day()
    with work.unit():
        other = staff.broker()
    appoint(broker, PostKind.BRANCH_MANAGER, today, today + 5 * DAY)
    with pytest.raises(Conflict, match="holds this post"):
        appoint(other, PostKind.BRANCH_MANAGER, today + 4 * DAY)
    appoint(other, PostKind.BRANCH_MANAGER, today + 5 * DAY)
    appoint(broker, PostKind.DESK, today)
    appoint(other, PostKind.DESK, today)  # a desk has as many hands as it needs
    with pytest.raises(Conflict):
        appoint(other, PostKind.DESK, today + DAY)


def test_rights_are_not_given_for_the_past_nor_ended_in_it(li: tuple[int, int]) -> None:
    _user, broker = li
    today = clock.firm_day()
    with pytest.raises(Invalid, match="past"):
        appoint(broker, PostKind.BRANCH_MANAGER, today - DAY)
    with pytest.raises(Invalid, match="end after it begins"):
        appoint(broker, PostKind.BRANCH_MANAGER, today, today)
    post = appoint(broker, PostKind.BRANCH_MANAGER, today)
    with pytest.raises(Invalid), work.unit(), access.acting(access.SYSTEM):
        posts.end(broker, post, today - DAY)


def test_only_whoever_keeps_the_tree_names_the_head_of_the_firm(app: Flask) -> None:
    del app
    with work.unit():
        manager = staff.user("manager")
        report = staff.broker()
    with pytest.raises(Forbidden), work.unit(), access.acting(_actor(manager)):
        wish = Appointment(kind=PostKind.FIRM_HEAD, valid_from=clock.firm_day())
        posts.appoint(report, wish)


def _actor(user: int) -> access.Actor:
    return staff.actor(user)
