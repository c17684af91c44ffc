"""The firm in the database and the plain table of days, made to do the same things."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from hub.accounts import service as accounts
from hub.accounts.rules import RoleName
from hub.brokers import moving
from hub.brokers import queries as brokers
from hub.brokers import service as brokers_service
from hub.brokers.forms import Farewell, Move
from hub.brokers.models import Broker
from hub.brokers.rules import LineKind
from hub.kernel import access, clock, work
from hub.kernel.access import Actor
from hub.kernel.errors import HubError
from hub.relationship import deputies, leaving, service, transfers
from hub.relationship.forms import DeputyWish, Say, TransferWish
from hub.relationship.models import Deputy
from tests import make, staff
from tests.relationship.firm import Firm
from tests.relationship.plain import DAYS, ROOT, Refused

FIRST, TODAY = date(2026, 3, 2), 5  # the first day of the table; the day on which it begins
# Who stands under whom at first, and who manages.
UNDER = {"a": "head", "b": "head", "c": "a", "d": "a", "e": "b", "f": "e"}
MANAGERS = {"head", "a", "b", "e"}
CLIENTS = ("a", "c", "c", "f")  # who serves each of them at first


def at(day: int) -> date:
    return FIRST + timedelta(days=day)


def noon(day: int) -> datetime:
    return datetime(FIRST.year, FIRST.month, FIRST.day, 4, tzinfo=UTC) + timedelta(days=day)


@dataclass
class Real:
    """The firm in the database: its brokers, their users and clients, the table beside it."""

    people: list[int] = field(default_factory=list)
    users: dict[int, int] = field(default_factory=dict)
    nos: dict[int, str] = field(default_factory=dict)
    clients: list[int] = field(default_factory=list)
    managers: set[int] = field(default_factory=set)
    under: dict[int, int] = field(default_factory=dict)
    desk: int = 0

    def build(self) -> None:
        made = {"head": staff.head()}
        for name, leader in UNDER.items():
            made[name] = staff.broker(under=made[leader])
        for name, broker in made.items():
            role = RoleName.MANAGER if name in MANAGERS else RoleName.BROKER
            with access.acting(access.SYSTEM):
                user = accounts.create(
                    f"{name}@firm.example", name, password=staff.PASSWORD, roles=[role]
                )
            work.session().get_one(Broker, broker).user_id = self.users[broker] = user
            self.nos[broker] = work.session().get_one(Broker, broker).no
        self.people = list(made.values())
        self.managers = {made[name] for name in MANAGERS}
        self.under = {made[name]: made[leader] for name, leader in UNDER.items()}
        self.desk = brokers.desk_of(None) or 0
        self.nos[self.desk] = brokers.name_of(self.desk).no
        for name in CLIENTS:
            client = make.client()
            with access.acting(access.SYSTEM):
                service.assign(client, made[name], valid_from=at(0))
            self.clients.append(client)

    def table(self) -> Firm:
        above = {one: [self.under.get(one, ROOT)] * DAYS for one in self.people}
        made = dict(zip(UNDER, self.people[1:], strict=True)) | {"head": self.people[0]}
        serves = {
            client: [made[name]] * DAYS
            for client, name in zip(self.clients, CLIENTS, strict=True)
        }  # fmt: skip
        above[self.desk] = [self.people[0]] * DAYS
        return Firm(self.desk, TODAY, above, serves, self.managers)


class Trial:
    """One sequence of steps, each done by the firm and by the table."""

    def __init__(self, real: Real) -> None:
        self.real, self.firm, self.clocks = real, real.table(), ExitStack()
        self.numbers: list[int] = []  # of the transfers

    def run(self, steps: list[Any]) -> None:
        with work.unit(), self.clocks:
            self.clocks.enter_context(clock.set_to(noon(self.firm.today)))
            for name, *numbers in steps:
                getattr(self, name)(*numbers)
                self.turn()
            self.check()
            work.fail()  # the next sequence begins where this one did

    def turn(self) -> None:
        """What jobs do behind each step."""
        self.firm.settle()
        with access.acting(access.SYSTEM):
            leaving.turn()

    def check(self) -> None:
        """What is compared after the last step."""

    def both(self, told: str, plain: Callable[[], None], really: Callable[[], None]) -> None:
        """The two do it, or both refuse it."""
        try:
            plain()
            does = True
        except Refused:
            does = False
        try:
            with work.session().begin_nested(), access.acting(access.SYSTEM):
                really()
            did, why = True, ""
        except HubError as error:
            work.session().expire_all()
            did, why = False, f"{type(error).__name__} {error}"
        assert did == does, f"{told}: the table says {does}, the firm {did} {why}"

    def who(self, number: int) -> int:
        return self.real.people[number % len(self.real.people)]

    def place(self, one: int, other: int, day: int) -> None:
        broker, leader = self.who(one), self.who(other)
        move = Move(line=LineKind.MANAGEMENT, superior=leader, valid_from=at(day))
        self.both(
            f"{broker} under {leader} from {day}", lambda: self.firm.place(broker, leader, day),
            lambda: moving.place(broker, move),
        )  # fmt: skip

    def succeed(self, one: int, day: int) -> None:
        broker = self.who(one)
        self.both(
            f"{broker} succeeds on {day}", lambda: self.firm.succeed(broker, day),
            lambda: moving.succeed(broker, at(day)),
        )  # fmt: skip

    def leave(self, one: int, day: int, other: int | None) -> None:
        broker, heir = self.who(one), None if other is None else self.who(other)
        self.both(
            f"{broker} leaves on {day} for {heir}", lambda: self.firm.leave(broker, day, heir),
            lambda: brokers_service.leave(broker, Farewell(left_on=at(day), heir=heir)),
        )  # fmt: skip

    def assign(self, one: int, other: int, day: int) -> None:
        client, broker = self.real.clients[one], self.who(other)
        self.both(
            f"{client} to {broker} from {day}", lambda: self.firm.assign(client, broker, day),
            lambda: service.assign(client, broker, valid_from=at(day)),
        )  # fmt: skip

    def ask(self, one: int, other: int, later: int, some: set[int]) -> None:
        """Whoever serves a client on a day, or left him, hands some or all of his clients over."""
        day = min(DAYS - 1, self.firm.today + later)
        client = self.real.clients[one]
        giver = self.firm.behind.get((client, day), self.firm.serves[client][day])
        if giver == self.real.desk:
            return
        receiver, chosen = self.who(other), {self.real.clients[number] for number in some}
        wish = TransferWish(
            giver=giver, receiver_no=self.real.nos[receiver], valid_from=at(day), reason="x",
            clients=sorted(chosen),
        )  # fmt: skip
        self.both(
            f"{chosen} of {giver} to {receiver} from {day}",
            lambda: self.firm.ask(giver, receiver, day, chosen),
            lambda: self.as_one(giver, lambda: self.numbers.append(transfers.ask(wish))),
        )  # fmt: skip

    def say(self, number: int, one: int, agreed: str) -> None:
        """Anybody says yes or no to a transfer, whether he has a seat or not."""
        broker, agrees = self.who(one), agreed == "yes"
        if number < len(self.numbers):
            self.both(
                f"{broker} says {agreed} to {number}",
                lambda: self.firm.say(number, broker, agrees=agrees),
                lambda: self.as_one(
                    broker,
                    lambda: transfers.say(self.numbers[number], Say(agreed=agreed, why="so")),
                ),
            )  # fmt: skip

    def all_say(self, number: int) -> None:
        """Whoever still has a seat says yes."""
        for broker in range(len(self.real.people)):
            self.say(number, broker, "yes")

    def as_one(self, broker: int, act: Callable[[], None]) -> None:
        with access.acting(self.actor(broker)):
            act()

    def stand_in(self, one: int, other: int, first: int, length: int) -> None:
        absent, deputy, end = self.who(one), self.who(other), min(DAYS, first + length)
        wish = DeputyWish(deputy_no=self.real.nos[deputy], valid_from=at(first), valid_to=at(end))
        self.both(
            f"{deputy} for {absent} from {first} to {end}",
            lambda: self.firm.stand_in(absent, deputy, first, end),
            lambda: self.name(absent, wish),
        )  # fmt: skip

    def name(self, absent: int, wish: DeputyWish) -> None:
        deputies.name(absent, wish)

    def call_off(self, number: int) -> None:
        rows = list(work.session().scalars(select(Deputy).order_by(Deputy.id)))
        if number < len(rows):
            row = rows[number]
            self.both(
                f"leave {number} off", lambda: self.firm.call_off(number),
                lambda: deputies.call_off(row.absent_id, row.id),
            )  # fmt: skip

    def freeze(self, one: int) -> None:
        broker = self.who(one)
        self.both(
            f"freeze {broker}", lambda: self.firm.freeze(broker),
            lambda: brokers_service.freeze(broker),
        )  # fmt: skip

    def thaw(self, one: int) -> None:
        broker = self.who(one)
        self.both(
            f"thaw {broker}", lambda: self.firm.thaw(broker), lambda: brokers_service.thaw(broker)
        )

    def wait(self, days: int) -> None:
        self.firm.today = min(self.firm.today + days, DAYS - 4)
        self.clocks.enter_context(clock.set_to(noon(self.firm.today)))

    def actor(self, broker: int) -> Actor:
        return staff.actor(self.real.users[broker])
