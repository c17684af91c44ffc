"""What both sides agreed to for a later day, one of them alone does not undo."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, update

from hub.brokers import service as tree
from hub.brokers.forms import Farewell
from hub.brokers.models import Broker
from hub.clients.models import Client
from hub.kernel import access, clock, work
from hub.kernel.errors import Invalid
from hub.relationship import leaving, service
from hub.relationship.models import Serving
from tests import staff
from tests.brokers.files import Office, counts
from tests.relationship.sides import DAY, Sides, serves, sides

__all__ = ["sides"]

pytestmark = pytest.mark.feature("S07")


def promised(sides: Sides, day: date) -> None:
    """The first client goes to the receiver from a day on; both sides agreed."""
    with work.unit(), access.acting(access.SYSTEM):
        service.assign(sides.clients[0], sides.brokers["receiver"], valid_from=day)


def test_a_manager_alone_does_not_undo_an_agreed_transfer(app: Flask, sides: Sides) -> None:
    del app
    later = clock.firm_day() + 3 * DAY
    promised(sides, later)
    client, giver = sides.clients[0], sides.brokers["giver"]
    with work.unit(writes=False):
        chief = staff.actor(sides.users["givers"])
        nos = [work.session().get_one(Client, one).no for one in sides.clients]
    mine = chief.broker_id or 0
    for day in (clock.firm_day(), later + DAY):
        with pytest.raises(Invalid), work.unit(), access.acting(chief):
            service.assign(client, mine, valid_from=day)
    office, own = Office(), sides.no("givers")
    today = clock.firm_day().isoformat()
    text = "客户号,经纪人,生效日期\n" + "".join(f"{no},{own},{today}\n" for no in nos)
    done = office.bring(text, "relationships", chief)
    assert counts(done) == (0, 1, 0, 1), office.problems(done)
    assert "on a later day" in office.problems(done)[0]
    text = f"client no,name,broker no\n{nos[0]},Wang,{own}\n"
    assert counts(office.bring(text, "clients", chief)) == (0, 0, 0, 1)
    assert (serves(client), serves(client, later)) == (giver, sides.brokers["receiver"])
    assert serves(sides.clients[1]) == mine  # nobody was promised him


def test_whom_somebody_on_his_way_out_takes_in_is_served_by_the_desk_and_none_stays_his(
    app: Flask, sides: Sides
) -> None:
    del app
    today, leaver = clock.firm_day(), sides.brokers["receiver"]
    with work.unit(), access.acting(access.SYSTEM):
        tree.leave(leaver, Farewell(left_on=today + 5 * DAY))
    office = Office()
    with work.unit(writes=False):
        actor = staff.actor(sides.users["receiver"])
    done = office.bring("client no,name\nN-1,New\n", "clients", actor)
    assert counts(done) == (1, 0, 0, 0), office.problems(done)
    with work.unit(writes=False):
        new = work.session().scalars(select(Client.id).where(Client.no == "N-1")).one()
    assert kind_of(serves(new)) == "desk"
    with work.unit():  # whoever was given to him beside his leave, by whatever way
        his = update(Serving).where(Serving.client_id == new).values(broker_id=leaver)
        work.session().execute(his)
    with clock.set_to(clock.now() + 6 * DAY):
        with work.unit(), access.acting(access.SYSTEM):
            leaving.turn()
        assert serves(new) != leaver
        assert kind_of(serves(new)) == "desk"


def kind_of(broker: int | None) -> str:
    with work.unit(writes=False):
        return work.session().get_one(Broker, broker).kind
