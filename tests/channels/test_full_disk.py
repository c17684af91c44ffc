"""The disk fills up while a campaign is on its way: nothing is lost, nothing is sent twice."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, event, select

from hub.kernel import clock, runner, work
from hub.kernel.config import Config
from hub.kernel.db import db
from hub.kernel.messages import post_to
from hub.kernel.outbox import OutboxRow
from tests import make
from tests.channels.mailing import EVERYBODY, Mailbox, mailbox, states

__all__ = ["mailbox"]

pytestmark = pytest.mark.database("sqlite")

MANY = 150  # their attempts need pages that the file has not
ROOMY = 2**30  # pages


class Disk:
    """Says of the database file how large it may grow."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.is_full = False

    def fill(self) -> None:
        """Take every free page, so that whatever comes must grow the file; then let it not grow.

        However the file came to be: what it has left is room within its pages.
        """
        with contextlib.closing(sqlite3.connect(self.path, timeout=30)) as file:
            file.execute("CREATE TABLE ballast (bytes BLOB)")
            while file.execute("PRAGMA freelist_count").fetchone()[0]:
                file.execute("INSERT INTO ballast VALUES (zeroblob(4000))")
                file.commit()
        self.is_full = True

    def begin(self, connection: Connection) -> None:
        most = 1 if self.is_full else ROOMY  # SQLite takes the present size for the least
        connection.exec_driver_sql(f"PRAGMA max_page_count={most}")


@pytest.fixture
def disk(app: Flask) -> Iterator[Disk]:
    config: Config = app.config["HUB"]
    disk = Disk(config.data / "hub.db")
    with app.app_context():
        engine = db.engine
    event.listen(engine, "begin", disk.begin)
    yield disk
    event.remove(engine, "begin", disk.begin)


def troubles() -> str:
    with work.unit(writes=False):
        query = select(OutboxRow.error).where(OutboxRow.job == "channels.send")
        return " ".join(filter(None, work.session().scalars(query)))


def test_what_was_sent_on_a_full_disk_is_known_when_there_is_room_again(
    mailbox: Mailbox, disk: Disk
) -> None:
    mailbox.meanwhile[3] = disk.fill
    with work.unit():
        for number in range(MANY):
            make.client(email=f"c{number}@mail.example", consent_to=("promotion",))
    runner.drain()  # what else there is to do for new clients
    with work.unit():
        post_to(make.message(), EVERYBODY)
    with clock.set_to(clock.now()):  # the moment stands: nothing is tried again yet
        runner.drain()
        assert len(mailbox.mails) >= 3
        disk.is_full = False
        runner.drain()  # what could not be noted on a full disk is noted now
    assert "database or disk is full" in troubles()
    with clock.set_to(clock.now() + timedelta(hours=1)):
        runner.drain()
    assert len(set(mailbox.to())) == len(mailbox.mails) == MANY
    assert states() == {"sent": MANY}
