"""The tree: moved with a day, read as of any day; no loop, no second root, no orphan."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from hub.brokers import leaving, moving, service, tree
from hub.brokers.forms import Farewell, Move
from hub.brokers.models import Broker, Line
from hub.brokers.rules import LineKind
from hub.kernel import access, clock, work
from hub.kernel.dated import AsOf
from hub.kernel.errors import Conflict, Invalid
from tests import staff

DAY = timedelta(days=1)


def move(
    broker: int, superior: int | None, day: date, line: LineKind = LineKind.MANAGEMENT
) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        moving.place(broker, Move(line=line, superior=superior, valid_from=day))


def below(broker: int, day: date | None = None, line: LineKind = LineKind.MANAGEMENT) -> set[int]:
    with work.unit(writes=False):
        found = tree.below(broker, line, AsOf(day or clock.firm_day()))
        return set(work.session().scalars(select(found.c.broker_id))) - {broker}


@pytest.fixture
def five(app: Flask) -> dict[str, int]:
    """head → one → two → three → four, and side under head."""
    del app
    with work.unit():
        made = {"head": staff.head()}
        for name, above in (
            ("one", "head"),
            ("two", "one"),
            ("three", "two"),
            ("four", "three"),
            ("side", "head"),
        ):
            made[name] = staff.broker(under=made[above], name=name)
    return made


@pytest.mark.feature("S02")
def test_a_branch_moves_with_all_below_it_on_its_day_and_not_before(five: dict[str, int]) -> None:
    today = clock.firm_day()
    move(five["two"], five["side"], today + 3 * DAY)
    three = {five["three"], five["four"]}
    assert below(five["one"]) == {five["two"], *three}
    assert below(five["one"], today + 3 * DAY) == set()
    assert below(five["side"], today + 2 * DAY) == set()
    assert below(five["side"], today + 3 * DAY) == {five["two"], *three}
    with work.unit(writes=False):
        way = tree.path(five["four"], AsOf(today + 3 * DAY))
    assert way == [five[name] for name in ("head", "side", "two", "three", "four")]


@pytest.mark.feature("S02")
def test_nobody_comes_to_stand_above_himself_on_any_day(five: dict[str, int]) -> None:
    today = clock.firm_day()
    with pytest.raises(moving.Loop):
        move(five["one"], five["four"], today)
    with pytest.raises(moving.Loop):
        move(five["one"], five["one"], today)
    # Today `side` is free; from the tenth day on he stands below `four`: a loop from then on.
    move(five["side"], five["four"], today + 10 * DAY)
    with pytest.raises(moving.Loop) as told:
        move(five["one"], five["side"], today)
    assert (today + 10 * DAY).isoformat() in str(told.value)
    assert below(five["side"]) == set()


@pytest.mark.feature("S02")
def test_two_moves_at_once_make_no_loop(five: dict[str, int]) -> None:
    today, start, told = clock.firm_day(), Barrier(2), []

    def go(one: str, other: str) -> None:
        start.wait()
        try:
            move(five[one], five[other], today)
        except moving.Loop:
            told.append("refused")
        else:
            told.append("moved")

    threads = [Thread(target=go, args=pair) for pair in (("one", "side"), ("side", "one"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["moved", "refused"]
    assert (five["one"] in below(five["side"])) != (five["side"] in below(five["one"]))


@pytest.mark.feature("S02")
def test_the_tree_has_one_root(five: dict[str, int]) -> None:
    today = clock.firm_day()
    with pytest.raises(Invalid):
        move(five["one"], None, today)
    with pytest.raises(moving.SecondRoot):
        move(five["head"], five["side"], today)
    with pytest.raises(IntegrityError), work.unit():
        work.session().add(Line(
            broker_id=staff.broker(under=five["one"]), superior_id=None, line="management",
            valid_from=today - 900 * DAY, valid_to=today - 800 * DAY, known_from=clock.now(),
        ))  # fmt: skip


@pytest.mark.feature("S02")
def test_a_successor_takes_the_roots_place_and_the_root_stands_below_him(
    five: dict[str, int],
) -> None:
    today = clock.firm_day()
    with work.unit(), access.acting(access.SYSTEM):
        moving.succeed(five["side"], today + DAY)
    with work.unit(writes=False):
        assert tree.root(AsOf(today)) == five["head"]
        assert tree.root(AsOf(today + DAY)) == five["side"]
        assert tree.superior_of(five["head"], as_of=AsOf(today + DAY)) == five["side"]
    with work.unit(writes=False):
        everybody = set(work.session().scalars(select(Broker.id)))
    assert below(five["side"], today + DAY) == everybody - {five["side"]}


def test_whoever_leads_leaves_only_with_an_heir(five: dict[str, int]) -> None:
    today = clock.firm_day()
    with pytest.raises(leaving.Orphans), work.unit(), access.acting(access.SYSTEM):
        service.leave(five["two"], Farewell(left_on=today))
    with work.unit(), access.acting(access.SYSTEM):
        service.leave(five["two"], Farewell(left_on=today, heir=five["three"]))
    with work.unit(writes=False):
        assert tree.superior_of(five["three"]) == five["one"]
        assert not tree.is_placed(five["two"])
        assert tree.is_placed(five["two"], AsOf(today - DAY))
    assert below(five["one"], today - DAY) == {five["two"], five["three"], five["four"]}
    for wrong in (five["two"], five["side"]):
        with pytest.raises(Conflict), work.unit(), access.acting(access.SYSTEM):
            service.leave(five["two"], Farewell(left_on=today, heir=wrong))


def test_nobody_moves_under_somebody_who_left_or_has_not_come(five: dict[str, int]) -> None:
    today = clock.firm_day()
    with work.unit(), access.acting(access.SYSTEM):
        service.leave(five["side"], Farewell(left_on=today + 30 * DAY))
    with pytest.raises(Invalid, match="leaves on"):
        move(five["four"], five["side"], today)
    with pytest.raises(Invalid, match="came on"):
        move(five["four"], five["one"], staff.SINCE - DAY)


def test_a_correction_leaves_what_was_known_before_readable(five: dict[str, int]) -> None:
    today = clock.firm_day()
    before = clock.now()
    move(five["four"], five["side"], today - 30 * DAY)
    with work.unit(writes=False):
        now_known = tree.superior_of(five["four"], as_of=AsOf(today - DAY))
        then_known = tree.superior_of(five["four"], as_of=AsOf(today - DAY, before))
    assert (now_known, then_known) == (five["side"], five["three"])


@pytest.mark.feature("S06")
def test_the_mentor_line_is_another_tree_that_gives_no_rights(five: dict[str, int]) -> None:
    today = clock.firm_day()
    move(five["one"], five["four"], today, LineKind.MENTOR)
    assert below(five["four"], line=LineKind.MENTOR) == {five["one"]}
    assert below(five["four"]) == set()
    with pytest.raises(moving.Loop):
        move(five["four"], five["one"], today, LineKind.MENTOR)
    move(five["one"], None, today + DAY, LineKind.MENTOR)
    assert below(five["four"], today, LineKind.MENTOR) == {five["one"]}
    assert below(five["four"], today + DAY, LineKind.MENTOR) == set()


@pytest.mark.feature("S02")
def test_a_tree_of_five_hundred_on_five_levels_loads_step_by_step(app: Flask) -> None:
    with work.unit():
        user = staff.user("manager")
        level = [staff.head()]
        for width in (3, 4, 5, 8):
            level = [staff.broker(under=above) for above in level for _ in range(width)]
    browser = staff.signed_in(app, user)
    page = browser.get("/tree/")
    assert page.status_code == 200
    assert page.text.count("org-item") <= 20  # the top and one step, not 500
    assert "556 below" in page.text  # the branch's house desk is one of them
    with work.unit(writes=False):
        leaf = work.session().get_one(Broker, level[-1])
        no, name = leaf.no, leaf.name
    found = browser.get("/tree/", query_string={"q": no})
    assert name in found.text
    assert found.text.count("<details open") == 4  # the way down to him


@pytest.mark.feature("S06")
def test_the_chart_of_mentors_begins_with_each_and_counts_his_own_line(app: Flask) -> None:
    with work.unit():
        user = staff.user("manager")
        head = staff.head()
        made = {name: staff.broker(under=head, name=name) for name in ("Old", "Young", "New")}
        other = staff.broker(under=head, name="Alone")
    browser, today = staff.signed_in(app, user), clock.firm_day()
    assert "Nobody has a mentor on this day" in browser.get("/tree/?line=mentor").text
    move(made["Young"], made["Old"], today, LineKind.MENTOR)
    move(made["New"], made["Young"], today, LineKind.MENTOR)
    page = browser.get("/tree/?line=mentor").text
    chart = page[page.index("org-list") :]
    assert "Old" in chart
    assert "2 below" in chart
    assert f"/brokers/{other}" not in chart
    assert f"/brokers/{head}" not in chart
