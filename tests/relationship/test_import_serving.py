"""Files of who serves whom: through the gate, each client from his day, once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hub.brokers import desks, moving
from hub.brokers.models import Broker
from hub.brokers.rules import LineKind
from hub.clients.models import Client
from hub.kernel import access, clock, work
from hub.relationship import service as relationship
from hub.relationship.models import Serving
from tests import make, staff
from tests.brokers.files import Office, counts
from tests.relationship.levels import Line

HEAD = "客户号,经纪人,生效日期\n"


def served(client: int) -> list[tuple[Any, ...]]:
    """(broker, from, to) as it is known now."""
    query = select(Broker.no, Serving.valid_from, Serving.valid_to).join(
        Broker, Broker.id == Serving.broker_id
    )
    mine = query.where(Serving.client_id == client, Serving.known_to.is_(None))
    with work.unit(writes=False):
        return [tuple(row) for row in work.session().execute(mine.order_by(Serving.valid_from))]


def test_each_client_is_served_from_his_day_and_the_same_file_changes_nothing(app: Flask) -> None:
    del app
    office = Office()
    with work.unit():
        for number in (1, 2):
            staff.broker(no=f"B{number}")
        clients = [make.client(no=f"C{number}") for number in (1, 2)]
    first = HEAD + "C1,B1,2026-01-05\nC2,B1,2026-02-05\n"
    assert counts(office.bring(first, "relationships", access.SYSTEM)) == (0, 2, 0, 0)
    assert counts(office.bring(first, "relationships", access.SYSTEM)) == (0, 0, 2, 0)
    second = HEAD + "C2,B2,2026-03-05\nC1,B1,2026-06-05\n"
    assert counts(office.bring(second, "relationships", access.SYSTEM)) == (0, 1, 1, 0)
    assert served(clients[0])[-1] == ("B1", date(2026, 1, 5), None)
    assert served(clients[1])[-2:] == [
        ("B1", date(2026, 2, 5), date(2026, 3, 5)), ("B2", date(2026, 3, 5), None),
    ]  # fmt: skip
    wrong = HEAD + "C1,B2,1999-01-01\nC9,B1,2026-01-01\nC1,B1,2026-01-05\nC2,B9,2026-01-01\n"
    done = office.bring(wrong, "relationships", access.SYSTEM)
    assert counts(done) == (0, 0, 0, 4)
    told = office.problems(done)
    assert ["does not work here" in told[0], "no client" in told[1], "line 2" in told[2],
            "no broker" in told[3]] == [True] * 4, told  # fmt: skip


def test_no_client_is_given_past_a_direct_report(app: Flask) -> None:
    del app
    office, line = Office(), Line("manager")
    with work.unit():
        line.build()
        session = work.session()
        nos = {name: session.get_one(Broker, one).no for name, one in line.brokers.items()}
        clients = {name: session.get_one(Client, one).no for name, one in line.clients.items()}
        actor = staff.actor(line.user)
    wishes = [
        ("self", "direct", ""), ("direct", "self", ""), ("deep", "self", "your own clients"),
        ("above", "self", "no client"), ("aside", "direct", "no client"),
    ]  # fmt: skip
    text = "".join(f"{clients[one]},{nos[to]},2026-03-01\n" for one, to, _why in wishes)
    done = office.bring(HEAD + text, "relationships", actor)
    assert counts(done) == (0, 2, 0, 3), office.problems(done)
    for told, (_one, _to, why) in zip(office.problems(done), wishes[2:], strict=True):
        assert why in told
    wrong = [("self", "deep", "direct reports only"), ("direct", "aside", "no broker")]
    text = "".join(f"{clients[one]},{nos[to]},2026-04-01\n" for one, to, _why in wrong)
    done = office.bring(HEAD + text, "relationships", actor)
    for told, (_one, _to, why) in zip(office.problems(done), wrong, strict=True):
        assert why in told
    refused = office.refusals()
    assert ("client", line.clients["deep"], "relationship.assign") in refused
    assert ("client", line.clients["aside"], "clients.read") in refused
    assert ("broker", line.brokers["deep"], "relationship.assign") in refused


def desks_of(line: Line) -> dict[str, str]:
    """Clients of house desks: of one that the actor leads, of one far below him, of one aside."""
    numbers = {}
    with work.unit(), access.acting(access.SYSTEM):
        for name, leader in (("own", "self"), ("deep", "direct"), ("aside", "aside")):
            desk = desks.of(desks_branch(name))
            today = clock.firm_day()
            moving.write(desk, line.brokers[leader], LineKind.MANAGEMENT, today, None)
            client = make.client(no=f"D-{name}", name="Wang", branch=desks_branch(name), city="Old")
            relationship.assign(client, desk, valid_from=today)
            numbers[name] = f"D-{name}"
    return numbers


def desks_branch(name: str) -> str:
    branch = f"Branch {name}"
    desks.branch(branch)
    return branch


@pytest.mark.feature("S03")
@pytest.mark.parametrize(
    ("role", "changes", "gives"),
    [("manager", {"own"}, {"own"}), ("broker", {"own"}, set()), ("marketing", set(), set())],
)  # fmt: skip
def test_a_desks_clients_are_changed_by_file_by_whoever_leads_it_alone(
    app: Flask, role: str, changes: set[str], gives: set[str]
) -> None:
    del app
    office, line = Office(), Line(role)
    with work.unit():
        line.build()
    clients = desks_of(line)
    with work.unit():
        actor, own = staff.actor(line.user), work.session().get_one(Broker, line.brokers["self"]).no
    for name, no in clients.items():
        done = office.bring(f"client no,name,city\n{no},Wang,New\n", "clients", actor)
        assert counts(done) == ((0, 1, 0, 0) if name in changes else (0, 0, 0, 1)), name
    for name, no in clients.items():
        done = office.bring(f"client no,name,broker no\n{no},Wang,{own}\n", "clients", actor)
        assert counts(done) == ((0, 1, 0, 0) if name in gives else (0, 0, 0, 1)), name
