"""The log of a whole run, demo and walks included: nobody's name, address, password or token."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable

import pytest

from tests.e2e.product import Product
from tests.e2e.visitor import DESK_EN, Device, Visitor

pytestmark = pytest.mark.browser


def test_no_line_of_the_log_gives_anybody_away(
    visit: Callable[[Device], Visitor], product: Product
) -> None:
    person = visit(DESK_EN)
    page = person.page
    for password in ("a wrong one", "demo-broker-1"):
        page.goto("/login?next=/clients/")
        page.locator("input[name=email]").fill("broker@hub.example")
        page.locator("input[name=password]").fill(password)
        with page.expect_navigation():
            page.locator("input[name=password]").press("Enter")
    with sqlite3.connect(f"file:{product.data}/hub.db?mode=ro", uri=True) as file:
        names = [name for (name,) in file.execute("SELECT name FROM clients_client")]
        addresses = [value for (value,) in file.execute("SELECT value FROM clients_address")]
    file.close()
    assert len(names) > 100
    page.goto(f"/search?q={names[0]}")
    page.goto(f"/clients/?q={names[1]}")
    page.goto("/u/SECRET-TOKEN-OF-A-LETTER")
    cookies = [str(cookie["value"]) for cookie in person.context.cookies()]
    log = product.log
    lines = [line for line in log.splitlines() if "event=" in line]
    assert sum("event='request'" in line for line in lines) > 5
    told = "\n".join(lines)
    secrets = [(product.data / "secret.key").read_text(), "SECRET-TOKEN", "a wrong one"]
    secrets += [(product.data / "redis.url").read_text().split(":")[2].split("@")[0], *cookies]
    found = [text for text in (*secrets, *names, *addresses) if len(text) > 1 and text in told]
    assert found == []
    assert not re.search(r"demo-\w+-1", told)
    assert not re.search(r"[\w.]+@[\w.]+\.\w+", told)
