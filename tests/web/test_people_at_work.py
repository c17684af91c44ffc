"""A manager, a broker, his deputy and a client at work, each in a browser of his own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from hub.accounts.models import User
from hub.brokers.models import Broker
from hub.clients import service as clients
from hub.clients.models import Client
from hub.kernel import access, clock, runner, work
from hub.relationship import queries as serving_of
from hub.relationship import service as relationship
from tests import make, staff
from tests.accounts.site import Visit, serving
from tests.channels.mailing import Mailbox, mailbox

__all__ = ["mailbox"]

pytestmark = [pytest.mark.browser, pytest.mark.database("sqlite")]


@dataclass(frozen=True)
class People:
    """Users by what they are, brokers' numbers, the client they are about."""

    users: dict[str, int]
    broker: int
    numbers: dict[str, str]
    client: int

    def mail(self, who: str) -> str:
        with work.unit(writes=False):
            return work.session().get_one(User, self.users[who]).email or ""

    def visit(self, browser: Browser, address: str, who: str, *, phone: bool) -> Visit:
        visit = Visit(browser, address, phone=phone)
        visit.sign_in(self.mail(who), staff.PASSWORD)
        expect(visit.page.locator("main")).to_be_visible()
        return visit


def firm() -> People:
    with work.unit():
        users = {"manager": staff.user("manager"), "client": staff.user("client")}
        users |= {who: staff.user("broker") for who in ("broker", "deputy")}
        brokers = {who: staff.broker(users[who]) for who in ("broker", "deputy")}
        numbers = {who: work.session().get_one(Broker, one).no for who, one in brokers.items()}
        client = make.client(
            name="王芳", city="北京", email="wang@post.example", consent_to=("service",)
        )
        with access.acting(access.SYSTEM):
            clients.link_user(client, users["client"])
            relationship.assign(client, brokers["broker"], valid_from=clock.firm_day())
    return People(users, brokers["broker"], numbers, client)


@pytest.mark.feature("S07")
def test_a_deputy_serves_and_a_transfer_goes_through_before_the_clients_eyes(
    app: Flask, browser: Browser, mailbox: Mailbox
) -> None:
    people = firm()
    with serving(app) as address:
        name_deputy(people, people.visit(browser, address, "manager", phone=False))
        stand_in(people, people.visit(browser, address, "deputy", phone=True))
        ask(people, people.visit(browser, address, "broker", phone=False))
        agree(people.visit(browser, address, "manager", phone=True))
        agree(people.visit(browser, address, "deputy", phone=True))
        runner.drain()
        with work.unit(writes=False):
            number = serving_of.broker_of(people.client)
            assert work.session().get_one(Broker, number).no == people.numbers["deputy"]
        assert mailbox.to() == ["wang@post.example"]
        meet(people, people.visit(browser, address, "client", phone=True))


def name_deputy(people: People, manager: Visit) -> None:
    """The manager, on the page of a direct report."""
    page, today = manager.page, clock.firm_day()
    page.goto(f"/brokers/{people.broker}")
    page.locator("#panel-serves").scroll_into_view_if_needed()  # it comes when it is in sight
    page.locator("#do-deputy summary").click()
    page.locator("#field-deputy-deputy_no").fill(people.numbers["deputy"])
    page.locator("#field-deputy-valid_from").fill(today.isoformat())
    page.locator("#field-deputy-valid_to").fill((today + timedelta(5)).isoformat())
    page.locator("#field-deputy-reason").fill("leave")
    page.locator("#do-deputy button[type=submit]").click()
    expect(page.locator("#do-deputy")).to_have_count(0)
    page.locator("#panel-serves").scroll_into_view_if_needed()
    expect(page.get_by_text("stands in ·")).to_be_visible()
    manager.look("work-deputy-named")
    manager.leave()


def stand_in(people: People, deputy: Visit) -> None:
    """The deputy finds the other's client in his list, and keeps him right."""
    page = deputy.page
    page.goto("/clients/")
    page.locator("#list-clients [data-row] a", has_text="王芳").first.click()
    expect(page).to_have_url(re.compile(f"/clients/{people.client}$"))
    deputy.look("work-client")
    page.goto(f"/clients/{people.client}/edit")
    page.locator("#field-city").fill("上海")
    page.locator("#field-city").press("Enter")
    expect(page.get_by_text("上海").first).to_be_visible()
    with work.unit(writes=False):
        assert work.session().get_one(Client, people.client).city == "上海"
    deputy.leave()


def ask(people: People, broker: Visit) -> None:
    """The broker hands his clients over."""
    page = broker.page
    page.goto(f"/transfers/new?giver={people.broker}")
    page.locator("#field-receiver_no").fill(people.numbers["deputy"])
    page.locator("#field-valid_from").fill(clock.firm_day().isoformat())
    page.locator("#field-reason").fill("moves away")
    page.locator("#field-notes").fill("Call before noon.")
    page.locator("main form button[type=submit]").first.click()
    expect(page).to_have_url(re.compile(r"/transfers/\d+$"))
    broker.look("work-transfer-asked")
    broker.leave()


def agree(visit: Visit) -> None:
    """Whoever has a seat in the transfer says yes."""
    page = visit.page
    page.goto("/transfers/")
    page.locator("[data-row] a").first.click()
    expect(page.locator("main")).to_be_visible()
    page.locator("button[value=yes]").click()
    expect(page.locator("main")).to_be_visible()
    visit.look("work-transfer")
    visit.leave()


def meet(people: People, client: Visit) -> None:
    """The client sees who serves him now, on his own home."""
    page = client.page
    page.goto("/my/")
    with work.unit(writes=False):
        number = serving_of.broker_of(people.client)
        name = work.session().get_one(Broker, number).name
    expect(page.locator("section[aria-labelledby=panel-broker]")).to_contain_text(name)
    client.look("work-my-broker")
    client.leave()
