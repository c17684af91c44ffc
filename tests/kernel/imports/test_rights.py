"""An import obeys the rights that whoever it works for has now, not those of its first day."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from hub.accounts import service as accounts
from hub.accounts.rules import RoleName
from hub.kernel import access, runner, work
from hub.kernel.access import Actor
from hub.kernel.errors import Forbidden
from hub.kernel.imports import applying, desk
from hub.kernel.operations import Operation
from hub.kernel.sentences import shown
from tests.kernel.imports.conftest import Shelf
from tests.kernel.imports.trial import Book

PLAIN = b"no,title\n" + b"".join(b"%d,Book\n" % number for number in range(1_500))


def strip(user_id: int, *roles: RoleName) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        accounts.set_roles(user_id, set(roles))


def count() -> int:
    with work.unit(writes=False):
        return work.session().scalar(select(func.count()).select_from(Book)) or 0


def step(number: int) -> None:
    """One slice, as a worker takes it."""
    with work.unit():
        task = applying.claim("test", number, 3)
    assert task is not None
    with work.unit():
        applying.record(task, None)


def test_who_loses_the_right_stops_in_the_middle_and_goes_on_with_it_later(
    app: Flask, shelf: Shelf
) -> None:
    del app
    number, user_id = shelf.upload(PLAIN), shelf.librarian.user_id or 0
    shelf.do(desk.check, number)
    with work.unit():
        desk.apply(number)
    step(number)
    strip(user_id)
    runner.drain()
    row = shelf.see(number)
    assert (row.state, row.halted, count()) == ("halted", "applying", 1_000)
    assert "no longer has the right “books.write”" in shown(row.problem)
    with work.unit(writes=False):
        ended = select(Operation.state).order_by(Operation.id.desc()).limit(1)
        assert work.session().scalar(ended) == "failed"
    with access.acting(Actor(user_id=user_id)), pytest.raises(Forbidden):
        shelf.do(desk.resume, number)
    strip(user_id, RoleName.OPERATOR)
    shelf.do(desk.resume, number)
    row = shelf.see(number)
    assert (row.state, row.created, row.problem, count()) == ("done", 1_500, None, 1_500)


@pytest.mark.database("sqlite")
def test_who_is_locked_stops_too(app: Flask, shelf: Shelf) -> None:
    del app
    number, user_id = shelf.upload(PLAIN), shelf.librarian.user_id or 0
    with work.unit():
        desk.check(number)
    with work.unit(), access.acting(access.SYSTEM):
        accounts.lock(user_id)
    runner.drain()
    assert (shelf.see(number).state, shelf.see(number).halted) == ("halted", "checking")
    with work.unit(), access.acting(access.SYSTEM):
        accounts.unlock(user_id)
    shelf.do(desk.resume, number)
    assert (shelf.see(number).state, shelf.see(number).good) == ("checked", 1_500)
