"""Clients change hands when both sides agree; one broker a day, no gap, and they are told."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select

from channels.deliveries.models import Delivery
from hub.brokers import queries as brokers
from hub.brokers import service as tree_service
from hub.brokers.forms import Farewell
from hub.clients.models import Client
from hub.kernel import access, clock, runner, work
from hub.kernel.workitems import WorkItem
from hub.relationship import queries, service
from hub.relationship.models import Serving
from tests import make, staff
from tests.relationship.sides import DAY, Sides, say, serves, sides, state

__all__ = ["sides"]

pytestmark = pytest.mark.feature("S07")


def test_clients_move_once_all_four_have_agreed_and_are_told(app: Flask, sides: Sides) -> None:
    page = sides.ask(staff.signed_in(app, sides.users["giver"]))
    assert state(page)[0] == "open"
    for name in ("receivers", "receiver"):
        assert say(app, sides, page, name) == 303
        assert serves(sides.clients[0]) == sides.brokers["giver"]
    shown = staff.signed_in(app, sides.users["givers"]).get(page).text
    assert "moves away" in shown
    assert "calls" in shown
    assert say(app, sides, page, "givers") == 303
    assert state(page) == ("done", 2, 0)
    for client in sides.clients:
        assert serves(client) == sides.brokers["receiver"]
        assert serves(client, clock.firm_day() - DAY) == sides.brokers["giver"]
    runner.drain()
    with work.unit(writes=False):
        told = work.session().scalars(select(Delivery.person_id)).all()
    assert set(told) == set(sides.clients)
    assert len(told) == 2


def test_one_refusal_with_its_reason_ends_it(app: Flask, sides: Sides) -> None:
    page = sides.ask(staff.signed_in(app, sides.users["giver"]))
    assert say(app, sides, page, "receiver", agreed="no") == 422
    assert say(app, sides, page, "receiver", agreed="no", why="too many") == 303
    assert state(page)[0] == "refused"
    assert say(app, sides, page, "givers") == 409
    assert serves(sides.clients[0]) == sides.brokers["giver"]
    with work.unit(writes=False):
        waiting = select(func.count()).select_from(WorkItem).where(WorkItem.state == "open")
        assert work.session().scalar(waiting) == 0


def test_whoever_has_no_seat_has_no_say_and_a_stranger_finds_nothing(
    app: Flask, sides: Sides
) -> None:
    page = sides.ask(staff.signed_in(app, sides.users["giver"]))
    assert say(app, sides, page, "head") == 403  # sees it from above
    with work.unit():
        other = staff.user("broker")
        staff.broker(other)
    browser = staff.signed_in(app, other)
    assert browser.get(page).status_code == 404
    assert browser.post(f"{page}/say", {"agreed": "yes"}).status_code == 404
    assert browser.get("/transfers/").text.count("The giver") == 0


def test_a_manager_hands_over_only_what_direct_reports_serve(app: Flask, sides: Sides) -> None:
    chief = staff.signed_in(app, sides.users["givers"])
    page = sides.ask(chief, clients=[sides.clients[0]])
    for name in ("giver", "receiver", "receivers"):
        assert say(app, sides, page, name) == 303
    assert state(page) == ("done", 1, 0)
    assert serves(sides.clients[1]) == sides.brokers["giver"]
    wish = {
        "giver": sides.brokers["giver"], "receiver_no": sides.no("receivers"), "reason": "x",
        "valid_from": clock.firm_day().isoformat(),
    }  # fmt: skip
    head, other = (staff.signed_in(app, sides.users[name]) for name in ("head", "receivers"))
    assert head.post("/transfers/new", wish).status_code == 403
    assert other.post("/transfers/new", wish).status_code == 404


def test_nobody_is_handed_to_one_who_left(app: Flask, sides: Sides) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        tree_service.leave(sides.brokers["receiver"], Farewell(left_on=clock.firm_day()))
    giver = staff.signed_in(app, sides.users["giver"])
    wish = {
        "giver": sides.brokers["giver"], "receiver_no": sides.no("receiver"), "reason": "x",
        "valid_from": clock.firm_day().isoformat(),
    }  # fmt: skip
    answer = giver.post("/transfers/new", wish)
    assert answer.status_code == 422
    assert "no broker at work has this number" in answer.text


def test_a_leavers_clients_go_to_the_house_desk_and_his_side_is_his_managers(
    app: Flask, sides: Sides
) -> None:
    page = sides.ask(staff.signed_in(app, sides.users["givers"]))
    for name in ("receiver", "receivers"):
        assert say(app, sides, page, name) == 303
    with work.unit(), access.acting(access.SYSTEM):
        tree_service.leave(sides.brokers["giver"], Farewell(left_on=clock.firm_day()))
    assert state(page)[0] == "done"  # his own word is not waited for
    assert serves(sides.clients[0]) == sides.brokers["receiver"]
    with work.unit(), access.acting(access.SYSTEM):
        tree_service.leave(sides.brokers["receiver"], Farewell(left_on=clock.firm_day() + DAY))
        desk = brokers.desk_of("Pudong")
    for client in sides.clients:
        assert serves(client) == sides.brokers["receiver"]
        assert serves(client, clock.firm_day() + DAY) == desk


def test_two_managers_agreeing_at_once_move_the_clients_once(app: Flask, sides: Sides) -> None:
    page = sides.ask(staff.signed_in(app, sides.users["giver"]))
    assert say(app, sides, page, "receiver") == 303
    start, answers = Barrier(2), []
    browsers = [staff.signed_in(app, sides.users[name]) for name in ("givers", "receivers")]

    def vote(browser: staff.Browser) -> None:
        start.wait()
        answers.append(browser.post(f"{page}/say", {"agreed": "yes"}).status_code)

    threads = [Thread(target=vote, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303, 303]
    assert state(page) == ("done", 2, 0)
    with work.unit(writes=False):
        now = queries.holds_on(clock.firm_day())
        rows = select(func.count()).where(Serving.client_id.in_(sides.clients), now)
        assert work.session().scalar(rows) == 2


def test_a_client_who_moved_meanwhile_is_left_out_and_told_of(app: Flask, sides: Sides) -> None:
    page = sides.ask(staff.signed_in(app, sides.users["giver"]))
    with work.unit(), access.acting(access.SYSTEM):
        service.assign(sides.clients[1], sides.brokers["givers"], valid_from=clock.firm_day())
    for name in ("receiver", "receivers", "givers"):
        assert say(app, sides, page, name) == 303
    assert state(page) == ("done", 1, 1)
    assert serves(sides.clients[1]) == sides.brokers["givers"]


def test_a_deputy_serves_on_the_days_of_leave_and_speaks_for_the_absent(
    app: Flask, sides: Sides
) -> None:
    today = clock.firm_day()
    deputy = staff.signed_in(app, sides.users["receiver"])
    page = f"/clients/{sides.clients[0]}/edit"
    assert deputy.get(page).status_code == 404
    giver = staff.signed_in(app, sides.users["giver"])
    wish = {
        "deputy_no": sides.no("receiver"), "valid_from": today.isoformat(),
        "valid_to": (today + 3 * DAY).isoformat(), "reason": "holiday",
    }  # fmt: skip
    me = sides.brokers["giver"]
    assert giver.post(f"/deputies/{me}", wish).status_code == 303
    assert deputy.get(page).status_code == 200
    assert giver.post(f"/deputies/{me}", wish).status_code == 409
    with clock.set_to(clock.now() + 3 * DAY), work.unit(writes=False):
        then = staff.actor(sides.users["receiver"])
        seen = access.scope(then, "client", Client.id)
        assert sides.clients[0] not in set(work.session().scalars(select(Client.id).where(seen)))
    chief = staff.signed_in(app, sides.users["givers"])
    asked = sides.ask(chief, receiver_no=sides.no("receivers"))
    assert say(app, sides, asked, "receiver") == 303  # for the absent giver
    assert say(app, sides, asked, "receivers") == 303
    assert say(app, sides, asked, "head") == 303  # leads the receiver
    assert state(asked)[0] == "done"


def test_every_client_is_served_from_his_first_day_by_a_desk_if_by_nobody(app: Flask) -> None:
    with work.unit():
        user = staff.user("marketing")
        staff.head()
        client = make.client(branch="Pudong")
        with access.acting(staff.actor(user)):
            assert queries.broker_of(client) == brokers.desk_of("Pudong")
