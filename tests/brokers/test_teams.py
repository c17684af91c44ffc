"""Teams: lead, members with days, targets; a team's total is the sum of its members."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Select, literal, select, union_all

from hub.brokers import measures, team_queries, teams
from hub.brokers.forms import Licence
from hub.brokers.licensing import end as end_licence
from hub.brokers.licensing import note
from hub.brokers.measures import Measure
from hub.brokers.queries import allows
from hub.brokers.rules import Act, QualificationKind
from hub.brokers.team_forms import Aim, Joining, TeamCard
from hub.kernel import access, clock, work
from hub.kernel.base import MONEY_SCALE, Scaled
from hub.kernel.errors import Conflict, Invalid
from tests import staff

DAY = timedelta(days=1)
FIRST = date(2026, 3, 1)
figures: list[tuple[int, date, Decimal]] = []


def made_up(first: date, end: date) -> Select[tuple[int, date, Decimal]]:
    """The figures of a room that does not exist yet."""
    money = Scaled(MONEY_SCALE)
    rows = [
        select(
            literal(broker).label("broker_id"), literal(day).label("day"),
            literal(amount, money).label("amount"),
        )
        for broker, day, amount in figures
        if first <= day < end
    ] or [
        select(
            literal(0).label("broker_id"), literal(FIRST).label("day"),
            literal(Decimal(0), money).label("amount"),
        )
    ]  # fmt: skip
    every = union_all(*rows).subquery()
    return select(every.c.broker_id, every.c.day, every.c.amount)


@pytest.fixture
def income(app: Flask) -> Iterator[None]:
    del app
    before = measures.every()
    measures.forget()
    measures.contribute(Measure(name="income", title="Income", unit="yuan", rows=made_up))
    yield
    figures.clear()
    measures.forget()
    for measure in before:
        measures.contribute(measure)


@pytest.mark.feature("S25")
@settings(
    max_examples=25,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    said=st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 30), st.integers(-(10**9), 10**9)), max_size=30
    ),
    stays=st.lists(st.tuples(st.integers(0, 25), st.integers(1, 20)), min_size=4, max_size=4),
)
def test_a_teams_total_is_the_sum_of_its_members_on_their_days(
    income: None, said: list[tuple[int, int, int]], stays: list[tuple[int, int]]
) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        brokers = [staff.broker() for _ in range(4)]
        team = teams.make(TeamCard(name="T", branch="Pudong", starts_on=FIRST))
        for broker, (first, length) in zip(brokers, stays, strict=True):
            teams.join(team, Joining(broker=broker, valid_from=FIRST + first * DAY))
            teams.leave(team, broker, FIRST + (first + length) * DAY)
    figures[:] = [
        (brokers[who], FIRST + day * DAY, Decimal(amount) / MONEY_SCALE)
        for who, day, amount in said
    ]
    with work.unit(writes=False), access.acting(access.SYSTEM):
        (result,) = team_queries.results(team, FIRST)
        lines = team_queries.members(team, FIRST)
    inside = [
        Decimal(amount) / MONEY_SCALE
        for who, day, amount in said
        if stays[who][0] <= day < sum(stays[who])
    ]
    assert result.reached == sum(inside)
    assert sum(line.reached.get("income", Decimal(0)) for line in lines) == result.reached


@pytest.mark.feature("S25")
def test_a_manager_makes_a_team_names_its_lead_and_sets_targets(app: Flask, income: None) -> None:
    with work.unit():
        user = staff.user("manager")
        lead, member = staff.broker(name="Lead Li"), staff.broker(name="Member Mo")
        other = staff.broker(under=lead)
    today = clock.firm_day().isoformat()
    browser = staff.signed_in(app, user)
    card = {"name": "Tigers", "branch": "Pudong", "starts_on": today}
    page = browser.post("/teams/new", card).headers["Location"]
    assert browser.post(f"{page}/lead", {"broker": lead, "valid_from": today}).status_code == 303
    for broker, status in ((lead, 303), (member, 303), (other, 403)):
        answer = browser.post(f"{page}/members", {"broker": broker, "valid_from": today})
        assert answer.status_code == status
    aim = {"measure": "income", "month": today, "amount": "1200.50"}
    assert browser.post(f"{page}/target", aim).status_code == 303
    figures.append((member, clock.firm_day(), Decimal("600.25")))
    shown = browser.get(page).text
    for said in ("Tigers", "Lead Li", "Member Mo", "600.25", "1,200.50"):
        assert said in shown, said
    assert browser.post(f"{page}/lead", {"broker": member, "valid_from": today}).status_code == 409
    gone = {"valid_to": (clock.firm_day() + DAY).isoformat()}
    assert browser.post(f"{page}/members/{member}/end", gone).status_code == 303
    assert browser.post(f"{page}/end", gone).status_code == 303
    assert "Tigers" in browser.get("/teams/").text


def test_a_broker_is_in_one_team_a_day(app: Flask) -> None:
    del app
    today = clock.firm_day()
    with work.unit(), access.acting(access.SYSTEM):
        broker = staff.broker()
        one, two = (
            teams.make(TeamCard(name=name, branch="Pudong", starts_on=today - 90 * DAY))
            for name in ("One", "Two")
        )
        teams.join(one, Joining(broker=broker, valid_from=today - 60 * DAY))
        teams.join(two, Joining(broker=broker, valid_from=today))
        (line,) = team_queries.members(one, today - 60 * DAY)
        assert line.valid_to == today
    with pytest.raises(Invalid), work.unit(), access.acting(access.SYSTEM):
        teams.join(one, Joining(broker=broker, valid_from=today - 120 * DAY))
    with pytest.raises(Invalid), work.unit(), access.acting(access.SYSTEM):
        teams.aim_team(one, Aim(measure="nothing", month=today, amount=Decimal(1)))


def test_a_licence_allows_what_it_is_for_until_it_expires(app: Flask) -> None:
    del app
    today = clock.firm_day()
    with work.unit(), access.acting(access.SYSTEM):
        broker = staff.broker()
        licence = Licence(
            kind=QualificationKind.BROKER, number="S123", valid_from=today - DAY,
            valid_to=today + 10 * DAY, scope="Shanghai",
        )  # fmt: skip
        number = note(broker, licence)
        assert allows(broker, Act.PASS_ON_RESEARCH)
        assert not allows(broker, Act.PUBLISH_CALLS)
        assert not allows(broker, Act.PASS_ON_RESEARCH, today + 10 * DAY)
        adviser = Licence(kind=QualificationKind.ADVISER, number="S124", valid_from=today)
        note(broker, adviser)
        assert allows(broker, Act.PUBLISH_CALLS)
        end_licence(broker, number, today)
        assert allows(broker, Act.PASS_ON_RESEARCH)  # an adviser may that too
    with pytest.raises(Conflict), work.unit(), access.acting(access.SYSTEM):
        note(broker, adviser)
