"""A table of people to page through, in the application of the test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from hub.kernel import work
from tests.web import gallery


@pytest.fixture
def fill(app: Flask) -> Callable[[list[dict[str, Any]]], None]:
    """Have exactly these rows in the table."""
    del app
    with work.unit():
        gallery.metadata.create_all(work.session().connection())

    def replace(rows: list[dict[str, Any]]) -> None:
        with work.unit():
            work.session().execute(gallery.people.delete())
            if rows:
                work.session().execute(gallery.people.insert(), rows)

    return replace
