"""The disk fills up while a campaign is on its way: nothing is lost, nothing is sent twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Connection, event, select

from hub.kernel import clock, runner, work
from hub.kernel.db import db
from hub.kernel.messages import post_to
from hub.kernel.outbox import OutboxRow
from tests import make
from tests.channels.mailing import EVERYBODY, Mailbox, mailbox, states

__all__ = ["mailbox"]

pytestmark = pytest.mark.database("sqlite")

MANY = 300  # their attempts need pages that the file has not
ROOMY = 2**30  # pages


class Disk:
    """Says of the database file how large it may grow."""

    def __init__(self) -> None:
        self.is_full = False

    def begin(self, connection: Connection) -> None:
        most = 1 if self.is_full else ROOMY  # SQLite takes the present size for the least
        connection.exec_driver_sql(f"PRAGMA max_page_count={most}")


@pytest.fixture
def disk(app: Flask) -> Iterator[Disk]:
    disk = Disk()
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
    def fill() -> None:
        disk.is_full = True

    mailbox.meanwhile[3] = fill
    with work.unit():
        for number in range(MANY):
            make.client(email=f"c{number}@mail.example", consent_to=("promotion",))
        post_to(make.message(), EVERYBODY)
    runner.drain()
    assert len(mailbox.mails) >= 3
    assert "disk is full" in troubles()
    disk.is_full = False
    with clock.set_to(clock.now() + timedelta(hours=1)):
        runner.drain()
    assert len(set(mailbox.to())) == len(mailbox.mails) == MANY
    assert states() == {"sent": MANY}
