"""Branch and title by days: changed from a day on, read as of any, right when the day turns."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from hub.accounts import service as accounts
from hub.accounts.rules import ScopeKind
from hub.brokers import cards, queries, service, stations
from hub.brokers.forms import BrokerChange, Farewell
from hub.brokers.models import Branch, Broker, Station
from hub.kernel import access, clock, work
from hub.kernel.dated import AsOf
from hub.kernel.errors import Conflict, Invalid
from hub.relationship import queries as serving
from hub.relationship import service as relationship
from tests import make, staff
from tests.brokers.files import Office, counts

DAY = timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), SHANGHAI)


def change(broker: int, branch: str, title: str, day: date | None = None, **card: str) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        said = {"no": work.session().get_one(Broker, broker).no, "name": "Li Ming"} | card
        service.change(broker, BrokerChange(branch=branch, title=title, valid_from=day, **said))


def station(broker: int, day: date, known_at: datetime | None = None) -> tuple[str, str]:
    with work.unit(writes=False):
        row = work.session().get_one(Broker, broker)
        return queries.station_of(row, AsOf(day, known_at))


def copy(broker: int) -> tuple[str, str]:
    """What the broker's own row says."""
    with work.unit(writes=False):
        rows = select(Branch.name, Broker.title).join(Branch).where(Broker.id == broker)
        name, title = work.session().execute(rows).one()
        return name, title


@pytest.fixture
def li(app: Flask) -> int:
    """A broker of Pudong."""
    del app
    with work.unit():
        return staff.broker(name="Li Ming", title="adviser")


@pytest.mark.feature("S02")
def test_a_branch_and_a_title_are_read_as_of_any_day_and_as_known_at_any_moment(li: int) -> None:
    today = clock.firm_day()
    before = clock.now()
    change(li, "Xuhui", "lead", today - 10 * DAY)
    assert station(li, today - 11 * DAY) == ("Pudong", "adviser")
    assert station(li, today - 10 * DAY) == station(li, today) == copy(li) == ("Xuhui", "lead")
    assert station(li, today, before) == ("Pudong", "adviser")
    change(li, "Hongkou", "lead", today - 5 * DAY)
    assert station(li, today - 6 * DAY) == ("Xuhui", "lead")
    with work.unit(writes=False):
        rows = queries.stations(AsOf(today - 6 * DAY)).where(Station.broker_id == li)
        assert work.session().execute(rows).one().title == "lead"
        assert [one["branch"] for one in cards.stations(li, AsOf())] == [
            "Hongkou", "Xuhui", "Pudong",
        ]  # fmt: skip


def test_a_change_of_a_coming_day_takes_effect_when_the_day_turns(li: int) -> None:
    today = clock.firm_day()
    client = in_branch(li)
    change(li, "Xuhui", "lead", today + 2 * DAY)
    # Another name or title on the way there leaves the plan as it is.
    change(li, "Pudong", "adviser", name="Li Xiaoming")
    change(li, "Pudong", "senior")
    assert copy(li) == ("Pudong", "senior")
    with clock.set_to(noon(today + 2 * DAY)):
        assert station(li, clock.firm_day()) == ("Xuhui", "lead")
        with work.unit(writes=False):
            reached = [
                li in set(work.session().scalars(queries.in_branches([name])))
                for name in ("Pudong", "Xuhui")
            ]
        assert reached == [False, True]  # before any job has run
        with work.unit():
            stations.turn()
        assert copy(li) == ("Xuhui", "lead")
        with work.unit(), access.acting(access.SYSTEM):
            heir = staff.head()
            service.leave(li, Farewell(left_on=clock.firm_day(), heir=heir))
            assert serving.broker_of(client) == queries.desk_of("Xuhui")


def in_branch(broker: int) -> int:
    """A client whom a broker serves."""
    with work.unit(), access.acting(access.SYSTEM):
        client = make.client()
        relationship.assign(client, broker, valid_from=clock.firm_day())
    return client


def test_nobody_works_anywhere_before_he_comes(li: int) -> None:
    with pytest.raises(Invalid) as told:
        change(li, "Xuhui", "lead", staff.SINCE - DAY)
    assert "valid_from" in told.value.fields
    assert copy(li) == ("Pudong", "adviser")


def test_the_database_refuses_two_branches_on_one_day(li: int) -> None:
    with pytest.raises(IntegrityError), work.unit():
        row = work.session().get_one(Broker, li)
        values: dict[str, Any] = {
            "broker_id": li, "branch_id": row.branch_id, "title": "x",
            "valid_from": clock.firm_day(), "known_from": clock.now(),
        }  # fmt: skip
        work.session().execute(insert(Station), [values])


