"""A person at a device: reads the pages in his language and looks at each of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from playwright.sync_api import Browser, Locator, Page, WebSocket, expect

from tests.browser import PATIENCE_MS, SHOTS, barriers, complaints_of
from tests.e2e.product import ROOT, Product

PACKAGES = ("hub", "channels", "campaigns")
ENGLISH = re.compile(r"\b[A-Za-z]{2,}(?:[ ,]+[A-Za-z]{2,}){3,}")  # four words: no name of a person


@dataclass(frozen=True)
class Device:
    """What the visitor looks at."""

    name: str
    width: int
    height: int
    locale: str
    language: str


PHONE_ZH = Device("phone", 390, 844, "zh-CN", "zh")
DESK_EN = Device("desk", 1280, 800, "en-GB", "en")


def _chinese() -> dict[str, str]:
    words: dict[str, str] = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("zh/LC_MESSAGES/messages.po")):
            with path.open("rb") as file:
                for entry in read_po(file):
                    if isinstance(entry.id, str) and isinstance(entry.string, str):
                        words[entry.id] = entry.string
    return words


class Visitor:
    """A browser of its own, and the words of one language."""

    def __init__(self, browser: Browser, product: Product, device: Device) -> None:
        self.product, self.device = product, device
        self.context = browser.new_context(
            base_url=product.url, locale=device.locale, reduced_motion="reduce",
            viewport={"width": device.width, "height": device.height}, accept_downloads=True,
        )  # fmt: skip
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()
        self.complaints = complaints_of(self.page)
        self.pushes: list[str] = []
        self.page.on("websocket", self._listen)
        self._words = _chinese() if device.language == "zh" else {}
        self._seen = 0

    def say(self, text: str, **values: Any) -> str:
        """What the page says for an English text."""
        if self.device.language == "zh":
            text = self._words[text]
        return text % values if values else text

    def button(self, text: str, **values: Any) -> Locator:
        """The button with this text."""
        return self.page.get_by_role("button", name=self.say(text, **values), exact=True)

    def link(self, text: str, **values: Any) -> Locator:
        """The link with this text."""
        return self.page.get_by_role("link", name=self.say(text, **values), exact=True)

    def heading(self, text: str, **values: Any) -> Locator:
        """The heading with this text."""
        return self.page.get_by_role("heading", name=self.say(text, **values))

    def menu(self, text: str) -> None:
        """Go somewhere by the main menu: beside the page on a desk, a sheet on a phone."""
        name = self.say(text)
        if self.device.name == "phone":
            self.page.get_by_role("button", name=self.say("More"), exact=True).click()
            menu = self.page.get_by_role("dialog", name=self.say("Main menu"))
        else:
            menu = self.page.get_by_role("navigation", name=self.say("Main menu"))
        with self.page.expect_event("load"):
            menu.get_by_role("link", name=name, exact=True).click()

    def panel(self, name: str) -> None:
        """Go to a panel of a client's page, which comes when it is in sight."""
        panel = self.page.locator(f"section[aria-labelledby=panel-{name}]")
        # It is replaced as soon as it is seen: no handle to it lasts.
        self.page.wait_for_function(
            "name => { const p = document.getElementById(name); p?.scrollIntoView(); return !!p }",
            arg=f"panel-{name}",
        )
        expect(panel).not_to_have_attribute("aria-busy", "true")

    def look(self, name: str) -> None:
        """Keep a picture; note what is cut off, closed to somebody, or not translated."""
        self._seen += 1
        SHOTS.mkdir(exist_ok=True)
        file = f"walk-{self.device.language}-{self._seen:02}-{name}.png"
        self.page.evaluate("scrollTo(0, 0)")
        self.page.screenshot(path=SHOTS / file, full_page=True)
        width = self.page.evaluate("document.documentElement.scrollWidth")
        if width > self.device.width:
            self.complaints.append(f"{file}: {width} wide")
        self.complaints += [f"{file}: {fault}" for fault in barriers(self.page)]
        if self.device.language == "zh":
            text = self.page.locator("body").inner_text()
            self.complaints += [f"{file}: {found.group()}" for found in ENGLISH.finditer(text)]

    def upload(self, name: str, content: bytes) -> None:
        """Put a file into the page's file field."""
        file = {"name": name, "mimeType": "text/csv", "buffer": content}
        self.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]

    def download(self, link: Locator) -> str:
        """What a link gives as a file."""
        with self.page.expect_download() as caught:
            link.click()
        return Path(caught.value.path()).read_text("utf-8-sig")

    def leave(self) -> None:
        """Go; the browser must not have complained."""
        self.context.close()
        assert self.complaints == [], self.complaints

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self.pushes.append(str(frame)))
