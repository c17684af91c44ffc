"""Books to import, and a user who may."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask_babel import Babel

from hub.kernel import access, modules, runner, work
from hub.kernel.access import Actor
from hub.kernel.imports import desk, intake, queries
from hub.kernel.imports.models import Import
from tests import staff
from tests.kernel.imports.trial import guest, trial


class Shelf:
    """What a librarian does, step by step, with the real runner between."""

    def __init__(self, librarian: Actor) -> None:
        self.librarian = librarian

    def upload(self, data: bytes, name: str = "books.csv") -> int:
        with work.unit(writes=False):
            number = intake.receive("books", name, io.BytesIO(data))
        runner.drain()
        return number

    def do(self, action: Callable[..., None], *values: object, **more: object) -> None:
        with work.unit():
            action(*values, **more)
        runner.drain()

    def take(self, data: bytes, answers: dict[str, str] | None = None) -> Import:
        """The whole way."""
        number = self.upload(data)
        if answers:
            self.do(desk.answer, number, answers)
        self.do(desk.check, number)
        self.do(desk.apply, number)
        return self.see(number)

    def see(self, number: int) -> Import:
        with work.unit(writes=False):
            row = queries.one(number)
            work.session().expunge(row)
            return row

    def problems(self, number: int) -> list[tuple[int, str]]:
        with work.unit(writes=False):
            rows, _ = queries.rejects(queries.one(number))
            return [(row.line, "; ".join(row.problems)) for row in rows]


@pytest.fixture
def shelf(app: Flask) -> Iterator[Shelf]:
    if "babel" not in app.extensions:
        Babel(app)
    modules.install((*modules.loaded().items, trial, guest))
    with work.unit():
        librarian = staff.actor(staff.user("operator"))
    with access.acting(librarian):
        yield Shelf(librarian)
