"""The operator at his pages: every one of them looked at, a stopped worker seen in red."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.product import Product
from tests.e2e.visitor import DESK_EN, PHONE_ZH, Device, Visitor
from tests.servers import wait_for

pytestmark = pytest.mark.browser

RED_S = 60.0


def operator(visit: Callable[[Device], Visitor], device: Device) -> Visitor:
    person = visit(device)
    person.page.goto("/login")
    person.page.locator("input[name=email]").fill("operator@hub.example")
    person.page.locator("input[name=password]").fill("demo-operator-1")
    with person.page.expect_navigation():
        person.page.locator("input[name=password]").press("Enter")
    return person


@pytest.mark.feature("S15", "S16", "S21")
@pytest.mark.parametrize("device", [DESK_EN, PHONE_ZH], ids=["desk-en", "phone-zh"])
def test_an_operator_walks_his_pages(visit: Callable[[Device], Visitor], device: Device) -> None:
    person = operator(visit, device)
    page = person.page
    person.menu("System")
    expect(person.heading("Processes")).to_be_visible()
    person.look("system")
    person.menu("Jobs")
    expect(page.locator("#list-jobs [data-row]").first).to_be_visible()
    person.look("jobs")
    page.locator("#list-jobs [data-row] a").first.click()
    expect(person.heading("What it was given")).to_be_visible()
    person.look("job")
    page.goto("/jobs/timetable")
    person.look("timetable")
    page.goto("/system/retention")
    person.look("retention")
    person.menu("Backups")
    person.button("Back up now").click()
    expect(page.locator("#task")).to_contain_text("hub-", timeout=60_000)
    person.look("backup")
    person.menu("Backups")
    expect(page.locator("#list-backups [data-row]").first).to_be_visible()
    person.look("backups")


@pytest.mark.feature("S16", "S21")
@pytest.mark.parametrize("device", [DESK_EN, PHONE_ZH], ids=["desk-en", "phone-zh"])
def test_an_operator_checks_everything_and_the_log(
    visit: Callable[[Device], Visitor], device: Device
) -> None:
    person = operator(visit, device)
    page = person.page
    person.menu("System")
    person.button("Check everything").click()
    expect(page.locator("#task table")).to_be_visible(timeout=60_000)
    person.look("check")
    person.menu("Audit log")
    person.look("audit")
    page.locator("#list-audit [data-row] a").first.click()
    expect(person.heading("Details")).to_be_visible()
    person.look("audit-line")
    person.menu("Audit log")
    person.button("Walk over the chain").click()
    expect(page.locator("#task")).to_contain_text(person.say("The chain holds"), timeout=60_000)
    person.look("verdict")


@pytest.mark.feature("S15")
def test_a_stopped_worker_is_red_within_a_minute(
    visit: Callable[[Device], Visitor], product: Product
) -> None:
    person = operator(visit, DESK_EN)
    page = person.page
    page.goto("/system/")
    rows = page.locator("#system tr", has_text="Worker")
    expect(rows).to_have_count(2)
    name = rows.first.locator("td").last.inner_text()
    pid = int(name.split(".")[1])
    os.kill(pid, signal.SIGSTOP)
    began = time.monotonic()
    try:
        stopped = page.locator("#system tr", has_text=re.compile(re.escape(name)))
        expect(stopped).to_contain_text("stopped", timeout=RED_S * 1000)
        assert time.monotonic() - began < RED_S
        expect(page.get_by_role("alert").first).to_contain_text("Something does not work")
        person.look("stopped")
    finally:
        os.kill(pid, signal.SIGCONT)
    expect(page.locator("#system")).to_contain_text("Every part works.", timeout=30_000)
    os.kill(pid, signal.SIGKILL)  # the supervisor puts another in its place
    wait_for(lambda: "starting it again" in product.log, "the supervisor", 20)
    expect(page.locator("#system")).not_to_contain_text(name, timeout=60_000)
    expect(page.locator("#system tr", has_text="Worker")).to_have_count(2, timeout=60_000)


@pytest.mark.feature("S15")
def test_a_job_is_dropped_by_keyboard_after_a_question(
    visit: Callable[[Device], Visitor], product: Product
) -> None:
    person = operator(visit, DESK_EN)
    page = person.page
    page.goto("/jobs/timetable")
    page.get_by_role("button", name="Run now: kernel.purge", exact=True).press("Enter")
    expect(page.get_by_role("status")).to_contain_text("It runs as soon as")
    page.goto("/jobs/?job=kernel.purge")
    first = page.locator("#list-jobs [data-row]").first
    expect(first).to_contain_text("kernel.purge")
    assert "Traceback" not in product.log
