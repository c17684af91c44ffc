"""One running hub for the walks, and a visitor with a clean browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e.product import Product, running
from tests.e2e.visitor import Device, Visitor


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """The real product, started once."""
    with running() as product:
        yield product


@pytest.fixture
def visit(browser: Browser, product: Product) -> Iterator[Callable[[Device], Visitor]]:
    """Makes visitors; each must leave without a complaint of the browser."""
    visitors: list[Visitor] = []

    def come(device: Device) -> Visitor:
        visitors.append(Visitor(browser, product, device))
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.leave()
