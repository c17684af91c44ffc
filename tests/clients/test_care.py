"""Care flags: put with a reason, asked of any day, ended by hand and by themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hub.clients import flags, segments
from hub.clients import service as clients
from hub.clients.care import queries, service
from hub.clients.care.forms import CareWish
from hub.clients.care.rules import CareKind
from hub.clients.models import Client
from hub.kernel import access, clock, outbox, runner, work
from hub.kernel.audit import AuditRow
from hub.kernel.dated import AsOf
from tests import make, programs, staff

pytestmark = pytest.mark.feature("S31")

MARCH, APRIL = (datetime(2026, month, 10, 4, tzinfo=UTC) for month in (3, 4))
FORM = {"kind": "do_not_contact", "reason": "asked by phone", "last_day": ""}


def wish(kind: CareKind = CareKind.BEREAVED, last_day: date | None = None) -> CareWish:
    return CareWish(kind=kind, reason="his wife died", last_day=last_day)


def has(client_id: int, kind: CareKind) -> bool:
    row = select(flags.is_set(kind.value, Client.flags)).where(Client.id == client_id)
    return bool(work.session().scalar(row))


def days(client_id: int) -> list[tuple[str, str, str]]:
    return [
        (line.kind, str(line.valid_from), str(line.valid_to or ""))
        for line in queries.of_client(client_id)
    ]


def members(kind: CareKind, on: date | None = None) -> list[Any]:
    rule = {"field": kind.value, "op": "known"}
    return list(work.session().scalars(segments.members(rule, AsOf(on) if on else None)))


def test_a_flag_holds_to_the_end_of_its_last_day_and_ends_by_itself(app: Flask) -> None:
    del app
    with work.unit(), access.acting(access.SYSTEM):
        client = make.client()
        make.client()
        with clock.set_to(MARCH):
            service.put(client, wish(last_day=date(2026, 4, 9)))
            assert has(client, CareKind.BEREAVED)
            assert members(CareKind.BEREAVED) == [client]
        with clock.set_to(APRIL):
            service.catch_up()
            assert not has(client, CareKind.BEREAVED)
            assert members(CareKind.BEREAVED) == []
            assert members(CareKind.BEREAVED, on=date(2026, 4, 9)) == [client]
            assert members(CareKind.BEREAVED, on=date(2026, 3, 9)) == []
            assert days(client) == [("bereaved", "2026-03-10", "2026-04-10")]
            assert flags.wrong("bereaved") == 0


def test_a_new_reason_takes_the_place_of_the_present_one(app: Flask) -> None:
    del app
    with work.unit(), access.acting(access.SYSTEM):
        client = make.client()
        with clock.set_to(MARCH):
            service.put(client, wish())
            service.put(client, wish())
            service.put(client, wish(CareKind.VULNERABLE))
        with clock.set_to(APRIL):
            service.put(client, wish())
            assert days(client) == [
                ("bereaved", "2026-04-10", ""), ("vulnerable", "2026-03-10", ""),
                ("bereaved", "2026-03-10", "2026-04-10"),
            ]  # fmt: skip
            service.end(client, queries.of_client(client)[1].id)
        assert has(client, CareKind.BEREAVED)
        assert not has(client, CareKind.VULNERABLE)


def test_the_timetable_ends_what_is_over(app: Flask) -> None:
    del app
    with work.unit(), access.acting(access.SYSTEM):
        client = make.client()
        with clock.set_to(MARCH):
            service.put(client, wish(last_day=date(2026, 3, 10)))
    with work.unit():
        outbox.defer("clients.end_care", "now")
    runner.drain()
    with work.unit(writes=False):
        assert not has(client, CareKind.BEREAVED)


def test_a_broker_flags_whom_he_serves_and_the_log_keeps_no_reason(app: Flask) -> None:
    with work.unit():
        user_id, marketing = staff.user("broker"), staff.user("marketing")
        mine, other = make.client(), make.client()
        staff.tie(user_id, client=make.client(), serves=mine, branch="x")
    browser = staff.signed_in(app, user_id)
    assert browser.post(f"/clients/{other}/care", FORM).status_code == 404
    refused = browser.post(f"/clients/{mine}/care", FORM | {"reason": "", "last_day": "2020-01-01"})
    assert refused.status_code == 422
    assert 'id="error-reason"' in refused.text
    assert 'id="error-last_day"' in refused.text
    assert browser.post(f"/clients/{mine}/care", FORM).status_code == 303
    page = browser.get(f"/clients/{mine}").text
    assert 'data-care="do_not_contact"' in page
    assert "asked by phone" in page
    with work.unit(writes=False):
        logged = select(AuditRow.detail).where(AuditRow.verb == "care-put")
        assert list(work.session().scalars(logged)) == [{"kind": "do_not_contact", "until": None}]
        care_id = queries.of_client(mine)[0].id
    seen = staff.signed_in(app, marketing).get(f"/clients/{mine}").text
    assert 'data-care="do_not_contact"' in seen
    assert "asked by phone" not in seen
    assert browser.post(f"/clients/{mine}/care/{care_id}/end").status_code == 303
    assert 'data-care="do_not_contact"' not in browser.get(f"/clients/{mine}").text


@pytest.mark.database("sqlite")
def test_a_program_does_the_same(app: Flask) -> None:
    with work.unit():
        user_id, client = staff.user("agent", "broker"), make.client()
        staff.tie(user_id, client=make.client(), serves=client, branch="x")
        token = programs.token(user_id).text
    program = programs.Program(app, token)
    made = program.post(f"/clients/{client}/care", {"kind": "vulnerable", "reason": "cannot read"})
    assert made.status_code == 201
    shown = program.get(f"/clients/{client}/care").json
    assert shown == made.json
    assert "cannot read" in made.text
    assert program.delete(f"/clients/{client}/care/1").status_code == 204
    assert program.get(f"/clients/{client}/care").json == {"items": []}
    compliance = programs.of(app, "marketing")
    assert compliance.get(f"/clients/{client}/care").json == {"items": []}


def test_a_wiped_persons_flags_go_and_his_file_told_them(app: Flask) -> None:
    del app
    with work.unit(), access.acting(access.SYSTEM):
        client = make.client()
        service.put(client, wish())
        assert clients.personal(client)["care"][0]["reason"] == "his wife died"
        clients.wipe(client)
        assert days(client) == []
        assert not has(client, CareKind.BEREAVED)
