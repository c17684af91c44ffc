"""What the kernel asks of its stores for `hub doctor`: the database and Redis."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select, text

from hub.kernel import foreign_locks, modules, schema, store, work
from hub.kernel.config import Config
from hub.kernel.findings import fault, ok, warning
from hub.kernel.module import Finding

LONG_WAL = 1024**3 // 4  # bytes
SKEW_S = 2.0


def database(config: Config) -> Iterable[Finding]:
    """Free, current, guarded, whole."""
    if not foreign_locks.is_writable(config):
        yield locked()
        return
    connection = work.session().connection()
    if not schema.is_current(connection, modules.loaded()):
        yield fault(_("its tables are not those of this version"), _("run `hub migrate`"))
        return
    if missing := schema.guards_missing(connection):
        yield fault(
            _("append-only tables without guards: %(value)s", value=", ".join(missing)),
            _("run `hub migrate`"),
        )
    if config.is_sqlite:
        yield from _sqlite(config.data / "hub.db")
    else:
        version = connection.scalar(text("SHOW server_version"))
        yield ok(_("PostgreSQL %(version)s", version=version))
    here, there = datetime.now(UTC), _database_clock(config)
    if abs((there - here).total_seconds()) > SKEW_S:
        yield fault(
            _(
                "its clock says %(there)s, ours %(here)s",
                there=f"{there:%H:%M:%S}",
                here=f"{here:%H:%M:%S}",
            ),
            _("set both by NTP"),
        )


def locked() -> Finding:
    """That somebody else holds the embedded database."""
    return fault(
        _("another program holds its write lock: nothing can be saved"),
        _("see who has hub.db open (`fuser -v hub.db`) and end that program"),
    )


def _sqlite(path: Path) -> Iterator[Finding]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=10)) as file:
        said = file.execute("PRAGMA quick_check(5)").fetchall()
    if said != [("ok",)]:
        yield fault(
            _("it is damaged: %(said)s", said=said[0][0]),
            _("restore the last backup: `hub restore FILE`"),
        )
    wal = path.with_name("hub.db-wal")
    size = wal.stat().st_size if wal.exists() else 0
    if size > LONG_WAL:
        yield warning(
            _("its log has %(size)s MB", size=size // 1024**2),
            _("look for a reader that never ends"),
        )
    yield ok(
        _(
            "SQLite %(sqlite_version)s, whole, %(stat)s MB",
            sqlite_version=sqlite3.sqlite_version,
            stat=path.stat().st_size // 1024**2,
        )
    )


def _database_clock(config: Config) -> datetime:
    if config.is_sqlite:
        return datetime.now(UTC)  # it has none of its own
    found: datetime = work.session().scalar(select(func.clock_timestamp()))  # type: ignore[assignment]
    return found.astimezone(UTC)


def redis(config: Config) -> Iterable[Finding]:
    """It answers, soon, and its clock agrees."""
    cure = _("start it") if config.redis_url else _("start `hub run`, or set HUB_REDIS_URL")
    if not store.ping():
        yield fault(_("Redis does not answer: sends and jobs wait"), cure)
        return
    began = time.time()
    facts = store.facts()
    skew = facts["now_s"] - (began + time.time()) / 2
    if abs(skew) > SKEW_S:
        yield fault(_("its clock differs by %(skew)s s", skew=f"{skew:.1f}"), _("set both by NTP"))
    if facts.get("maxmemory_policy", "noeviction") != "noeviction":
        yield fault(_("it may throw our keys away"), _("set maxmemory-policy noeviction"))
    name = facts.get("valkey_version") or facts.get("redis_version")
    yield ok(_("%(name)s, %(facts)s in use", name=name, facts=facts["used_memory_human"]))
