"""The world of sign-in."""

from __future__ import annotations

import pytest
from flask import Flask

from tests import staff
from tests.accounts.factor_world import Armed, real, set_up


@pytest.fixture
def armed(app: Flask) -> Armed:
    """A manager with an authenticator app: its key, his recovery codes."""
    real("manager")
    browser = staff.Browser(app)
    browser.sign_in("zhou@firm.example")
    key, codes, _page = set_up(browser)
    return key, codes
