"""A worker that is killed with -9 in the middle of a pass costs time, not rows."""

from __future__ import annotations

import io
import random
import subprocess
import sys

import pytest
from flask import Flask
from sqlalchemy import func, select

from hub.kernel import runner, work
from hub.kernel.imports import desk, intake, queries
from hub.kernel.imports.models import WORKING, Line, Row
from tests.kernel.imports.conftest import Shelf
from tests.kernel.imports.trial import Book
from tests.servers import wait_for

ROWS = 30_000


def body() -> bytes:
    lines = [b"no,title,price,words"]
    lines += [b"%d,Book %d,%d.50,a%d;b" % (n, n, n, n) for n in range(ROWS)]
    lines[500], lines[20_000] = b"9,too,many,columns,here", b"77,,1,"
    return b"\n".join(lines) + b"\n"


@pytest.mark.database("sqlite")
def test_killed_workers_leave_the_same_result(shelf: Shelf, app: Flask) -> None:
    config, chance, kills = app.config["HUB"], random.Random(4), 0
    with work.unit(writes=False):
        number = intake.receive("books", "books.csv", io.BytesIO(body()))

    def cursor() -> object:
        row = shelf.see(number)
        return row.state, row.cursor

    for following in (desk.check, desk.apply, None):
        for _ in range(2):
            command = [sys.executable, "-m", "tests.kernel.imports.worker"]
            command += [str(config.data), config.redis_url]
            before = cursor()
            child = subprocess.Popen(command)
            wait_for(lambda: cursor() != before, "a first slice")  # noqa: B023 - used at once
            try:
                child.wait(chance.uniform(0, 0.15))
            except subprocess.TimeoutExpired:
                child.kill()
                kills += 1
            child.wait()
            runner.recover_dead()
        runner.drain()
        assert shelf.see(number).state not in WORKING
        if following is not None:
            with work.unit():
                following(number)
    row = shelf.see(number)
    assert kills >= 3
    assert (row.lines, row.created, row.bad) == (ROWS, ROWS - 2, 2)
    with work.unit(writes=False):
        counts = [
            work.session().scalar(select(func.count()).select_from(m)) for m in (Line, Row, Book)
        ]
        assert queries.rejects(row)[1] is None
    assert counts == [ROWS, ROWS, ROWS - 2]
