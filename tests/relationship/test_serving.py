"""Who served whom on any day, as known at a moment, on pages and for programs."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from hub.brokers import queries as brokers
from hub.kernel import access, clock, work
from hub.kernel.errors import Invalid
from hub.relationship import queries, service
from tests import programs, staff
from tests.relationship.contracts import DAY, House

pytestmark = pytest.mark.feature("S07")


def test_who_served_is_read_as_of_a_day_and_as_known_at_a_moment(app: Flask) -> None:
    house, today = House().build(), clock.firm_day()
    names = {name: house.brokers[name] for name in ("wang", "zhao")}
    with work.unit(), access.acting(access.SYSTEM):
        service.assign(house.client, names["wang"], valid_from=today - 10 * DAY)
    before = clock.now().isoformat()
    with work.unit(), access.acting(access.SYSTEM):
        service.assign(house.client, names["zhao"], valid_from=today - 5 * DAY)
    with work.unit():
        chief = programs.Program(app, programs.token(house.users["manager"]).text)
        nos = {name: brokers.name_of(broker).no for name, broker in names.items()}
        called = brokers.name_of(names["zhao"]).name

    def told(back: int, **query: str) -> Any:
        asked = {"day": (today - back * DAY).isoformat()} | query
        return chief.get(f"/clients/{house.client}/serving", query_string=asked).json

    for back, query, name in (
        (0, {}, "zhao"), (7, {}, "wang"), (3, {}, "zhao"), (3, {"known_at": before}, "wang"),
    ):  # fmt: skip
        assert told(back, **query)["on_day"]["broker_no"] == nos[name], back
    long_ago = told(99)
    assert long_ago["on_day"] is None
    ends = {line["valid_from"]: line["valid_to"] for line in long_ago["items"]}
    assert [ends[first] for first in sorted(ends)] == [*sorted(ends)[1:], None]  # no gap
    browser = staff.signed_in(app, house.users["manager"])
    page = f"/relationship/clients/{house.client}/serving?day="
    assert f"served by {called}" in browser.get(f"{page}{today - 3 * DAY}").text
    assert browser.get(f"{page}never").status_code == 422


def test_a_brokers_clients_of_any_day_are_those_whom_the_reader_sees(app: Flask) -> None:
    house, today = House().build(), clock.firm_day()
    wang, zhao = (house.brokers[name] for name in ("wang", "zhao"))
    with work.unit(), access.acting(access.SYSTEM):
        service.assign(house.client, wang, valid_from=today - 10 * DAY)
        service.assign(house.client, zhao, valid_from=today - 5 * DAY)
    with work.unit():
        readers = {
            name: programs.Program(app, programs.token(house.users[name]).text)
            for name in ("manager", "wang")
        }
    for name, broker, day, count in (
        ("manager", wang, today, 0), ("manager", wang, today - 7 * DAY, 1),
        ("manager", zhao, today, 1), ("wang", wang, today - 7 * DAY, 0),  # no more his to see
    ):  # fmt: skip
        query = {"day": day.isoformat()}
        told: Any = readers[name].get(f"/brokers/{broker}/clients/count", query_string=query).json
        rows: Any = readers[name].get(f"/brokers/{broker}/clients", query_string=query).json
        assert (told["clients"], len(rows["items"])) == (count, count), (name, broker, day)
    browser = staff.signed_in(app, house.users["manager"])
    page = browser.get(f"/relationship/brokers/{wang}/clients?day={today - 7 * DAY}")
    assert "1 client of yours to see" in page.text


def test_days_on_which_others_served_are_not_taken_from_them(app: Flask) -> None:
    del app
    house, today = House().build(), clock.firm_day()
    with work.unit(), access.acting(access.SYSTEM):
        stranger = staff.broker()  # the manager does not lead him
        service.assign(house.client, stranger, valid_from=today - 20 * DAY)
        service.assign(house.client, house.brokers["wang"], valid_from=today - 10 * DAY)
    with work.unit():
        chief = staff.actor(house.users["manager"])
    zhao = house.brokers["zhao"]
    with pytest.raises(Invalid, match="Others"), work.unit(), access.acting(chief):
        service.assign(house.client, zhao, valid_from=today - 15 * DAY)
    with work.unit(), access.acting(chief):
        service.assign(house.client, zhao, valid_from=today - 5 * DAY)
    with work.unit(writes=False):
        assert queries.broker_of(house.client, today - 15 * DAY) == stranger
        assert queries.broker_of(house.client) == zhao
