"""The database as it was at one moment, copied while others write to it."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

from hub.kernel.errors import Unavailable

PAGES = 1024  # copied at a time: progress, and a sign of life
MAGIC = b"SQLite format 3\0"
_LINK = "SELECT hash FROM kernel_audit_link ORDER BY seq DESC LIMIT 1"
_PG_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a snapshot holds: rows per table, the last hash of the audit chain."""

    counts: dict[str, int]
    head: str


Say = Callable[[int], None]  # bytes that were dealt with since the last time


def is_sqlite(path: Path) -> bool:
    """Whether a file is a database of SQLite."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def copy_sqlite(source: Path, target: Path, say: Say) -> None:
    """Copy a database that is in use; writers go on, none of what they add meanwhile is in it.

    Source: sqlite.org/backup.html; the open read transaction holds the snapshot in the WAL, so
    that the copy need not begin again with every commit.
    """
    with (
        closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True, timeout=10)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.isolation_level = None
        old.execute("BEGIN")
        old.execute("SELECT count(*) FROM sqlite_master").fetchone()
        (page,) = old.execute("PRAGMA page_size").fetchone()

        def went(_status: int, _left: int, total: int) -> None:
            say(page * min(PAGES, total))

        old.backup(new, pages=PAGES, progress=went)
        new.execute("PRAGMA journal_mode = DELETE")  # one file, whole by itself


def look_sqlite(path: Path) -> Facts:
    """Count a copy that nobody writes to.

    Raises: Unavailable when the copy is damaged.
    """
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as copy:
        if (said := copy.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise Unavailable(f"the database is damaged: {said}")
        tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        names = [name for (name,) in copy.execute(tables)]
        counts = {
            name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
            for name in names
        }
        link = copy.execute(_LINK).fetchone() if "kernel_audit_link" in counts else None
        return Facts(counts, link[0] if link else "")


def dump_postgres(url: str, target: Path) -> Facts:
    """Have pg_dump write a snapshot that we count, so that both are of one moment.

    Raises: Unavailable without pg_dump, or when it fails.
    """
    with psycopg.connect(plain(url)) as held:
        held.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        (number,) = _first(held.execute("SELECT pg_export_snapshot()"))
        facts = _look_postgres(held)
        program(
            url, "pg_dump", "--format=custom", "--no-owner", f"--snapshot={number}",
            f"--file={target}",
        )  # fmt: skip
        return facts


def look_postgres(url: str) -> Facts:
    """Count a database that nobody writes to."""
    with psycopg.connect(plain(url)) as held:
        return _look_postgres(held)


def _look_postgres(held: psycopg.Connection) -> Facts:
    names = sorted(str(name) for (name,) in held.execute(_PG_TABLES))
    counts = {name: _first(held.execute(_count(name)))[0] for name in names}
    link = held.execute(_LINK).fetchone() if "kernel_audit_link" in counts else None
    return Facts(counts, link[0] if link else "")


def _count(name: str) -> Any:
    return psycopg.sql.SQL("SELECT count(*) FROM {}").format(psycopg.sql.Identifier(name))


def _first(cursor: psycopg.Cursor[Any]) -> Any:
    row = cursor.fetchone()
    assert row is not None
    return row


def plain(url: str) -> str:
    """The address as PostgreSQL's own programs and driver know it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def database_name(url: str) -> str:
    """The database an address names."""
    return make_url(plain(url)).database or ""


def program(url: str, name: str, *options: str) -> None:
    """Run one of PostgreSQL's programs on the database; its password is in no process list.

    Raises: Unavailable when it is not there, or fails.
    """
    where = make_url(plain(url))
    path = shutil.which(name)
    if path is None:
        raise Unavailable(f"{name} is not on PATH: install postgresql-client, or run it elsewhere")
    known = {
        "PGHOST": where.host or where.query.get("host"), "PGPORT": where.port,
        "PGUSER": where.username, "PGPASSWORD": where.password, "PGDATABASE": where.database,
    }  # fmt: skip
    done = subprocess.run(
        [path, *options], env={key: str(value) for key, value in known.items() if value},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no word"])[0]
        raise Unavailable(f"{name} failed: {said}")


@contextmanager
def written(path: Path) -> Iterator[None]:
    """Name a full disk as what it is.

    Raises: Unavailable.
    """
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        if isinstance(error, OSError) or "full" in str(error) or "disk I/O" in str(error):
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise Unavailable(f"cannot write to {path}: {reason}; nothing was kept") from error
        raise
