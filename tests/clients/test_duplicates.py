"""Who may be one person: found over the whole book, and told on the way in."""

from __future__ import annotations

import io
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from hub.clients import names, papers
from hub.clients.duplicates import queries, service
from hub.clients.duplicates.models import Duplicate
from hub.clients.duplicates.rules import LARGEST, LEAST, WEIGHTS, Clue, PairState, score
from hub.clients.models import Client
from hub.clients.paper_rules import PaperKind
from hub.kernel import access, clock, operations, runner, work, workitems
from hub.kernel.imports import desk, intake
from hub.kernel.operations import OperationState
from hub.relationship import service as serving
from tests import make, programs, staff

pytestmark = pytest.mark.feature("S31")

BORN = date(1980, 2, 3)


def walked() -> dict[str, object]:
    """The whole book is looked through → what came of it."""
    with work.unit(), access.acting(access.SYSTEM):
        number = service.search()
    runner.drain()
    with work.unit(writes=False):
        row = work.session().get_one(operations.Operation, number)
        assert row.state == OperationState.DONE, row.problem
        return dict(row.result)


def pairs() -> dict[tuple[int, int], Clue]:
    with work.unit(writes=False):
        rows = work.session().execute(
            select(Duplicate.low_id, Duplicate.high_id, Duplicate.clues, Duplicate.score)
        )
        found = {}
        for low, high, clues, points in rows:
            assert points == score(clues), "SQL and Python weigh alike"
            found[low, high] = Clue(clues)
        return found


def book() -> tuple[int, ...]:
    """One client, five who are like him in one way each, and a crowd at one address."""
    with work.unit(), access.acting(access.SYSTEM):
        base = make.client(name="Wang Fang", birthday=BORN, sms="13800000001",
                           email="fang@post.example")  # fmt: skip
        papers.put(base, PaperKind.ID_NO, "11010519491231002X")
        same_no = make.client(name="Somebody")
        papers.put(same_no, PaperKind.ID_NO, "11010519491231002x")
        reached = make.client(name="Other", sms="+86 138 0000 0001")
        child = make.client(name="Kid", sms="13800000001", birthday=date(2010, 1, 1))
        named = make.client(name="wang fang", birthday=BORN)
        similar = make.client(name="WANG  FANG", email="fang@mail.example")
        make.client(name="Wang Fang", birthday=date(1999, 9, 9))
        for number in range(LARGEST + 1):
            make.client(name=f"Crowd {number}", email="office@firm.example")
    return base, same_no, reached, child, named, similar


def test_pairs_are_found_by_what_they_share_and_large_groups_are_left_aside(app: Flask) -> None:
    base, same_no, reached, child, named, similar = book()
    assert walked()["found"] == len(pairs())
    found = pairs()
    assert {pair for pair in found if base in pair} == {
        (base, same_no), (base, reached), (base, named), (base, similar),
    }  # fmt: skip
    assert found[base, same_no] == Clue.ID_NO
    assert found[base, reached] == Clue.PHONE
    assert found[base, named] == Clue.NAME | Clue.BIRTHDAY
    assert found[base, similar] == Clue.NAME | Clue.SIMILAR
    assert not any(child in pair and base in pair for pair in found), "another birthday"
    assert len(found) < 8, "an address of a crowd makes no pairs"
    with work.unit(), access.acting(access.SYSTEM):
        apart = queries.pair_of(base, named)
        assert apart is not None
        cousins = apart.id
        service.keep_apart(cousins, "cousins")
        row = work.session().get_one(Client, similar)
        row.name, row.name_key = "Li", names.key(select(func.lower("li")).scalar_subquery())
    assert walked() == {"found": 0, "open": len(found) - 2}
    with work.unit(writes=False):
        states = dict(work.session().execute(select(Duplicate.id, Duplicate.state)).all())
        assert states[cousins] == PairState.NOT_SAME, "nobody is asked again"


def test_points_are_what_the_weights_say() -> None:
    assert all(score(clue) == max(0, min(100, weight)) for clue, weight in WEIGHTS.items())
    assert score(Clue.PHONE | Clue.OTHER_BIRTHDAY) < LEAST <= score(Clue.NAME | Clue.BIRTHDAY)


def test_whoever_takes_a_known_person_in_is_told_and_may_go_on_with_a_reason(app: Flask) -> None:
    with work.unit():
        user = staff.user("broker")
        broker, other = staff.broker(user), staff.broker()
        mine = make.client(name="王芳", birthday=BORN)
        theirs = make.client(name="Hidden", sms="13800000001")
        with access.acting(access.SYSTEM):
            for who, server in ((mine, broker), (theirs, other)):
                serving.assign(who, server, valid_from=clock.firm_day())
        program = programs.Program(app, programs.token(user).text)
    browser = staff.signed_in(app, user)
    said = {"no": "N1", "name": "王 芳", "birthday": BORN.isoformat(), "sms": "13800000001",
            "language": "zh"}  # fmt: skip
    answer = browser.post("/clients/new", said)
    assert answer.status_code == 422
    assert f"/clients/{mine}" in answer.text
    assert "ask your manager" in answer.text
    assert "Hidden" not in answer.text
    assert 'value="N1"' in answer.text, "what was typed stays"
    refused = program.post("/clients", said)
    assert refused.status_code == 409
    assert "likely-known" in refused.text
    assert "王芳" in refused.get_json()["detail"]
    assert "Hidden" not in refused.text
    assert browser.post("/clients/new", said | {"knowingly": "twins"}).status_code == 303
    with work.unit(writes=False):
        rows = list(work.session().scalars(select(Duplicate)))
        assert {(row.low_id, row.state, row.why) for row in rows} == {
            (mine, "not_same", "twins"), (theirs, "not_same", "twins"),
        }  # fmt: skip
    assert walked()["found"] == 0


def test_a_file_tells_of_those_who_are_in_the_book_already(app: Flask) -> None:
    with work.unit():
        user = staff.user("marketing")
        known = make.client(name="王芳", birthday=BORN)
        actor = staff.actor(user)
    with access.acting(actor):
        with work.unit(writes=False):
            file = "客户号,姓名,生日\nF1,王芳,1980-02-03\nF2,李雷,1980-02-03\n".encode()
            made = intake.receive("clients", "clients.csv", io.BytesIO(file))
        runner.drain()
        for step in (desk.check, desk.apply):
            with work.unit():
                step(made)
            runner.drain()
        with work.unit(writes=False):
            found = work.session().scalars(select(Duplicate)).all()
            assert [row.low_id for row in found] == [known]
            (item,) = work.session().scalars(workitems.visible())
            assert item.kind == "clients.duplicates"
            page = staff.signed_in
    browser = page(app, user)
    assert "王芳" in browser.get("/clients/duplicates/").text
    assert "same birthday" in browser.get(f"/clients/{known}?panels=all").text
