"""Fixtures of the campaigns' tests."""

from __future__ import annotations

import pytest
from flask import Flask

from tests import staff
from tests.campaigns.desk import Desk
from tests.channels.mailing import mailbox as mailbox


@pytest.fixture
def desk(app: Flask) -> Desk:
    """The firm with its clients and segments."""
    return Desk(app)


@pytest.fixture
def as_broker(desk: Desk) -> staff.Browser:
    """A browser signed in as the broker."""
    return staff.signed_in(desk.app, desk.broker_user)


@pytest.fixture
def as_marketer(desk: Desk) -> staff.Browser:
    """A browser signed in as the marketer."""
    return staff.signed_in(desk.app, desk.marketer)
