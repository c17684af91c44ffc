"""Files of moves: whatever order they come in, no day has a loop, a second root or an orphan."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.brokers.imports.forest import Forest
from hub.kernel import access, runner, work
from hub.kernel.imports import desk
from tests import staff
from tests.brokers.files import Office, counts

HEAD = "工号,线,新上级工号,生效日期\n"
DAYS = [date(2026, month, 1) for month in range(1, 5)]
NOBODY = dict.fromkeys(range(1, 6), 0)


@pytest.fixture
def office(app: Flask) -> Office:
    """R over A over B over C; D beside A."""
    del app
    found = Office()
    found.bring(
        "no,name,branch,joined on,manager\nR,R,Pudong,2020-01-01,\nA,A,Pudong,2020-01-01,R\n"
        "B,B,Pudong,2020-01-01,A\nC,C,Pudong,2020-01-01,B\nD,D,Pudong,2020-01-01,R\n"
    )
    return found


@pytest.mark.feature("S02")
def test_moves_that_need_each_other_are_made_in_any_order_and_once(office: Office) -> None:
    text = HEAD + "A,管理,C,2026-02-01\nB,,R,2026-02-01\nC,,D,2026-02-01\nD,导师,A,2026-02-01\n"
    number = office.upload(office.operator, text.encode(), kind="tree")
    office.do(office.operator, desk.check, number)
    assert counts(office.see(number)) == (0, 4, 0, 0), office.problems(office.see(number))
    assert office.lines()["A"] == "R"
    office.do(office.operator, desk.apply, number)
    assert counts(office.see(number)) == (0, 4, 0, 0), office.problems(office.see(number))
    assert office.lines() == {"R": "", "A": "C", "B": "R", "C": "D", "D": "R"}
    assert office.lines("mentor") == {"D": "A"}
    assert counts(office.bring(text, "tree")) == (0, 0, 4, 0)


def test_what_would_loop_or_orphan_is_refused_with_its_line(office: Office) -> None:
    text = HEAD + (
        "A,,C,2026-02-01\n"  # C stands below him, and nobody moves C
        "R,,A,2026-02-01\n"
        "B,,,2026-02-01\n"
        "B,,B,2026-02-01\n"
        "X,,R,2026-02-01\n"
        "D,,X,2026-02-01\n"
        "D,,A,2019-02-01\n"
        "D,,A,2026-02-01\n"
        "D,,B,2026-03-01\n"
    )
    number = office.upload(office.operator, text.encode(), kind="tree")
    office.do(office.operator, desk.check, number)
    foreseen = office.problems(office.see(number))
    office.do(office.operator, desk.apply, number)
    done = office.see(number)
    assert office.problems(done) == foreseen, "the dry run tells what happens"
    assert counts(done) == (0, 1, 0, 8), foreseen
    told = dict(text.split(": ", 1) for text in foreseen)
    for line, why in {
        "2": "stands above", "3": "needs its root", "4": "who leads him", "5": "leads himself",
        "6": "you see no broker", "7": "you see no broker", "8": "does not work here",
        "10": "moves him already",
    }.items():  # fmt: skip
        assert why in told[line], (line, told[line])
    assert office.lines()["D"] == "A"


def test_a_manager_moves_his_direct_reports_alone(office: Office) -> None:
    with work.unit():
        user = staff.user("manager")  # he leads the firm: R
        root = staff.actor(user)
    assert root.broker_id is not None
    done = office.bring(HEAD + "A,,D,2026-02-01\nC,,R,2026-02-01\nD,,B,2026-02-01\n", "tree", root)
    assert counts(done) == (0, 1, 0, 2), office.problems(done)
    assert all("direct reports only" in text for text in office.problems(done))
    assert {verb for _subject, _number, verb in office.refusals()} == {"brokers.place"}
    assert office.lines()["A"] == "D"


@pytest.mark.database("sqlite")
def test_a_move_that_became_wrong_since_the_check_is_refused_then(office: Office) -> None:
    number = office.upload(office.operator, (HEAD + "A,,D,2026-02-01\n").encode(), kind="tree")
    office.do(office.operator, desk.check, number)
    office.bring(HEAD + "D,,C,2026-01-01\n", "tree")
    with access.acting(office.operator), work.unit():
        desk.apply(number)
    runner.drain()
    assert counts(office.see(number)) == (0, 0, 0, 1)
    assert "stands above" in office.problems(office.see(number))[0]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(0, 5), st.sampled_from(DAYS)), max_size=14)
)
def test_a_forest_takes_moves_until_one_would_close_a_loop_on_some_day(
    moves: list[tuple[int, int, date]],
) -> None:
    forest = Forest.of([(number, 0, DAYS[0], None) for number in NOBODY])
    plain = {day: dict(NOBODY) for day in DAYS}  # 0 is the root
    for broker, above, day in moves:
        wished = {
            one: places | {broker: above} if one >= day else places for one, places in plain.items()
        }
        loops = any(has_loop(places) for places in wished.values())
        assert forest.stands_above(broker, above, day) == loops
        if not loops:
            forest.move(broker, above, day)
            plain = wished


def has_loop(places: dict[int, int]) -> bool:
    for start in places:
        at, steps = start, 0
        while at and steps <= len(places):
            at, steps = places[at], steps + 1
        if at:
            return True
    return False
