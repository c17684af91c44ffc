"""Whoever plans to leave works until the day; on it everything changes, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hub.brokers import service as tree
from hub.brokers.forms import Farewell
from hub.brokers.models import Broker
from hub.kernel import access, clock, work
from hub.relationship import deputies, leaving, queries, service, transfer_queries, transfers
from hub.relationship.forms import DeputyWish, Say, TransferWish
from hub.relationship.leads import service as leads
from hub.relationship.leads.forms import SourceWish
from hub.relationship.leads.models import Lead
from hub.relationship.models import Deputy
from hub.relationship.transfer_models import Transfer
from tests import make, staff
from tests.relationship.test_leads import wish

DAY = timedelta(days=1)
pytestmark = pytest.mark.feature("S07")


@dataclass
class Office:
    """A chief, a leaver with a client, a lead, a deputy; a transfer the others agreed to."""

    actors: dict[str, access.Actor]
    client: int
    lead: int
    transfer: int

    def broker(self, name: str) -> int:
        return self.actors[name].broker_id or 0

    def leave(self, day: date) -> None:
        with work.unit(), access.acting(access.SYSTEM):
            tree.leave(self.broker("leaver"), Farewell(left_on=day))

    def holds(self) -> tuple[bool, bool, bool, str]:
        """Whether lead, deputy and seat are still the leaver's; the transfer's state."""
        leaver = self.broker("leaver")
        with work.unit(writes=False):
            session = work.session()
            return (
                session.get_one(Lead, self.lead).broker_id == leaver,
                session.scalars(select(Deputy)).one().ended_at is None,
                any(line.broker_id == leaver for line in transfer_queries.votes(self.transfer)),
                session.get_one(Transfer, self.transfer).state,
            )

    def serves(self, day: date) -> int | None:
        with work.unit(writes=False):
            return queries.broker_of(self.client, day)


def office(valid_from: date) -> Office:
    """As it is on the day on which the leave is planned."""
    with work.unit():
        users = {"chief": staff.user("manager")}
        chief = staff.broker(users["chief"])
        for name in ("leaver", "heir"):
            users[name] = staff.user("broker")
            staff.broker(users[name], under=chief)
        actors = {name: staff.actor(user) for name, user in users.items()}
        ids = {name: actor.broker_id or 0 for name, actor in actors.items()}
        nos = {name: work.session().get_one(Broker, one).no for name, one in ids.items()}
        client = make.client()
        with access.acting(access.SYSTEM):
            service.assign(client, ids["leaver"], valid_from=clock.firm_day() - 30 * DAY)
            source = leads.define(SourceWish(code="fair", title_zh="展", title_en="F", weight=2))
        with access.acting(actors["leaver"]):
            lead = leads.enter(wish(source))
        with access.acting(actors["chief"]):
            deputies.name(ids["leaver"], DeputyWish(
                deputy_no=nos["chief"], valid_from=clock.firm_day() + 20 * DAY,
                valid_to=clock.firm_day() + 40 * DAY, reason="x",
            ))  # fmt: skip
            transfer = transfers.ask(TransferWish(
                giver=ids["leaver"], receiver_no=nos["heir"], valid_from=valid_from, reason="x",
            ))  # fmt: skip
        with access.acting(actors["heir"]):
            transfers.say(transfer, Say(agreed="yes"))
    return Office(actors, client, lead, transfer)


def turn() -> None:
    """The day's job."""
    with work.unit(), access.acting(access.SYSTEM):
        leaving.turn()


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("later", [0, 7, 9])
def test_what_a_leaver_holds_is_his_until_the_day_and_nobodys_from_then_on(later: int) -> None:
    now, today = clock.now(), clock.firm_day()
    house = office(today + later * DAY)
    house.leave(today + 7 * DAY)
    turn()
    assert house.holds() == (True, True, True, "open")
    with clock.set_to(now + 6 * DAY):
        turn()
        assert house.holds() == (True, True, True, "open")
    with clock.set_to(now + 7 * DAY):
        turn()
        assert house.holds() == (False, False, False, "done")  # his word is not waited for
        turn()  # and once more changes nothing
    assert house.serves(today + 6 * DAY) == house.broker("leaver")
    assert house.serves(today + 9 * DAY) == house.broker("heir")  # nobody is lost at the desk


@pytest.mark.usefixtures("app")
def test_a_leave_that_is_moved_to_an_earlier_day_counts_from_that_day() -> None:
    now, today = clock.now(), clock.firm_day()
    house = office(today)
    house.leave(today + 7 * DAY)
    house.leave(today + 3 * DAY)
    turn()
    assert house.holds() == (True, True, True, "open")
    with clock.set_to(now + 3 * DAY):
        turn()
        assert house.holds() == (False, False, False, "done")
    assert house.serves(today + 3 * DAY) == house.broker("heir")


@pytest.mark.usefixtures("app")
def test_a_leave_that_is_taken_back_takes_nothing() -> None:
    now, today = clock.now(), clock.firm_day()
    house = office(today)
    house.leave(today + 7 * DAY)
    with work.unit():
        work.session().get_one(Broker, house.broker("leaver")).left_on = None
    with clock.set_to(now + 8 * DAY):
        turn()
        held: Any = house.holds()
    assert held == (True, True, True, "open")


def test_nobody_is_handed_to_one_who_is_about_to_leave(app: Flask) -> None:
    now, today = clock.now(), clock.firm_day()
    house = office(today)
    with work.unit(), access.acting(access.SYSTEM):
        tree.leave(house.broker("heir"), Farewell(left_on=today + 2 * DAY))
    with work.unit(), access.acting(house.actors["leaver"]):
        transfers.say(house.transfer, Say(agreed="yes"))  # the last word, and it waits
    assert house.holds()[3] == "open"
    with work.unit():
        office_user = staff.user("compliance")
    page = staff.signed_in(app, office_user).get(f"/transfers/{house.transfer}").text
    assert "nobody is handed over as long as that is so" in page
    with clock.set_to(now + 2 * DAY):
        turn()
        assert house.holds()[3] == "refused"
    assert house.serves(today + 2 * DAY) == house.broker("leaver")
