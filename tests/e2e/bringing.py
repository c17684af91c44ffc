"""First steps of a newcomer: sign in, bring the clients, say whom to write to."""

from __future__ import annotations

import csv
import re

from playwright.sync_api import expect

from tests.e2e.files import Own
from tests.e2e.visitor import Visitor

WORDING = "I agree to service and marketing messages and may withdraw at any time."


def sign_in(visitor: Visitor, role: str = "broker") -> None:
    """With a demo account that the sign-in page itself tells."""
    page = visitor.page
    page.goto("/")
    expect(visitor.heading("Sign in")).to_be_visible()
    told = page.locator(".demo-accounts").inner_text()
    found = re.search(rf"({role}@\S+)\s+(\S+)", told)
    assert found, told
    visitor.look("sign-in")
    page.get_by_label(visitor.say("E-mail or phone")).fill(found[1])
    page.get_by_label(visitor.say("Password")).fill(found[2])
    visitor.button("Sign in").click()
    expect(page).to_have_url(f"{visitor.product.url}/")
    expect(page.get_by_role("heading", level=1)).to_have_text(visitor.say("Home"))
    visitor.look("home")


def import_clients(visitor: Visitor, own: Own) -> None:
    """An own file: map the strange column, answer once, look at what is refused, take it over."""
    page = visitor.page
    visitor.menu("Clients")
    visitor.look("clients")
    visitor.link("Import").click()
    visitor.look("import-file")
    visitor.upload(own.name, own.bytes())
    visitor.button("Read the file").click()
    expect(visitor.heading("What is in each column?")).to_be_visible()
    page.get_by_label(own.strange, exact=True).select_option("emails")
    visitor.button("Show the first rows again").click()
    expect(page.get_by_label(own.strange, exact=True)).to_have_value("emails")
    visitor.look("import-columns")
    visitor.button("Go on").click()
    _answer(visitor)
    expect(visitor.heading("What would happen")).to_be_visible()
    _look_at_refused(visitor, own)
    visitor.button("Take over %(n)s rows", n=own.people).click()
    expect(visitor.heading("The import is done")).to_be_visible()
    visitor.look("import-done")


def _answer(visitor: Visitor) -> None:
    """The wording and the source are asked once, and cannot be left out."""
    page = visitor.page
    expect(visitor.heading("Asked once for the whole file")).to_be_visible()
    visitor.button("Check each row").click()
    expect(page.get_by_role("alert")).to_be_visible()
    visitor.look("import-unanswered")
    page.get_by_label(visitor.say("Wording the clients agreed to")).fill(WORDING)
    page.get_by_label(visitor.say("Where they agreed")).fill("Account opening form, May 2026")
    page.get_by_label(visitor.say("Day of the consent")).fill("2026-05-04")
    visitor.look("import-questions")
    visitor.button("Check each row").click()


def _look_at_refused(visitor: Visitor, own: Own) -> None:
    """Each refused row by line and reason, on the page and as a file."""
    refused = visitor.page.get_by_role("region", name=visitor.say("Refused rows"))
    for line in own.bad_lines:
        expect(
            refused.locator("[data-line]").get_by_text(re.compile(rf"\b{line}\b|第{line}行"))
        ).to_be_visible()
    visitor.look("import-check")
    rows = list(csv.reader(visitor.download(visitor.link("Download them")).splitlines()))
    assert [row[-2] for row in rows[1:]] == [str(line) for line in own.bad_lines]


def make_segment(visitor: Visitor, own: Own) -> str:
    """City, stated assets and e-mail, with a count that follows each change; returns its name."""
    page, name = visitor.page, f"{own.city} 500000+ {visitor.device.language}"
    visitor.menu("Segments")
    visitor.look("segments")
    visitor.link("New segment").click()
    page.get_by_label(visitor.say("Name"), exact=True).fill(name)
    _condition(visitor, 0, "city", "is", own.city)
    _condition(visitor, 1, "stated_assets", "gt", "500000")
    _condition(visitor, 2, "email", "known", "")
    _condition(visitor, 3, "name", "contains", "nobody is called so")
    expect(page.locator("#segment-count")).to_contain_text(visitor.say("Nobody matches"))
    visitor.look("segment-nobody")
    page.get_by_role("button", name=visitor.say("Remove this condition")).last.click()
    count = page.locator("#segment-count [data-count]")
    expect(count).to_have_attribute("data-count", re.compile(own.meant))
    visitor.look("segment")
    visitor.button("Save").click()
    expect(page.get_by_role("status").first).to_be_visible()
    return name


def _condition(visitor: Visitor, place: int, field: str, op: str, value: str) -> None:
    page, prefix = visitor.page, f"#c-0-{place}-"
    conditions = page.locator("[data-condition]")
    if conditions.count() <= place:
        with page.expect_response("**/segments/builder"):
            visitor.button("Add a condition").first.click()
    expect(conditions).to_have_count(place + 1)
    for name, chosen in (("field", field), ("op", op)):
        if page.locator(f"{prefix}{name}").input_value() != chosen:
            with page.expect_response("**/segments/builder"):
                page.locator(f"{prefix}{name}").select_option(chosen)
            here = page.locator(f"{prefix}{name} option[selected]")
            expect(here).to_have_attribute("value", chosen)
    if value:
        page.locator(f"{prefix}value").fill(value)
