"""The components in a browser: no policy breach, no accessibility fault, all by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import SHOTS, barriers, complaints_of

pytestmark = pytest.mark.browser

PAGES = ("/", "/gallery/list", "/gallery/empty", "/gallery/form", "/gallery/parts", "/nowhere")
LOOKS = (("desk", 1280, 800, "en", "light"), ("phone", 390, 844, "zh-CN", "light"),
         ("desk", 1280, 800, "zh-CN", "dark"), ("phone", 390, 844, "en", "dark"))  # fmt: skip


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page of a desk, which fails the test when the console complains."""
    context = browser.new_context(
        base_url=address, viewport={"width": 1280, "height": 800}, locale="en"
    )
    page = context.new_page()
    complaints = complaints_of(page)
    yield page
    context.close()
    assert complaints == []


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look[0]}-{look[3]}-{look[4]}")
def test_axe_finds_nothing(
    browser: Browser, address: str, look: tuple[str, int, int, str, str]
) -> None:
    """On a desk and a phone, in both languages, light and dark."""
    name, width, height, locale, scheme = look
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": height}, locale=locale,
        color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce",
        bypass_csp=True,  # for axe itself
    )  # fmt: skip
    page = context.new_page()
    SHOTS.mkdir(exist_ok=True)
    for path in PAGES:
        page.goto(path)
        page.screenshot(
            path=SHOTS / f"gallery{path.replace('/', '-')}-{name}-{locale}-{scheme}.png"
        )
        assert barriers(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()


def test_a_list_is_worked_by_keyboard(page: Page) -> None:
    """Slash to the filter, Enter filters, j and k walk, Enter opens."""
    page.goto("/gallery/list")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Name")).to_be_focused()
    page.keyboard.type("王芳")
    page.keyboard.press("Enter")
    expect(page.locator("tr[data-row]")).to_have_count(7)
    assert "q=" in page.url
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    link = page.locator("tr[data-row] a").first
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/gallery/form\?person=\d+$"))


def test_a_list_is_sorted_and_paged_in_place(page: Page) -> None:
    """Without a new page, and back with the browser's button."""
    page.goto("/gallery/list")
    page.get_by_role("link", name="Assets").click()
    expect(page.get_by_role("columnheader", name="Assets")).to_have_attribute(
        "aria-sort", "ascending"
    )
    first = page.locator("tr[data-row]").first.inner_text()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("link", name="Previous")).to_be_visible()
    page.get_by_role("link", name="Previous").click()
    expect(page.locator("tr[data-row]").first).to_have_text(first, use_inner_text=True)


def test_a_refused_form_says_what_is_wrong_where_it_is(page: Page) -> None:
    """And keeps what was typed."""
    page.goto("/gallery/form")
    page.get_by_label("Name").fill("Li")
    page.get_by_label("E-mail", exact=False).first.fill("nobody")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Name")).to_have_value("Li")
    email = page.locator("#field-email")
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(email).to_have_accessible_description("Write an address like name@example.com.")
    email.fill("li@example.com")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()


def test_what_destroys_asks_first(page: Page) -> None:
    """The harmless answer has the focus; Escape is it too."""
    page.goto("/gallery/parts")
    page.get_by_role("button", name="Cancel campaign").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Cancel", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "62")
    expect(page.locator(".chart-canvas svg")).to_be_visible()


def test_the_menu_of_a_phone_opens_as_a_sheet(browser: Browser, address: str) -> None:
    """And the list is made of cards."""
    context = browser.new_context(
        base_url=address, viewport={"width": 390, "height": 844}, locale="zh-CN"
    )
    page = context.new_page()
    page.goto("/gallery/list")
    page.get_by_role("button", name="更多", exact=True).click()
    expect(page.get_by_role("dialog", name="主菜单")).to_be_visible()
    page.get_by_role("button", name="关闭").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    context.close()
