"""The client book as a manager, a broker and compliance see it: every page and panel looked at."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.visitor import DESK_EN, PHONE_ZH, Device, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.feature("S31")]

BOTH = pytest.mark.parametrize("device", [DESK_EN, PHONE_ZH], ids=["desk-en", "phone-zh"])


def signed_in(visit: Callable[[Device], Visitor], device: Device, role: str) -> Visitor:
    person = visit(device)
    person.page.goto("/login")
    person.page.locator("input[name=email]").fill(f"{role}@hub.example")
    person.page.locator("input[name=password]").fill(f"demo-{role}-1")
    with person.page.expect_navigation():
        person.page.locator("input[name=password]").press("Enter")
    return person


@BOTH
def test_a_manager_keeps_tags_and_fields(
    visit: Callable[[Device], Visitor], device: Device
) -> None:
    person = signed_in(visit, device, "manager")
    page = person.page
    person.menu("Tags")
    page.locator("#field-name").fill(f"老客户 {device.name}")
    person.button("Put on the list").click()
    expect(page.locator("#list-tags [data-row]").first).to_be_visible()
    person.look("tags")
    person.menu("Custom fields")
    page.locator("#field-title_zh").fill(f"爱好{device.name}")
    page.locator("#field-title_en").fill(f"Hobby {device.name}")
    person.button("Define").click()
    expect(page.locator("[data-field]").first).to_be_visible()
    person.look("fields")
    page.locator("[data-field] a").first.click()
    person.look("field")
    page.goto("/clients/imports/?kind=notes")
    person.look("import-notes")


@BOTH
def test_a_broker_writes_down_what_he_learns_and_looks_with_a_reason(
    visit: Callable[[Device], Visitor], device: Device
) -> None:
    person = signed_in(visit, device, "broker")
    page = person.page
    page.goto("/clients/")
    page.locator("#list-clients [data-row] a").first.click()
    person.panel("tags")
    page.locator("#new-tag").fill("常客")
    page.locator("#new-tag").press("Enter")
    expect(page.locator('[data-tag="常客"]')).to_be_visible()
    person.panel("notes")
    page.locator("summary", has_text=person.say("Note something")).click()
    page.locator("#field-notes-text").fill("想给孩子存教育金。")
    person.button("Write it down").click()
    expect(page.locator("[data-note]").first).to_be_visible()
    page.locator("summary", has_text=person.say("Add a care flag")).click()
    page.locator("#field-care-kind").select_option("vulnerable")
    page.locator("#field-care-reason").fill("看不清小字")
    page.locator("#field-care-reason").press("Enter")
    expect(page.locator('[data-care="vulnerable"]')).to_be_visible()
    person.panel("kin")
    page.locator("summary", has_text=person.say("Add a person")).click()
    page.locator("#field-kin-name").fill("李明")
    page.locator("#field-kin-name").press("Enter")
    expect(page.locator("[data-relation]").first).to_be_visible()
    look_with_a_reason(person)


def look_with_a_reason(person: Visitor) -> None:
    """Show a contact in full, after saying why."""
    page = person.page
    first = page.locator("[data-contact]").first
    shown = first.locator(".tnum").first
    before = shown.inner_text()
    first.locator("details summary").first.click()
    person.look("why")
    first.locator("select[name=why]").select_option("reach")
    first.locator("form button", has_text=person.say("Show")).click()
    expect(shown).not_to_have_text(before)
    person.look("client")


@BOTH
def test_compliance_classifies_and_reads_who_looked(
    visit: Callable[[Device], Visitor], device: Device
) -> None:
    person = signed_in(visit, device, "compliance")
    page = person.page
    page.goto("/clients/")
    page.locator("#list-clients [data-row] a").first.click()
    page.locator("summary", has_text=person.say("Record an assessment")).click()
    page.locator("#field-suitability-klass").select_option("c3")
    page.locator("#field-suitability-source").fill("问卷 2026-17")
    page.locator("#field-suitability-source").press("Enter")
    expect(page.locator('[data-suitability="c3"]')).to_be_visible()
    person.look("suitability")
