"""A worker that is killed with -9 in the middle of a pass costs time, not rows."""

from __future__ import annotations

import io
import os
import signal

import pytest
from sqlalchemy import func, select

from hub.kernel import rescue, runner, work
from hub.kernel.imports import desk, intake, queries
from hub.kernel.imports.models import WORKING, Line, Row
from tests.kernel.imports.conftest import Shelf
from tests.kernel.imports.trial import Book
from tests.servers import wait_for

ROWS = 14_000


def body() -> bytes:
    lines = [b"no,title,price,words"]
    lines += [b"%d,Book %d,%d.50,a%d;b" % (n, n, n, n) for n in range(ROWS)]
    lines[500], lines[9_000] = b"9,too,many,columns,here", b"77,,1,"
    return b"\n".join(lines) + b"\n"


def worker() -> int:
    """A forked process that drains the queues, as the supervisor's workers do."""
    pid = os.fork()
    if pid == 0:
        try:
            work.after_fork()
            runner.drain()
        finally:
            os._exit(0)
    return pid


@pytest.mark.database("sqlite")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_killed_workers_leave_the_same_result(shelf: Shelf) -> None:
    with work.unit(writes=False):
        number = intake.receive("books", "books.csv", io.BytesIO(body()))
    killed_inside = 0
    for following in (desk.check, desk.apply, None):
        pid = worker()
        wait_for(lambda: bool(shelf.see(number).cursor), "the first slice")
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        killed_inside += shelf.see(number).state in WORKING
        rescue.recover_dead()
        runner.drain()
        assert shelf.see(number).state not in WORKING
        if following is not None:
            with work.unit():
                following(number)
    row = shelf.see(number)
    assert killed_inside == 3
    assert (row.lines, row.created, row.bad) == (ROWS, ROWS - 2, 2)
    tables = (Line, Row, Book)
    with work.unit(writes=False):
        session = work.session()
        counts = [session.scalar(select(func.count()).select_from(table)) for table in tables]
        refused, _ = queries.rejects(row)
    assert counts == [ROWS, ROWS, ROWS - 2]
    assert [one.line for one in refused] == [501, 9_001]
