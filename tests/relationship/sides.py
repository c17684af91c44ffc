"""Two branches between which clients change hands, and what their people say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from hub.brokers.models import Broker
from hub.kernel import access, clock, work
from hub.relationship import queries, service
from hub.relationship.transfer_models import Transfer
from tests import make, staff

DAY = timedelta(days=1)


@dataclass
class Sides:
    """Two branches: a manager with a broker each, the first broker with two clients."""

    users: dict[str, int]
    brokers: dict[str, int]
    clients: list[int]

    def ask(self, browser: staff.Browser, **fields: Any) -> str:
        said = {
            "giver": self.brokers["giver"], "receiver_no": self.no("receiver"),
            "valid_from": clock.firm_day().isoformat(), "reason": "moves away", "notes": "calls",
        }  # fmt: skip
        answer = browser.post("/transfers/new", said | fields)
        assert answer.status_code == 303, re.findall(r"alert-link[^>]*>([^<]*)", answer.text)
        return str(answer.headers["Location"])

    def no(self, name: str) -> str:
        with work.unit(writes=False):
            return work.session().get_one(Broker, self.brokers[name]).no


@pytest.fixture
def sides(app: Flask) -> Sides:
    del app
    with work.unit():
        users, made = {"head": staff.user("manager")}, {}
        for side in ("giver", "receiver"):
            users[f"{side}s"] = staff.user("manager")
            made[f"{side}s"] = staff.broker(users[f"{side}s"], name=f"Chief of {side}")
            users[side] = staff.user("broker")
            made[side] = staff.broker(users[side], under=made[f"{side}s"], name=f"The {side}")
        people = [
            make.client(email=f"c{n}@post.example", consent_to=("service",)) for n in range(2)
        ]
        with access.acting(access.SYSTEM):
            for client in people:
                service.assign(client, made["giver"], valid_from=clock.firm_day() - 30 * DAY)
    return Sides(users, made, people)


def serves(client: int, day: date | None = None) -> int | None:
    with work.unit(writes=False):
        return queries.broker_of(client, day)


def say(app: Flask, sides: Sides, page: str, name: str, **said: str) -> int:
    browser = staff.signed_in(app, sides.users[name])
    return browser.post(f"{page}/say", {"agreed": "yes"} | said).status_code


def state(page: str) -> tuple[str, int, int]:
    with work.unit(writes=False):
        row = work.session().get_one(Transfer, int(page.rpartition("/")[2]))
        return row.state, row.moved, row.left_out
