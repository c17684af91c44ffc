"""Whether somebody else holds the embedded database, found out in a moment.

A unit waits ten seconds for the lock; whoever asks how things stand cannot.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing

from hub.kernel.config import Config

WAIT_S = 2.0  # no unit of ours holds the lock so long, but for a batch's freeze


def is_readable(config: Config) -> bool:
    """Whether it can be read at once; a database elsewhere locks nobody out."""
    return _allows(config, "SELECT count(*) FROM sqlite_master")


def is_writable(config: Config) -> bool:
    """Whether its write lock can be had soon; a database elsewhere locks nobody out."""
    return _allows(config, "BEGIN IMMEDIATE")


def _allows(config: Config, statement: str) -> bool:
    if not config.is_sqlite:
        return True
    address = f"{(config.data / 'hub.db').as_uri()}?mode=rw"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=WAIT_S)) as file:
            file.execute(statement).fetchall()
            file.rollback()
    except sqlite3.OperationalError:
        return False
    return True
