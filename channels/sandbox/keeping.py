"""How long the peers' file keeps what arrived, and how one person is taken out of it."""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
from collections.abc import Collection, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from flask_babel import lazy_gettext as _

from channels.sandbox.store import FILE, opened
from hub.kernel import clock, outbox, parameters, work
from hub.kernel.module import Cron, Job, Keep
from hub.kernel.parameters import Parameter

DAYS = Parameter(
    name="channels.keep_sandbox_days", title=_("Messages of the sandbox stay for"), kind="int",
    default=30, unit="days", low=Decimal(1), high=Decimal(3_650),
)  # fmt: skip
SLICE = 2_000  # messages at a time: the peers wait for the lock meanwhile
TABLES = ("mail", "sms")


def purge() -> None:
    """Job: take away a slice of the messages that came long ago; again while one was full."""
    over = (clock.now() - timedelta(days=parameters.get(DAYS.name))).timestamp()
    gone = 0
    with _file() as file:
        for table in TABLES:
            # Numbers rise with time: the oldest stand first, and no index of moments is needed.
            first = f"SELECT id FROM {table} ORDER BY id LIMIT {SLICE}"  # noqa: S608  # literals
            sql = f"DELETE FROM {table} WHERE at < ? AND id IN ({first})"  # noqa: S608
            gone = max(gone, file.execute(sql, (over,)).rowcount)
    if gone == SLICE:
        outbox.defer("channels.purge_sandbox", secrets.token_hex(8))


def forget(addresses: Collection[str]) -> None:
    """Take away every message to these addresses: phone numbers and mailboxes."""
    with _file() as file:
        for table in TABLES:
            sql = f"DELETE FROM {table} WHERE lower(recipient) = lower(?)"  # noqa: S608  # a literal
            file.executemany(sql, [(address,) for address in addresses])


@contextlib.contextmanager
def _file() -> Iterator[sqlite3.Connection]:
    """The peers' file; what is taken away is overwritten in it and in its log.

    Shape: an empty one that nobody keeps where the peers never ran.
    """
    path = work.config().data / FILE
    with contextlib.closing(opened(path if path.is_file() else Path(":memory:"))) as file:
        yield file
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


JOB = Job(name="channels.purge_sandbox", run=purge)
CRON = Cron(job=JOB.name, every_s=86_400)
KEEP = Keep(table=FILE, title=_("Mailbox and phone of the sandbox"), job=JOB.name, days=DAYS.name)
