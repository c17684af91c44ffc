"""Transfers, deputies, agreements and what a broker's page says of clients, as of a past day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from hub.brokers.models import Broker
from hub.kernel import access, clock, work
from hub.pages.readings import Reading
from hub.relationship import deputies, service, transfers
from hub.relationship.agreements import service as agreements
from hub.relationship.agreements.forms import AgreementWish
from hub.relationship.agreements.rules import Side
from hub.relationship.forms import DeputyWish, TransferWish
from hub.relationship.rules import TransferState
from hub.relationship.transfer_models import Transfer
from tests import make, programs, staff
from tests.relationship.contracts import House, concluded

DAY = timedelta(days=1)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), ZoneInfo("Asia/Shanghai"))


def no(broker: int) -> str:
    return work.session().scalars(select(Broker.no).where(Broker.id == broker)).one()


@pytest.fixture
def pair(app: Flask) -> tuple[staff.Browser, programs.Program, int, int]:
    """Somebody who leads the firm, as a browser and a program, and two brokers below him."""
    with work.unit():
        user_id = staff.user("manager", "broker")
        chief = staff.broker(user_id)
        made = [staff.broker(under=chief, name=name) for name in ("Li Ming", "Wang Fang")]
        program = programs.Program(app, programs.token(user_id).text)
    return staff.signed_in(app, user_id), program, made[0], made[1]


Pair = tuple[staff.Browser, programs.Program, int, int]


@pytest.mark.feature("S07")
def test_transfers_are_listed_as_they_stood_on_a_day(pair: Pair) -> None:
    browser, program, giver, receiver = pair
    today = clock.firm_day()
    with clock.set_to(noon(today - 10 * DAY)), work.unit(), access.acting(access.SYSTEM):
        service.assign(make.client(), giver, valid_from=clock.firm_day())
        wish = TransferWish(
            giver=giver, receiver_no=no(receiver), valid_from=today, reason="leaves"
        )
        asked_for = transfers.ask(wish)
    with clock.set_to(noon(today - 4 * DAY)), work.unit(), access.acting(access.SYSTEM):
        transfers.withdraw(asked_for)

    def state(**query: str) -> list[str]:
        items = program.get("/transfers", query_string=query).get_json()["items"]
        return [item["state"] for item in items]

    over = str(TransferState.WITHDRAWN)
    assert state(day=str(today - 11 * DAY)) == []
    assert state(day=str(today - 5 * DAY)) == state(day=str(today - 10 * DAY)) == ["open"]
    assert state(day=str(today - 4 * DAY)) == state(day=str(today)) == state() == [over]
    assert state(day=str(today), known_at=noon(today - 5 * DAY).isoformat()) == ["open"]
    assert state(day=str(today - 5 * DAY), state="open") == ["open"]
    assert state(day=str(today - 5 * DAY), state=over) == []
    assert "Li Ming" in browser.get(f"/transfers/?day={today - 5 * DAY}&state=open").text
    with work.unit(writes=False):
        assert work.session().get_one(Transfer, asked_for).state == over


@pytest.mark.feature("S07")
def test_whoever_was_on_leave_is_read_as_of_the_day(pair: Pair) -> None:
    browser, program, absent, deputy = pair
    today = clock.firm_day()

    def name(first: date, end: date) -> int:
        wish = DeputyWish(deputy_no=no(deputy), valid_from=first, valid_to=end, reason="leave")
        return deputies.name(absent, wish)

    with clock.set_to(noon(today - 20 * DAY)), work.unit(), access.acting(access.SYSTEM):
        name(today - 20 * DAY, today - 15 * DAY)
        called_off = name(today - 10 * DAY, today + 10 * DAY)
    with clock.set_to(noon(today - 5 * DAY)), work.unit(), access.acting(access.SYSTEM):
        deputies.call_off(absent, called_off)

    def there(**query: str) -> int:
        found = program.get(f"/brokers/{absent}/deputies", query_string=query).get_json()
        return len(found["items"])

    assert [there(day=str(today - days * DAY)) for days in (21, 20, 16, 15, 10, 6, 5, 0)] == [
        0, 1, 1, 0, 1, 1, 0, 0,
    ]  # fmt: skip
    assert there() == 0
    assert there(day=str(today), known_at=noon(today - 6 * DAY).isoformat()) == 1
    assert there(day=str(today - 16 * DAY), known_at=noon(today - 21 * DAY).isoformat()) == 0
    page = browser.get(f"/deputies/{absent}?day={today - 16 * DAY}").text
    assert "Wang Fang stands in" in page
    assert (
        "Nobody stands in on this day" in browser.get(f"/deputies/{absent}?day={today - DAY}").text
    )
    with work.unit(writes=False), access.acting(access.SYSTEM):
        assert deputies.of_broker(absent, Reading()) == []


@pytest.mark.feature("S07")
def test_a_brokers_page_counts_the_clients_of_the_day(pair: Pair) -> None:
    browser, _program, first, second = pair
    today = clock.firm_day()
    with work.unit(), access.acting(access.SYSTEM):
        client = make.client()
        service.assign(client, first, valid_from=today - 30 * DAY)
        service.assign(client, second, valid_from=today)
    assert "Serves 0 clients today" in browser.get(f"/brokers/{first}?panels=all").text
    past = browser.get(f"/brokers/{first}?panels=all&day={today - DAY}").text
    assert "1 client served on" in past
    assert f"/relationship/brokers/{first}/clients?day={today - DAY}" in past


@pytest.mark.feature("S08")
def test_agreements_of_a_past_day_stand_as_they_stood(app: Flask) -> None:
    house, today = House().build(), clock.firm_day()
    concluded(house, today - 30 * DAY, reason="signed on paper", last_day=today - 10 * DAY)
    program = programs.of(app, "compliance")

    def states(**query: str) -> list[str]:
        items = program.get("/agreements", query_string=query).get_json()["items"]
        return [item["state"] for item in items]

    assert states() == ["over"]
    assert states(day=str(today - 20 * DAY)) == ["in-force"]
    assert states(day=str(today - 20 * DAY), state="over") == []
    assert states(day=str(today - 31 * DAY)) == []


@pytest.mark.feature("S08")
def test_a_brokers_page_names_the_contract_that_counted_on_the_day(pair: Pair) -> None:
    browser, program, broker, _other = pair
    today = clock.firm_day()
    wish = AgreementWish(
        no="A-1", title="Agency", valid_from=today - 30 * DAY, plan="p1",
        last_day=today - 10 * DAY, reason="signed on paper",
    )  # fmt: skip
    with work.unit(), access.acting(access.SYSTEM):
        agreements.conclude(Side.BROKER, broker, wish)
    then = today - 20 * DAY
    past = browser.get(f"/brokers/{broker}?panels=all&day={then}").text
    assert "Counts on" in past
    assert "version 1, plan p1" in past
    assert "version 1" not in browser.get(f"/brokers/{broker}?panels=all").text
    query = {"day": str(then)}
    found = program.get(f"/brokers/{broker}/agreements", query_string=query).get_json()
    assert found["items"][0]["state"] == "in-force"
