"""Debian's Chromium, and what every page is asked: no complaint, no barrier, no overflow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

ROOT = Path(__file__).parents[1]
SHOTS = ROOT / "shots"
AXE = ROOT / "node_modules/axe-core/axe.min.js"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE_MS = 20_000  # a page is waited for; a busy machine is no fault of it

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser per test process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def complaints_of(page: Page) -> list[str]:
    """Errors of the console and of scripts of `page` from now on, breaches of the CSP too.

    Shape: an answer of 4xx is no fault of a page; a test may have asked for it.
    """
    found: list[str] = []

    def hear(line: ConsoleMessage) -> None:
        if line.type == "error" and "status of 4" not in line.text:
            found.append(f"{page.url}: {line.text} {line.location}")

    page.on("console", hear)
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
    return found


def barriers(page: Page) -> list[tuple[str, list[Any]]]:
    """What axe finds on `page`: (rule, elements)."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    faults = page.evaluate("axe.run(document).then((result) => result.violations)")
    return [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in faults]
