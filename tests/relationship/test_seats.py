"""Seats of a transfer follow the tree; one person does not stand in for both sides."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from hub.brokers import moving
from hub.brokers.forms import Move
from hub.brokers.models import Broker
from hub.brokers.rules import LineKind
from hub.kernel import access, clock, runner, work
from hub.kernel.workitems import WorkItem
from hub.relationship import deputies, leaving, transfer_queries
from hub.relationship.forms import DeputyWish
from tests import staff
from tests.relationship.sides import DAY, Sides, say, sides, state

__all__ = ["sides"]

pytestmark = pytest.mark.feature("S07")


def voters(page: str) -> dict[str, int]:
    """Seats and who sits there."""
    with work.unit(writes=False):
        lines = transfer_queries.votes(int(page.rpartition("/")[2]))
    return {line.seat: line.broker_id for line in lines if line.agreed is None}


def asked_of(user: int) -> int:
    """How many transfers wait among somebody's things to do."""
    mine = (WorkItem.owner_id == user, WorkItem.state == "open")
    with work.unit(writes=False):
        return work.session().scalar(select(func.count()).select_from(WorkItem).where(*mine)) or 0


def test_a_seat_goes_with_the_place_until_its_holder_has_spoken(app: Flask, sides: Sides) -> None:
    with work.unit():
        sides.users["newcomer"] = staff.user("manager")
        sides.brokers["newcomer"] = staff.broker(sides.users["newcomer"])
    page = sides.ask(staff.signed_in(app, sides.users["giver"]))
    assert say(app, sides, page, "receivers") == 303
    assert asked_of(sides.users["givers"]) == 1
    for name in ("giver", "receiver"):
        move = Move(
            line=LineKind.MANAGEMENT,
            superior=sides.brokers["newcomer"],
            valid_from=clock.firm_day(),
        )
        with work.unit(), access.acting(access.SYSTEM):
            moving.place(sides.brokers[name], move)
    runner.drain()
    assert voters(page) == {
        "givers-manager": sides.brokers["newcomer"], "receiver": sides.brokers["receiver"],
    }  # fmt: skip
    assert [asked_of(sides.users[name]) for name in ("givers", "newcomer")] == [0, 1]
    assert say(app, sides, page, "givers") == 404
    for name in ("newcomer", "receiver"):
        assert asked_of(sides.users[name]) == 1
    assert say(app, sides, page, "newcomer") == 303
    assert say(app, sides, page, "receiver") == 303
    assert state(page) == ("done", 2, 0)


def test_a_move_of_a_later_day_moves_the_seat_on_that_day(app: Flask, sides: Sides) -> None:
    page, day = sides.ask(staff.signed_in(app, sides.users["giver"])), clock.firm_day() + 2 * DAY
    move = Move(line=LineKind.MANAGEMENT, superior=sides.brokers["receivers"], valid_from=day)
    with work.unit(), access.acting(access.SYSTEM):
        moving.place(sides.brokers["giver"], move)
    runner.drain()
    assert voters(page)["givers-manager"] == sides.brokers["givers"]
    with clock.set_to(clock.now() + 2 * DAY):
        with work.unit(), access.acting(access.SYSTEM):
            leaving.turn()
        assert voters(page)["givers-manager"] == sides.brokers["receivers"]


def test_a_receiver_who_stands_in_for_the_giver_does_not_speak_for_him(
    app: Flask, sides: Sides
) -> None:
    today = clock.firm_day()
    giver = staff.signed_in(app, sides.users["giver"])
    wish = {
        "deputy_no": sides.no("receiver"), "valid_from": today.isoformat(),
        "valid_to": (today + 3 * DAY).isoformat(), "reason": "holiday",
    }  # fmt: skip
    assert giver.post(f"/deputies/{sides.brokers['giver']}", wish).status_code == 303
    page = sides.ask(staff.signed_in(app, sides.users["givers"]))
    assert voters(page) == {
        "receiver": sides.brokers["receiver"], "receivers-manager": sides.brokers["receivers"],
    }  # fmt: skip
    assert say(app, sides, page, "receiver") == 303
    assert state(page)[0] == "open"
    assert say(app, sides, page, "receivers") == 303
    assert state(page) == ("done", 2, 0)


def test_whoever_stands_in_on_both_sides_speaks_for_one(app: Flask, sides: Sides) -> None:
    today = clock.firm_day()
    with work.unit(), access.acting(access.SYSTEM):
        other = staff.user("broker")
        no = work.session().get_one(Broker, staff.broker(other)).no
        for name in ("giver", "receiver"):
            deputies.name(sides.brokers[name], DeputyWish(
                deputy_no=no, valid_from=today, valid_to=today + DAY, reason="x"
            ))  # fmt: skip
    sides.users["other"] = other
    page = sides.ask(staff.signed_in(app, sides.users["givers"]))
    assert say(app, sides, page, "other") == 303
    assert "giver" not in voters(page)
    assert say(app, sides, page, "other") == 403
    assert voters(page)["receiver"] == sides.brokers["receiver"]


def test_whoever_leads_when_the_word_is_given_has_the_seat(app: Flask, sides: Sides) -> None:
    page = sides.ask(staff.signed_in(app, sides.users["giver"]))
    superior = sides.brokers["receivers"]
    move = Move(line=LineKind.MANAGEMENT, superior=superior, valid_from=clock.firm_day())
    with work.unit(), access.acting(access.SYSTEM):
        moving.place(sides.brokers["giver"], move)
    assert say(app, sides, page, "receivers") == 303  # before any job has looked
    assert list(voters(page)) == ["receiver"]