def test_a_row_that_is_wrong_is_put_right_by_the_job(li: int) -> None:
    with work.unit():
        work.session().execute(update(Broker).where(Broker.id == li).values(title="wrong"))
    with work.unit():
        stations.turn()
    assert copy(li) == ("Pudong", "adviser")


def everywhere() -> dict[str, list[tuple[str, str, date]]]:
    """Number → branch, title and first day, latest first."""
    with work.unit(writes=False):
        return {
            no: [
                (one["branch"], one["title"], one["valid_from"])
                for one in cards.stations(broker, AsOf())
            ]
            for no, broker in work.session().execute(
                select(Broker.no, Broker.id).where(Broker.kind == "person")
            )
        }


def test_a_file_of_brokers_changes_them_from_today_on(app: Flask) -> None:
    del app
    office, today = Office(), clock.firm_day()
    head = "工号,姓名,职务,营业部,入职日期,上级工号\n"
    coming = today + 9 * DAY
    office.bring(
        head + f"B1,王芳,总经理,总部,2020-01-01,\nB2,李雷,经理,浦东,2020-01-01,B1\n"
        f"B3,赵敏,经理,浦东,{coming},B1\n"
    )
    with work.unit(writes=False):
        (li,) = work.session().scalars(select(Broker.id).where(Broker.no == "B2"))
    change(li, "浦西", "经理", today + 20 * DAY)  # what is planned stands
    done = office.bring(head + "B1,王方,,,,\nB2,李雷,总监,,,\nB3,赵敏,总监,北京,,\n")
    assert counts(done) == (0, 3, 0, 0), office.problems(done)
    since = date(2020, 1, 1)
    assert everywhere() == {
        "B1": [("总部", "总经理", since)],
        "B2": [
            ("浦西", "经理", today + 20 * DAY),
            ("浦东", "总监", today),
            ("浦东", "经理", since),
        ],
        "B3": [("北京", "总监", coming)],
    }


def test_a_house_desk_stays_in_its_branch(li: int) -> None:
    del li
    with work.unit(writes=False):
        desk = queries.desk_of("Pudong")
    assert desk is not None
    with pytest.raises(Conflict):
        change(desk, "Xuhui", "-")
    assert copy(desk) == ("Pudong", "")


def test_whoever_reaches_a_branch_sees_who_works_there_today(li: int) -> None:
    today = clock.firm_day()
    with work.unit(), access.acting(access.SYSTEM):
        user_id = staff.user("agent")
        accounts.set_scope(user_id, ScopeKind.BRANCH, ["Xuhui"])
    change(li, "Xuhui", "lead", today + DAY)

    def sees() -> bool:
        with work.unit(writes=False), access.acting(staff.actor(user_id)):
            seen = queries.brokers().with_only_columns(Broker.id)
            return li in set(work.session().scalars(seen))

    assert not sees()
    with clock.set_to(noon(today + DAY)):
        assert sees()


Change = tuple[int, int, int]  # a day, a branch, a title


@settings(max_examples=15, deadline=None, suppress_health_check=[*HealthCheck])
@given(st.lists(st.tuples(st.integers(-6, 6), st.integers(0, 2), st.integers(0, 1)), max_size=7))
@pytest.mark.feature("S02")
def test_stations_are_what_a_plain_row_of_days_says(app: Flask, changes: list[Change]) -> None:
    """Each day, as known now and after each of the changes; the copy as each day turns."""
    del app
    today, days = clock.firm_day(), range(-7, 8)
    with work.unit():
        broker = staff.broker(name="Li Ming", title="t0", branch="b0")
    since = {-7: ("b0", "t0")}  # from this day on, until the next that is known
    plain = dict.fromkeys(days, ("b0", "t0"))
    readings = [(clock.now(), dict(plain))]
    for first, branch, title in changes:
        wish = (f"b{branch}", f"t{title}")
        change(broker, *wish, today + first * DAY)
        if plain[first] != wish:
            since[first] = wish
        plain = {day: since[max(start for start in since if start <= day)] for day in days}
        readings.append((clock.now(), dict(plain)))
    for moment, row in readings:
        assert {day: station(broker, today + day * DAY, moment) for day in days} == row
    for day in range(8):
        with clock.set_to(noon(today + day * DAY)), work.unit():
            stations.turn()
        assert copy(broker) == plain[day], day
