"""The whole application on a port, opened by the name that passkeys need."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page
from werkzeug.serving import make_server

from tests.browser import PATIENCE_MS, SHOTS, barriers, complaints_of

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve `app` → its address by name."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Visit:
    """A browser at the site: its page, what it complained of, its authenticator."""

    def __init__(self, browser: Browser, address: str, *, phone: bool = False) -> None:
        self.width = (PHONE if phone else DESK)["width"]
        self.context: BrowserContext = browser.new_context(
            base_url=address, viewport=PHONE if phone else DESK,  # type: ignore[arg-type]
            locale="zh-CN" if phone else "en-GB", bypass_csp=False, reduced_motion="reduce",
        )  # fmt: skip
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()
        self.complaints = complaints_of(self.page)
        self.name = "phone-zh" if phone else "desk-en"

    def authenticator(self) -> CDPSession:
        """Give the browser a platform authenticator that always says yes."""
        session = self.context.new_cdp_session(self.page)
        session.send("WebAuthn.enable")
        session.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
                    "hasUserVerification": True, "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )  # fmt: skip
        return session

    def sign_in(self, email: str, password: str) -> None:
        """By mailbox and password."""
        self.page.goto("/login")
        self.page.locator("#email").fill(email)
        self.page.locator("#password").fill(password)
        self.page.locator("button[type=submit].btn-primary").click()

    def look(self, name: str) -> None:
        """Keep a picture; no barrier, nothing wider than the screen."""
        SHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SHOTS / f"sign-in-{name}-{self.name}.png", full_page=True)
        assert barriers(self.page) == [], name
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.width, name

    def leave(self) -> None:
        """Go; the browser must not have complained, but of the live process, which is away here."""
        self.context.close()
        assert [line for line in self.complaints if "WebSocket connection" not in line] == []
