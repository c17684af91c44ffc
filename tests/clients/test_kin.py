"""Related persons and households: dated, seen from both sides, named only to those who may see."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from hub.clients import service as clients
from hub.clients.kin import queries, service
from hub.clients.kin.forms import RelationWish
from hub.clients.kin.models import Member, Relation
from hub.clients.kin.rules import INVERSE, RelationKind
from hub.kernel import access, clock, work
from hub.kernel.errors import Conflict, Invalid
from tests import make, programs, staff

MARCH, APRIL = (datetime(2026, month, 10, 4, tzinfo=UTC) for month in (3, 4))
DAY = date(2026, 3, 1)


def wish(kind: RelationKind, no: str = "", name: str = "", contact: str = "") -> RelationWish:
    return RelationWish(kind=kind, no=no, name=name, contact=contact, since=DAY)


def told(client_id: int) -> list[tuple[str, str | None, bool]]:
    """(kind, name, is there a link) of each line."""
    lines = queries.of_client(client_id)
    return [(line.kind.value, line.name, line.other_id is not None) for line in lines]


def test_every_kind_has_an_inverse_that_leads_back() -> None:
    assert {kind: INVERSE[INVERSE[kind]] for kind in RelationKind} == {k: k for k in RelationKind}


def test_a_relation_of_two_clients_is_seen_from_both_sides(app: Flask) -> None:
    del app
    with work.unit(), access.acting(access.SYSTEM):
        mother, son = make.client(no="M1", name="王芳"), make.client(no="S1", name="李明")
        service.relate(mother, wish(RelationKind.CHILD, no="S1"))
        service.relate(mother, wish(RelationKind.REPRESENTATIVE, name="赵律师", contact="021-5"))
        assert told(mother) == [("child", "李明", True), ("representative", "赵律师", False)]
        assert told(son) == [("parent", "王芳", True)]
        for client, kind, no in (
            (mother, RelationKind.CHILD, "S1"), (son, RelationKind.PARENT, "M1"),
        ):  # fmt: skip
            with pytest.raises(Conflict):
                service.relate(client, wish(kind, no=no))
        for no in ("M1", "X9"):
            with pytest.raises(Invalid):
                service.relate(mother, wish(RelationKind.SPOUSE, no=no))
        with clock.set_to(APRIL):
            service.part(son, queries.of_client(son)[0].id)
        (line,) = queries.of_client(son)
        assert line.valid_to == APRIL.date()
        with pytest.raises(Conflict):
            service.relate(mother, wish(RelationKind.CHILD, no="S1"))
        later = RelationWish(kind=RelationKind.CHILD, no="S1", since=APRIL.date())
        service.relate(mother, later)


def test_the_database_refuses_one_relation_twice_and_two_households_at_once(app: Flask) -> None:
    del app
    with work.unit(), access.acting(access.SYSTEM):
        one, other = make.client(no="M1"), make.client(no="S1")
        service.relate(one, wish(RelationKind.SPOUSE, no="S1"))
        service.relate(one, wish(RelationKind.CHILD, name="a"))
        service.relate(one, wish(RelationKind.CHILD, name="a"))
        first = service.found(one, "王家")
        twice = Relation(
            client_id=one, other_id=other, kind="spouse", contact="", valid_from=DAY,
            put_at=clock.now(),
        )  # fmt: skip
        again = Member(household_id=first, client_id=one, valid_from=DAY)
        for row in (twice, again):
            nested = work.session().begin_nested()
            work.session().add(row)
            with pytest.raises(IntegrityError):
                work.session().flush()
            nested.rollback()


def test_a_household_is_founded_joined_and_left(app: Flask) -> None:
    del app
    with work.unit(), access.acting(access.SYSTEM):
        one, other = make.client(no="M1", name="王芳"), make.client(no="S1", name="李明")
        with clock.set_to(MARCH):
            service.found(one, "王家")
            service.join(one, "S1")
            with pytest.raises(Conflict):
                service.found(other, "李家")
            home = queries.home(other)
            assert home is not None
            assert (home.name, home.unseen) == ("王家", 0)
            assert sorted(name for _, name in home.members) == ["李明", "王芳"]
        with clock.set_to(APRIL):
            service.leave(other)
            assert queries.home(other) is None
            service.found(other, "李家")
        assert [one["household"] for one in clients.personal(other)["households"]] == [
            "王家", "李家",
        ]  # fmt: skip


def test_a_related_client_whom_the_reader_does_not_see_has_no_name_and_no_link(app: Flask) -> None:
    with work.unit():
        user_id = staff.user("broker")
        mine, other = make.client(no="M1", name="王芳"), make.client(no="S1", name="李明")
        staff.tie(user_id, client=make.client(), serves=mine, branch="x")
        with access.acting(access.SYSTEM):
            service.relate(mine, wish(RelationKind.SPOUSE, no="S1"))
            service.found(mine, "王家")
            service.join(mine, "S1")
    browser = staff.signed_in(app, user_id)
    page = browser.get(f"/clients/{mine}?panels=all").text
    assert 'data-relation="spouse"' in page
    assert 'data-household="王家"' in page
    assert "李明" not in page
    assert f'/clients/{other}"' not in page
    refused = browser.post(f"/clients/{mine}/relations", {"kind": "child", "no": "S1"})
    assert refused.status_code == 422
    assert 'id="error-no"' in refused.text
    assert browser.post(f"/clients/{other}/relations", {"kind": "child"}).status_code == 404
    joined = browser.post(f"/clients/{mine}/household/members", {"member": "S1"})
    assert joined.status_code == 422
    with work.unit(writes=False), access.acting(staff.actor(user_id)):
        assert told(mine) == [("spouse", None, False)]


@pytest.mark.database("sqlite")
def test_pages_and_programs_write_kin_down(app: Flask) -> None:
    with work.unit():
        user_id = staff.user("broker")
        mine = make.client(no="M1", name="王芳")
        staff.tie(user_id, client=make.client(), serves=mine, branch="x")
        token = programs.token(user_id).text
    browser = staff.signed_in(app, user_id)
    both = {"kind": "child", "no": "M1", "name": "李明"}
    assert browser.post(f"/clients/{mine}/relations", both).status_code == 422
    named = {"kind": "child", "name": "李明", "contact": "13800000001"}
    assert browser.post(f"/clients/{mine}/relations", named).status_code == 303
    assert browser.post(f"/clients/{mine}/household", {"household": "王家"}).status_code == 303
    page = browser.get(f"/clients/{mine}/kin").text
    assert "李明" in page
    assert "13800000001" in page
    assert browser.post(f"/clients/{mine}/household/leave").status_code == 303
    assert browser.post(f"/clients/{mine}/relations/1/end").status_code == 303
    program = programs.Program(app, token)
    assert program.post(f"/clients/{mine}/relations", named).status_code == 201
    assert program.post(f"/clients/{mine}/household", {"household": "王家"}).status_code == 201
    assert "13800000001" in program.get(f"/clients/{mine}/kin").text
    missing = program.post(f"/clients/{mine}/household/members", {"member": "X9"})
    assert missing.status_code == 422
    assert program.delete(f"/clients/{mine}/household").status_code == 204
    relations = program.get(f"/clients/{mine}/kin").json
    assert relations is not None
    path = f"/clients/{mine}/relations/{relations['relations'][0]['id']}"
    assert program.delete(path).status_code == 204
    seen = programs.of(app, "marketing").get(f"/clients/{mine}/kin")
    assert "13800000001" not in seen.text


def test_a_wiped_persons_kin_goes_from_both_sides(app: Flask) -> None:
    del app
    with work.unit(), access.acting(access.SYSTEM):
        one, other = make.client(no="M1", name="王芳"), make.client(no="S1", name="李明")
        service.relate(one, wish(RelationKind.SPOUSE, no="S1"))
        service.found(one, "王家")
        service.join(one, "S1")
        assert clients.personal(one)["relations"][0]["kind"] == "spouse"
        clients.wipe(one)
        assert told(other) == []
        home = queries.home(other)
        assert home is not None
        assert [name for _, name in home.members] == ["李明"]
