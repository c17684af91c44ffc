"""Tags: the firm's list and free ones, with their days, asked by lists and segments."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from hub.clients import segments
from hub.clients import service as clients
from hub.clients.tags import queries, service
from hub.clients.tags.models import Tag, Tagging
from hub.kernel import access, clock, rules, work
from hub.kernel.audit import AuditRow
from hub.kernel.dated import AsOf
from hub.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from hub.kernel.rules import Field
from tests import make, programs, staff

MARCH, APRIL, MAY = (datetime(2026, month, 10, 4, tzinfo=UTC) for month in (3, 4, 5))


def tagged(name: str, op: str = "has") -> dict[str, Any]:
    return {"field": "tag", "op": op, "value": name}


def tag_id(name: str) -> int:
    return work.session().scalars(select(Tag.id).where(Tag.name == name)).one()


def spans(client_id: int) -> list[tuple[str, str]]:
    lines = queries.of_client(client_id)
    return [(str(one.valid_from), str(one.valid_to or "")) for one in lines]


def test_a_tag_keeps_its_days_and_a_segment_asks_for_any_of_them(app: Flask) -> None:
    del app
    with work.unit(), access.acting(access.SYSTEM):
        client, other = make.client(), make.client()
        with clock.set_to(MARCH):
            service.put(client, " VIP ")
            service.put(client, "vip")
        with clock.set_to(APRIL):
            service.take_off(client, tag_id("VIP"))
        assert spans(client) == [("2026-03-10", "2026-04-10")]
        with clock.set_to(MAY):
            service.put(client, "VIP")
            assert segments.count(tagged("VIP")) == 1
            assert segments.count(tagged("VIP", "has_not")) == 1
            march, april = MARCH.date(), APRIL.date()
            assert list(work.session().scalars(segments.members(tagged("VIP"), AsOf(march)))) == [
                client
            ]
            assert not list(work.session().scalars(segments.members(tagged("VIP"), AsOf(april))))
            unknown = {"field": "tag", "op": "unknown"}
            assert list(work.session().scalars(segments.members(unknown))) == [other]


def test_a_tag_taken_off_on_its_first_day_leaves_no_days(app: Flask) -> None:
    del app
    with work.unit(), access.acting(access.SYSTEM):
        client = make.client()
        with clock.set_to(MARCH):
            service.put(client, "新客")
            service.take_off(client, tag_id("新客"))
            assert spans(client) == []
            service.put(client, "新客")
        with clock.set_to(APRIL):
            service.take_off(client, tag_id("新客"))
            service.put(client, "新客")
            assert spans(client) == [("2026-03-10", "")]
            with pytest.raises(NotFound):
                service.take_off(client, 999_999)


def test_the_database_refuses_one_tag_twice_on_a_day(app: Flask) -> None:
    del app
    with work.unit(), access.acting(access.SYSTEM):
        client = make.client()
        service.put(client, "VIP")
        same = Tagging(client_id=client, tag_id=tag_id("VIP"), valid_from=clock.firm_day())
        nested = work.session().begin_nested()
        work.session().add(same)
        with pytest.raises(IntegrityError):
            work.session().flush()
        nested.rollback()


@pytest.mark.parametrize("name", ["", "  ", "x" * 41, "a\u202eb"])
def test_a_tag_has_a_readable_name(app: Flask, name: str) -> None:
    del app
    with work.unit(), access.acting(access.SYSTEM), pytest.raises(Invalid):
        service.put(make.client(), name)


def test_a_retired_tag_stays_where_it_is_and_is_put_on_nobody(app: Flask) -> None:
    del app
    with work.unit():
        manager, marketing = staff.user("manager"), staff.user("marketing")
        client, other = make.client(), make.client()
        with access.acting(access.SYSTEM):
            service.put(client, "VIP")
        with access.acting(staff.actor(marketing)), pytest.raises(Forbidden):
            service.enlist("VIP")
        with access.acting(staff.actor(manager)):
            assert service.enlist("vip") == tag_id("VIP")
            assert queries.offered() == ["VIP"]
            service.retire(tag_id("VIP"))
            assert queries.offered() == []
        with access.acting(access.SYSTEM):
            with pytest.raises(Conflict):
                service.put(other, "VIP")
            assert segments.count(tagged("VIP")) == 1
        with access.acting(staff.actor(manager)):
            service.enlist("VIP")
        with access.acting(access.SYSTEM):
            service.put(other, "VIP")


def test_a_broker_tags_whom_he_serves_and_filters_his_list(app: Flask) -> None:
    with work.unit():
        user_id = staff.user("broker")
        mine, other = make.client(name="王芳"), make.client(name="李明")
        staff.tie(user_id, client=make.client(), serves=mine, branch="x")
        with access.acting(access.SYSTEM):
            service.put(other, "VIP")
    browser = staff.signed_in(app, user_id)
    assert browser.post(f"/clients/{other}/tags", {"name": "VIP"}).status_code == 404
    assert browser.post(f"/clients/{mine}/tags", {"name": "VIP"}).status_code == 303
    assert 'data-tag="VIP"' in browser.get(f"/clients/{mine}?panels=all").text
    page = browser.get("/clients/", query_string={"tag": "VIP"}).text
    assert "王芳" in page
    assert "李明" not in page
    with work.unit(writes=False):
        logged = select(AuditRow.detail).where(AuditRow.verb == "tagged")
        assert {"tag": tag_id("VIP")} in list(work.session().scalars(logged))
        number = tag_id("VIP")
    assert browser.post(f"/clients/{mine}/tags/{number}/remove").status_code == 303
    assert 'data-tag="VIP"' not in browser.get(f"/clients/{mine}?panels=all").text


@pytest.mark.database("sqlite")
def test_a_manager_keeps_the_list_and_a_program_does_the_same(app: Flask) -> None:
    with work.unit():
        user_id = staff.user("manager")
    browser = staff.signed_in(app, user_id)
    assert "No tag yet" in browser.get("/clients/tags").text
    assert browser.post("/clients/tags", {"name": ""}).status_code == 422
    assert browser.post("/clients/tags", {"name": "高净值"}).status_code == 303
    assert "高净值" in browser.get("/clients/tags").text
    with work.unit(writes=False):
        number = tag_id("高净值")
    assert browser.post(f"/clients/tags/{number}/retire").status_code == 303
    with work.unit():
        program = programs.Program(app, programs.token(user_id).text)
    assert program.post("/clients/tags", {"name": "高净值"}).json == {"id": number}
    assert '"is_listed":true' in program.get("/clients/tags").text
    assert program.delete(f"/clients/tags/{number}").status_code == 204
    with work.unit():
        made = make.client(branch="x")
    agent = programs.of(app, "agent")
    assert agent.post(f"/clients/{made}/tags", {"name": "VIP"}).status_code == 404
    assert program.get(f"/clients/{made}/tags").json == {"items": []}


def test_a_rule_reads_a_set_alike_in_sql_and_in_python(app: Flask) -> None:
    del app
    fields = {"tag": Field(name="tag", title="Tag", kind="set")}
    asked = [tagged("a"), tagged("b", "has_not"), {"field": "tag", "op": "known"}]
    asked += [{"field": "tag", "op": "has_any", "value": ["a", "c"]}, {"not": tagged("a")}]
    with work.unit(), access.acting(access.SYSTEM):
        worn = {make.client(): names for names in ((), ("a",), ("b", "c"), ("a", "b"))}
        for client, names in worn.items():
            for name in names:
                service.put(client, name)
        for rule in asked:
            held = {one for one, names in worn.items() if rules.holds(rule, fields, {"tag": names})}
            assert set(work.session().scalars(segments.members(rule))) == held, rule


def test_a_wiped_persons_tags_go_and_his_file_told_them(app: Flask) -> None:
    del app
    with work.unit(), access.acting(access.SYSTEM):
        client = make.client()
        service.put(client, "VIP")
        assert clients.personal(client)["tags"][0]["tag"] == "VIP"
        clients.wipe(client)
        assert spans(client) == []
