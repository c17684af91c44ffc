"""What goes wrong while people work: two tabs, no live process, a stopped Redis, a mean relay."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.e2e import bringing, receiving, sending
from tests.e2e.product import Product
from tests.e2e.visitor import DESK_EN, Device, Visitor

pytestmark = pytest.mark.browser

DRAFT = "Autumn briefing, Shanghai"  # of the demo data


@pytest.fixture
def marketer(visit: Callable[[Device], Visitor]) -> Iterator[Visitor]:
    """Somebody who sends, at a desk; both peers behave again when he goes."""
    visitor = visit(DESK_EN)
    bringing.sign_in(visitor, "marketing")
    yield visitor
    visitor.page.goto("/sandbox/faults")
    if visitor.button("Behave again").count():
        receiving.behave(visitor, visitor.page)


def draft(visitor: Visitor) -> None:
    """A copy of the demo campaign, checked."""
    visitor.page.goto("/campaigns/")
    visitor.page.get_by_role("link", name=DRAFT).last.click()
    visitor.button("Duplicate").click()
    expect(visitor.button("Send …")).to_be_visible()


@pytest.mark.feature("M14")
def test_two_tabs_that_press_send_send_once(marketer: Visitor) -> None:
    receiving.empty(marketer)
    draft(marketer)
    other = marketer.context.new_page()
    other.goto(marketer.page.url)
    other.get_by_role("button", name="Send …").click()
    sending.send(marketer)
    other.get_by_role("dialog").get_by_role("button", name="Send", exact=True).click()
    expect(other.get_by_text("It went out once; this is how far it is.")).to_be_visible()
    other.close()
    sending.state(marketer, "done")
    reached = receiving.mailboxes(marketer)
    assert len(reached) > 1
    assert len(set(reached)) == len(reached)


@contextmanager
def stopped(product: Product, name: str) -> Iterator[None]:
    """Have a process of the product stand still."""
    found = product.children(name)
    assert found, product.log
    for number in found:
        os.kill(number, signal.SIGSTOP)
    yield
    for number in found:
        os.kill(number, signal.SIGCONT)


@pytest.mark.feature("M26")
def test_the_bar_moves_by_polling_while_nothing_is_pushed(
    marketer: Visitor, product: Product
) -> None:
    receiving.misbehave(marketer, "mail", "slow", seconds="0.2")
    draft(marketer)
    with stopped(product, " live"):
        sending.send(marketer)
        sending.moves(marketer)
    marketer.button("Pause").click()
    sending.state(marketer, "paused")


def test_a_redis_that_dies_while_a_campaign_runs_loses_nothing(
    marketer: Visitor, product: Product
) -> None:
    receiving.misbehave(marketer, "mail", "slow", seconds="0.2")
    draft(marketer)
    sending.send(marketer)
    sending.moves(marketer)
    servers = product.children("valkey")
    assert servers, product.log
    for number in servers:
        os.kill(number, signal.SIGKILL)
    marketer.page.goto("/clients/")
    expect(marketer.page.locator("tr[data-row]").first).to_be_visible()
    marketer.page.go_back()
    receiving.behave(marketer, other := marketer.context.new_page())
    other.close()
    sending.state(marketer, "done")


def test_a_relay_that_refuses_is_named_and_the_rest_goes_on(marketer: Visitor) -> None:
    receiving.misbehave(marketer, "mail", "refuse", code="550", match="@post.example")
    draft(marketer)
    sending.send(marketer)
    sending.state(marketer, "done")
    marketer.page.reload()
    failed = marketer.page.locator("tr[data-count-state=failed]")
    expect(failed).to_be_visible()
    marketer.look("campaign-failed")
    failed.get_by_role("link").click()
    expect(marketer.page.locator("tr[data-row]").first).to_contain_text("550")
