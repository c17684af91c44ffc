"""The gate: a broker reaches only the clients he serves, and learns nothing of the others."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from hub.clients import queries as clients
from hub.clients.models import Client
from hub.kernel import access, clock, modules, work
from hub.kernel.audit import AuditRow
from hub.relationship import queries, service
from hub.relationship.models import Serving
from tests import make, staff

DAY = timedelta(days=1)


class Desk:
    """Two brokers with a client each, and a client nobody serves."""

    def __init__(self) -> None:
        with work.unit(), access.acting(access.SYSTEM):
            today = clock.firm_day()
            self.wang_user, self.zhao_user = staff.user("broker"), staff.user("broker")
            self.wang, self.zhao = staff.broker(self.wang_user), staff.broker(self.zhao_user)
            self.mine = make.client(sms="13800000001", name="Mine Of Wang")
            self.theirs = make.client(email="their@post.example", name="Theirs Of Zhao")
            self.nobodys = make.client(name="Of Nobody")
            service.assign(self.mine, self.wang, valid_from=today - 10 * DAY)
            service.assign(self.theirs, self.zhao, valid_from=today - 10 * DAY)
            self.manager = staff.user("manager")
            self.compliance = staff.user("compliance")
            self.operator = staff.user("operator")


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def seen_by(user_id: int) -> set[int]:
    with work.unit(writes=False), access.acting(staff.actor(user_id)):
        return set(work.session().scalars(clients.visible(Client.id)))


def test_a_broker_sees_only_the_clients_he_serves_today(app: Flask, desk: Desk) -> None:
    assert seen_by(desk.wang_user) == {desk.mine}
    browser = staff.signed_in(app, desk.wang_user)
    page = browser.get("/clients/").text
    assert "Mine Of Wang" in page
    assert "Theirs Of Zhao" not in page
    assert "Of Nobody" not in page


def test_anothers_client_is_answered_like_a_missing_row(app: Flask, desk: Desk) -> None:
    browser = staff.signed_in(app, desk.wang_user)
    missing = browser.get("/clients/999999")
    hidden = browser.get(f"/clients/{desk.theirs}")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.text.replace(f"/{desk.theirs}", "/999999") == missing.text
    for path, data in (
        ("edit", {"no": "X1", "name": "taken over"}),
        ("contacts", {"kind": "sms", "value": "13800000009"}),
        ("contacts/1/remove", {}),
        ("contacts/1/primary", {}),
        ("contacts/1/reveal", {}),
    ):
        assert browser.post(f"/clients/{desk.theirs}/{path}", data).status_code == 404, path
    with work.unit(writes=False):
        assert work.session().get_one(Client, desk.theirs).name == "Theirs Of Zhao"
        refused = work.session().scalars(
            select(AuditRow.actor_id).where(
                AuditRow.verb == "refused",
                AuditRow.subject == "client",
                AuditRow.subject_id == desk.theirs,
            )
        )
        assert set(refused) == {desk.wang_user}


def test_a_search_by_phone_finds_only_own_clients(app: Flask, desk: Desk) -> None:
    wang, zhao = staff.signed_in(app, desk.wang_user), staff.signed_in(app, desk.zhao_user)
    assert "Mine Of Wang" in wang.get("/clients/?q=138 0000 0001").text
    assert "Mine Of Wang" not in zhao.get("/clients/?q=138 0000 0001").text


def test_a_client_handed_over_changes_hands_on_the_day(app: Flask, desk: Desk) -> None:
    today = clock.firm_day()
    with work.unit(), access.acting(access.SYSTEM):
        service.assign(desk.mine, desk.zhao, valid_from=today)
    assert seen_by(desk.wang_user) == set()
    assert seen_by(desk.zhao_user) == {desk.mine, desk.theirs}
    with work.unit(writes=False):
        assert queries.broker_of(desk.mine, today - DAY) == desk.wang
        assert queries.broker_of(desk.mine, today) == desk.zhao


def test_an_assignment_of_tomorrow_changes_nothing_today(app: Flask, desk: Desk) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        service.assign(desk.mine, desk.zhao, valid_from=clock.firm_day() + DAY)
    assert seen_by(desk.wang_user) == {desk.mine}
    with work.unit(writes=False):
        assert queries.broker_of(desk.mine, clock.firm_day() + DAY) == desk.zhao


def test_two_corrections_at_one_moment_leave_one_broker_a_day(app: Flask, desk: Desk) -> None:
    today = clock.firm_day()
    with clock.set_to(clock.now()), work.unit(), access.acting(access.SYSTEM):
        service.assign(desk.mine, desk.zhao, valid_from=today)
        service.assign(desk.mine, desk.wang, valid_from=today - 2 * DAY)
        service.assign(desk.mine, desk.zhao, valid_from=today + DAY)
    with work.unit(writes=False):
        line = [(one.valid_from, one.valid_to) for one in queries.history(desk.mine)]
    assert line == [
        (today + DAY, None), (today - 2 * DAY, today + DAY), (today - 10 * DAY, today - 2 * DAY),
    ]  # fmt: skip


def test_the_database_refuses_two_brokers_on_one_day(app: Flask, desk: Desk) -> None:
    with pytest.raises(IntegrityError), work.unit():
        work.session().add(
            Serving(
                client_id=desk.mine, broker_id=desk.zhao, known_from=clock.now(),
                valid_from=clock.firm_day() - 3 * DAY, valid_to=clock.firm_day(),
            )
        )  # fmt: skip
    with work.unit(writes=False):
        today = queries.holds_on(clock.firm_day())
        count = select(func.count()).where(Serving.client_id == desk.mine, today)
        assert work.session().scalar(count) == 1


def test_a_retired_broker_gets_no_clients_and_sees_none(app: Flask, desk: Desk) -> None:
    with work.unit():
        retired = staff.broker(left_on=clock.firm_day())
    manager = staff.signed_in(app, desk.manager)
    form = {"broker": str(retired), "valid_from": clock.firm_day().isoformat()}
    assert manager.post(f"/relationship/clients/{desk.nobodys}/assign", form).status_code == 422


def test_a_manager_reads_all_and_operates_on_his_own_clients_only(app: Flask, desk: Desk) -> None:
    manager = staff.signed_in(app, desk.manager)
    assert manager.get(f"/clients/{desk.theirs}").status_code == 200
    assert manager.get(f"/clients/{desk.theirs}/edit").status_code == 403
    with work.unit():
        own = staff.broker(desk.manager)
    form = {"broker": str(own), "valid_from": clock.firm_day().isoformat()}
    assert manager.post(f"/relationship/clients/{desk.nobodys}/assign", form).status_code == 303
    assert manager.get(f"/clients/{desk.nobodys}/edit").status_code == 200


def test_compliance_reads_all_and_changes_nothing(app: Flask, desk: Desk) -> None:
    browser = staff.signed_in(app, desk.compliance)
    assert browser.get(f"/clients/{desk.theirs}").status_code == 200
    assert browser.get(f"/clients/{desk.theirs}/edit").status_code == 403
    form = {"broker": "1", "valid_from": clock.firm_day().isoformat()}
    assert browser.post(f"/relationship/clients/{desk.mine}/assign", form).status_code == 403


def test_an_operator_sees_no_client(app: Flask, desk: Desk) -> None:
    assert seen_by(desk.operator) == set()
    assert staff.signed_in(app, desk.operator).get("/clients/").status_code == 403


def test_a_client_is_himself_and_nobody_else(app: Flask, desk: Desk) -> None:
    with work.unit():
        user_id = staff.user("client")
        work.session().get_one(Client, desk.mine).user_id = user_id
    assert seen_by(user_id) == {desk.mine}


def test_marketing_reaches_every_client_and_writes_to_none(app: Flask, desk: Desk) -> None:
    with work.unit():
        user_id = staff.user("marketing")
    assert seen_by(user_id) == {desk.mine, desk.theirs, desk.nobodys}
    with work.unit(writes=False):
        marketing = staff.actor(user_id)
        assert not access.may(marketing, "clients.write", desk.mine)
        assert not access.may(marketing, "clients.reveal", desk.mine)


def test_the_clients_page_shows_who_serves_him(app: Flask, desk: Desk) -> None:
    page = staff.signed_in(app, desk.wang_user).get(f"/clients/{desk.mine}").text
    assert "Serving broker" in page
    with work.unit(writes=False):
        served = queries.personal(desk.mine)["served_by"]
    assert [line["to"] for line in served] == [None]
    assert date.fromisoformat(served[0]["from"]) == clock.firm_day() - 10 * DAY


def test_a_broker_serves_whom_he_takes_in_by_either_door(app: Flask) -> None:
    with work.unit():
        user_id = staff.user("broker")
        staff.broker(user_id)
        manager_id = staff.user("manager")
    broker, manager = staff.signed_in(app, user_id), staff.signed_in(app, manager_id)
    mine = broker.post("/clients/new", {"no": "P-1", "name": "王芳", "language": "zh"})
    assert mine.status_code == 303, mine.text
    assert broker.get(mine.headers["Location"]).status_code == 200
    theirs = manager.post("/clients/new", {"no": "P-2", "name": "李伟", "language": "zh"})
    assert broker.get(theirs.headers["Location"]).status_code == 404
    for role in ("broker", "manager", "marketing"):
        assert modules.loaded().roles[role] >= {"clients.create", "clients.import"}
    for role, rights in modules.loaded().roles.items():
        assert ("clients.create" in rights) == ("clients.import" in rights), role
