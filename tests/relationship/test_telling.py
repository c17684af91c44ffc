"""Whose broker changes is told so, on the channel he prefers, however it came about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from channels.deliveries.models import Batch, Delivery
from hub.brokers import queries as brokers
from hub.brokers import service as staff_service
from hub.brokers.forms import Farewell
from hub.clients.models import Client
from hub.kernel import access, clock, runner, work
from hub.kernel.audit import AuditRow
from hub.relationship import changes, service
from hub.relationship.models import Change
from hub.relationship.rules import ChangeKind
from tests import make, staff
from tests.brokers.files import Office, counts

DAY = timedelta(days=1)
FILE = "客户号,经纪人,生效日期\n"
pytestmark = pytest.mark.feature("S07")


class House:
    """Two brokers, B1 and B2; clients whom B1 serves, reached by mail and phone."""

    def __init__(self, *prefers: str | None, agreed: bool = True) -> None:
        with work.unit():
            self.brokers = [
                staff.broker(no=f"B{number}", name=f"Name{number}") for number in (1, 2)
            ]
            self.clients = [
                make.client(
                    no=f"C{number}", email=f"c{number}@post.example",
                    sms=f"1390000000{number}", preferred_channel=prefer,
                    consent_to=("service",) if agreed else (),
                )
                for number, prefer in enumerate(prefers)
            ]  # fmt: skip
        for client in self.clients:
            self.assign(client, 0, -30)

    def assign(self, client: int, broker: int, days: int = 0) -> None:
        with work.unit(), access.acting(access.SYSTEM):
            day = clock.firm_day() + days * DAY
            service.assign(client, self.brokers[broker], valid_from=day)


def told() -> list[tuple[Any, ...]]:
    """Deliveries: to whom, on which channel, what stopped it."""
    runner.drain()
    query = select(Delivery.person_id, Delivery.channel, Delivery.reason)
    with work.unit(writes=False):
        return [tuple(row) for row in work.session().execute(query.order_by(Delivery.id))]


def letters() -> list[dict[str, Any]]:
    """What the batches say, the first first."""
    with work.unit(writes=False):
        return list(work.session().scalars(select(Batch.variables).order_by(Batch.id)))


def acts() -> list[tuple[str, int]]:
    """The acts that somebody was told of, and of how many: as the log has them."""
    with work.unit(writes=False), access.acting(access.SYSTEM):
        rows = work.session().scalars(select(AuditRow).where(AuditRow.verb == "clients-moved"))
        return [(row.detail["by"], row.detail["clients"]) for row in rows]


def test_a_client_is_told_where_he_prefers_else_where_he_is_reached(app: Flask) -> None:
    del app
    house = House(None, "sms", "email")
    with work.unit():
        lone = make.client(
            email="lone@post.example", preferred_channel="sms", consent_to=("service",)
        )
    house.assign(lone, 0, -30)
    assert told() == []  # nobody served them before: for them nobody changes
    for client in (*house.clients, lone):
        house.assign(client, 1)
    ways = ["email", "sms", "email", "email"]
    assert told() == [(one, way, "") for one, way in zip([*house.clients, lone], ways, strict=True)]
    assert acts() == [("hand", 1)] * 4


def test_whoever_did_not_agree_to_service_messages_is_stopped_by_the_ports_gate(
    app: Flask,
) -> None:
    del app
    house = House("sms", agreed=False)
    house.assign(house.clients[0], 1)
    assert told() == [(house.clients[0], "sms", "no_service_consent")]


def test_a_change_of_a_later_day_is_told_when_it_is_decided_and_names_the_day(app: Flask) -> None:
    del app
    house = House(None)
    house.assign(house.clients[0], 1, 5)
    assert len(told()) == 1
    day = (clock.firm_day() + 5 * DAY).isoformat()
    assert letters() == [{"broker": "Name2", "day": day}]
    house.assign(house.clients[0], 1, 5)  # the same once more changes nobody
    assert len(told()) == 1


@pytest.mark.parametrize("kind", ["relationships", "clients"])
def test_a_file_tells_those_whom_it_moved_in_one_letter_a_broker(app: Flask, kind: str) -> None:
    del app
    house, office = House(None, None, None), Office()
    today = clock.firm_day()
    if kind == "relationships":
        days = (today - 400 * DAY, today - 3 * DAY)
        text = FILE + "".join(f"C{n},B2,{day}\n" for n, day in enumerate(days))
    else:
        text = "客户号,姓名,经纪人\n" + "".join(f"C{n},某人,B2\n" for n in range(2))
    assert counts(office.bring(text, kind, access.SYSTEM)) == (0, 2, 0, 0)
    assert sorted(told()) == sorted((one, "email", "") for one in house.clients[:2])
    assert letters() == [{"broker": "Name2", "day": today.isoformat()}]
    assert acts() == [("file", 2)]
    office.bring(text, kind, access.SYSTEM)
    assert len(told()) == 2


def test_a_file_of_several_slices_tells_once(app: Flask) -> None:
    del app
    office, many = Office(), range(510)
    with work.unit():
        for number in (1, 2):
            staff.broker(no=f"B{number}", name=f"Name{number}")
    text = "客户号,姓名,邮箱,经纪人\n"
    office.bring(text + "".join(f"C{n},某,c{n}@post.example,B1\n" for n in many), "clients",
                 access.SYSTEM)  # fmt: skip
    assert (told(), acts()) == ([], [])
    text = FILE + "".join(f"C{n},B2,{clock.firm_day()}\n" for n in many)
    assert counts(office.bring(text, "relationships", access.SYSTEM)) == (0, 510, 0, 0)
    assert {row[2] for row in told()} == {"no_service_consent"}
    assert len(told()) == 510
    assert (len(letters()), acts()) == (1, [("file", 510)])


def test_a_first_file_of_who_serves_whom_tells_nobody(app: Flask) -> None:
    del app
    office = Office()
    with work.unit():
        staff.broker(no="B1")
        make.client(no="C1", email="c1@post.example", consent_to=("service",))
    assert counts(office.bring(FILE + "C1,B1,2020-01-05\n", "relationships", access.SYSTEM))[1] == 1
    assert told() == []


def test_a_leavers_clients_are_told_at_once_of_the_day_and_the_desk(app: Flask) -> None:
    del app
    house = House(None, "sms")
    day = clock.firm_day() + 7 * DAY
    with work.unit(), access.acting(access.SYSTEM):
        staff_service.leave(house.brokers[0], Farewell(left_on=day))
        desk = brokers.name_of(brokers.desk_of("Pudong") or 0).name
    assert [row[:2] for row in told()] == [(house.clients[0], "email"), (house.clients[1], "sms")]
    assert letters() == [{"broker": desk, "day": day.isoformat()}] * 2
    assert acts() == [("leave", 2)]


def test_a_second_telling_of_one_act_writes_to_nobody(app: Flask) -> None:
    del app
    house = House(None)
    with work.unit(), access.acting(access.SYSTEM):
        change = Change(kind=ChangeKind.FILE, cause="import:9", made_at=clock.now())
        work.session().add(change)
        work.session().flush()
        here = select(Client.id).where(Client.id == house.clients[0])
        service.assign_all(here, house.brokers[1], valid_from=clock.firm_day(), change=change.id)
        number = change.id
    for _again in range(2):
        with work.unit(), access.acting(access.SYSTEM):
            changes.tell(number)
    assert len(told()) == 1
