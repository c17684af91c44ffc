"""Leads: entered with consent, given to a broker, followed up, lost, or made a client."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from hub.brokers import service as brokers
from hub.brokers.forms import Farewell
from hub.brokers.models import Broker
from hub.clients import segments
from hub.clients.addresses import phone
from hub.clients.duplicates.entry import LikelyKnown
from hub.kernel import access, clock, runner, work
from hub.kernel.audit import AuditRow
from hub.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from hub.kernel.imports import desk, intake
from hub.kernel.imports import queries as imports
from hub.kernel.imports.models import Part
from hub.kernel.workitems import ItemState, WorkItem
from hub.relationship import queries as serving
from hub.relationship import service as relationship
from hub.relationship.leads import keeping, queries, service
from hub.relationship.leads.forms import Conversion, LeadWish, Loss, SourceWish, Talk
from hub.relationship.leads.models import Lead, LeadStep
from hub.relationship.leads.rules import LeadConsent, LeadState
from hub.relationship.models import Introduction
from tests import make, staff

pytestmark = pytest.mark.feature("S74")


def wish(source: int, **fields: Any) -> LeadWish:
    usual: dict[str, Any] = {
        "name": "赵敏", "phone": phone("13900000077"), "email": None, "source": source,
        "consent": LeadConsent.WRITTEN, "consent_on": clock.firm_day(), "consent_proof": "form 17",
    }  # fmt: skip
    return LeadWish(**(usual | fields))


def firm() -> dict[str, Any]:
    """A manager with a direct and a deeper report, marketing, a source; inside an open unit."""
    staff.user("manager")
    users = {name: staff.user(role) for name, role in (
        ("boss", "manager"), ("broker", "broker"), ("deep", "broker"), ("marketing", "marketing"),
    )}  # fmt: skip
    boss = staff.broker(users["boss"])
    direct = staff.broker(users["broker"], under=boss)
    staff.broker(users["deep"], under=direct)
    with access.acting(access.SYSTEM):
        source = service.define(SourceWish(code="fair", title_zh="展会", title_en="F", weight=20))
    return {"source": source, **{name: staff.actor(user) for name, user in users.items()}}


def number(actor: access.Actor) -> str:
    return work.session().get_one(Broker, actor.broker_id).no


def open_items() -> list[WorkItem]:
    here = select(WorkItem).where(WorkItem.state == ItemState.OPEN)
    return list(work.session().scalars(here.where(WorkItem.kind == service.FOLLOW)))


def given() -> tuple[int, dict[str, Any]]:
    """A lead that went from the pool to a broker, past those who may not."""
    with work.unit():
        people = firm()
        with access.acting(people["marketing"]):
            lead = service.enter(wish(people["source"], interest="养老"))
        with access.acting(people["broker"]), pytest.raises(NotFound):
            queries.one(lead)
        with access.acting(people["boss"]):
            with pytest.raises(Forbidden):
                service.assign(lead, number(people["deep"]))
            service.assign(lead, number(people["broker"]))
            with pytest.raises(Forbidden):
                service.talk(lead, Talk(said="hello"))
            assert queries.shown(queries.one(lead))["phone"] == "+86****0077"
        (item,) = open_items()
        assert item.owner_id == people["broker"].user_id
    return lead, people


def test_a_lead_goes_from_the_pool_to_a_client_and_takes_its_history_along(app: Flask) -> None:
    lead, people = given()
    with work.unit(), access.acting(people["broker"]):
        worth = {str(title): points for title, points in queries.explained(queries.one(lead))}
        assert sum(worth.values()) == 20 + 10 + 10 + 20
        ordered = queries.visible().with_only_columns(queries.points())
        assert work.session().scalar(ordered) == sum(worth.values())
        service.talk(lead, Talk(said="call later", next_on=clock.firm_day() + timedelta(days=7)))
        (later,) = open_items()
        assert later.due_at is not None
        assert later.due_at > clock.now() + timedelta(days=5)
        everybody = segments.count({"all": []})
        client = service.convert(lead, Conversion(no="L77"))
        assert everybody == 0, "a lead is in nobody's audience"
        assert segments.count({"all": []}) == 1
        assert serving.broker_of(client) == people["broker"].broker_id
        assert [one.state for one in queries.of_client(client)] == [LeadState.WON]
        told = queries.personal(client)[0]["steps"]
        assert [step["kind"] for step in told] == ["won", "contacted", "assigned", "entered"]
        assert open_items() == []
        with pytest.raises(Conflict, match="over"):
            service.lose(lead, Loss(lost_reason="other"))
    with work.unit():
        keeping.erase(client)
        assert work.session().scalar(select(func.count()).select_from(LeadStep)) == 0


def test_whoever_is_known_is_no_lead_unless_somebody_says_why(app: Flask) -> None:
    with work.unit():
        people = firm()
        make.client(name="赵敏", sms="13900000077")
    with work.unit(), access.acting(people["broker"]):
        with pytest.raises(LikelyKnown, match="ask your manager"):
            service.enter(wish(people["source"]))
        lead = service.enter(wish(people["source"], knowingly="his mother"))
        assert queries.one(lead).broker_id == people["broker"].broker_id
        with pytest.raises(Conflict, match="live lead"):
            service.enter(wish(people["source"], knowingly="again"))
        with pytest.raises(LikelyKnown):
            service.convert(lead, Conversion(no="L78"))
        service.lose(lead, Loss(lost_reason="unreachable"))
        assert queries.one(lead).state == LeadState.LOST
        with pytest.raises(Invalid, match="where the lead comes from"):
            service.enter(wish(999))


def test_a_lead_that_became_nobodys_client_is_forgotten_in_time(app: Flask) -> None:
    with work.unit():
        people = firm()
        with access.acting(people["broker"]):
            service.enter(wish(people["source"]))
    with clock.set_to(clock.now() + timedelta(days=181)), work.unit():
        service.forget_old()
        assert work.session().scalar(select(func.count()).select_from(Lead)) == 0


LINES = "手机,姓名,来源,同意方式,同意日期,凭证\n" + "".join(
    f"1390000000{n},L{n},{code},书面,2026-01-05,form {n}\n"
    for n, code in ((1, "fair"), (2, "fair"), (3, "nowhere"), (4, "fair"))
)


def take(actor: access.Actor, *steps: Callable[[int], None]) -> int:
    """The file goes through these passes → its id."""
    with access.acting(actor):
        with work.unit(writes=False):
            made = intake.receive("leads", "leads.csv", io.BytesIO(LINES.encode()))
        runner.drain()
        for step in steps:
            with work.unit():
                step(made)
            runner.drain()
    return made


def test_a_file_of_leads_comes_twice_and_changes_nothing(app: Flask) -> None:
    with work.unit():
        people = firm()
        make.client(name="Known", sms="13900000001")
    found = []
    for _again in range(2):
        made = take(people["marketing"], desk.check, desk.apply)
        with access.acting(people["marketing"]), work.unit(writes=False):
            rejects, _more = imports.rejects(imports.one(made))
            found.append([row.line for row in rejects])
            names = sorted(work.session().scalars(select(Lead.name)))
            assert names == ["L2", "L4"]
    assert found == [[2, 4], [2, 4]]


def test_whom_a_file_of_leads_tells_of_is_logged_once_a_dry_run(app: Flask) -> None:
    with work.unit():
        people = firm()
        known = make.client(name="Known", sms="13900000001")
        mine = make.client(name="Mine", sms="13900000004")
        with access.acting(access.SYSTEM):
            relationship.assign(mine, people["broker"].broker_id, valid_from=clock.firm_day())
    asked = people["broker"].user_id
    for times in (1, 2):
        take(people["broker"], desk.check, desk.apply)
        with work.unit(writes=False):
            query = select(AuditRow.actor_id, AuditRow.subject, AuditRow.subject_id)
            rows = work.session().execute(query.where(AuditRow.verb == "known-told"))
            assert [tuple(row) for row in rows] == [(asked, "client", known)] * times


def test_a_leavers_leads_wait_in_the_pool_and_are_given_again(app: Flask) -> None:
    del app
    lead, people = given()
    with work.unit(), access.acting(access.SYSTEM):
        leaver = people["broker"].broker_id
        boss = people["boss"].broker_id
        brokers.leave(leaver, Farewell(left_on=clock.firm_day(), heir=boss))
    with work.unit(), access.acting(people["boss"]):
        row = queries.one(lead)
        assert (row.state, row.broker_id, open_items()) == (LeadState.NEW, None, [])
        service.assign(lead, number(people["boss"]))
        assert queries.one(lead).broker_id == boss


def test_whose_lead_it_was_brought_the_client_whoever_takes_him_in(app: Flask) -> None:
    del app
    lead, people = given()
    with work.unit(), access.acting(access.SYSTEM):
        client = service.convert(lead, Conversion(no="L-9"))
        row = work.session().get_one(Introduction, client)
        assert row.broker_id == people["broker"].broker_id


def test_a_wiped_clients_lines_leave_the_files_of_leads_however_his_number_is_written(
    app: Flask,
) -> None:
    del app
    with work.unit():
        people = firm()
    head = "手机,姓名,来源,同意方式,同意日期,凭证\n"
    rest = "fair,书面,2026-01-05,表 1\n"
    lines = f"138 0013 8000,赵敏敏,{rest}13900139000,钱多,{rest}"
    with access.acting(people["marketing"]):
        with work.unit(writes=False):
            made = intake.receive("leads", "leads.csv", io.BytesIO((head + lines).encode()))
        runner.drain()
        for step in (desk.check, desk.apply):
            with work.unit():
                step(made)
            runner.drain()
    with work.unit(), access.acting(access.SYSTEM):
        lead = work.session().scalars(select(Lead).where(Lead.name == "赵敏敏")).one()
        client = make.client(name="赵敏敏")
        lead.client_id = client
        work.session().flush()
        keeping.erase(client)
    with work.unit(writes=False):
        whole = b"".join(work.session().scalars(select(Part.data).order_by(Part.seq)))
        assert "赵敏敏".encode() not in whole
        assert "钱多".encode() in whole
