"""One at a time through what a row's lock cannot hold: a rule over many rows of a table."""

from __future__ import annotations

import hashlib

from sqlalchemy import func, select

from hub.kernel import work


def alone(name: str) -> None:
    """Wait until no other unit goes through `name`; held until this unit ends.

    SQLite lets one unit write at a time anyway.
    """
    if work.dialect() != "postgresql":
        return
    number = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), signed=True)
    work.session().execute(select(func.pg_advisory_xact_lock(number)))
