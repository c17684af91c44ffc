"""The system on one page: parts, processes, lanes, storage, versions."""

from __future__ import annotations

import platform
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from hub.kernel import modules, readiness, schema, store, supervise, vitals, work
from hub.kernel.backups import shelf
from hub.kernel.backups.shelf import Kept
from hub.kernel.beats import Beat
from hub.kernel.config import Config
from hub.kernel.errors import Unavailable
from hub.kernel.readiness import Part


@dataclass(frozen=True, slots=True)
class Storage:
    """Bytes here and there; `database` is 0 where it cannot be told."""

    database: int
    log: int
    free: int
    size: int
    backups: int
    newest: Kept | None


@dataclass(frozen=True, slots=True)
class Versions:
    """What runs: the code, what it runs on, and each module's tables (code, database)."""

    hub: str
    python: str
    database: str
    redis: str
    modules: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class System:
    """All of it; `missing` says how many workers fewer there are than were asked for."""

    parts: tuple[Part, ...]
    beats: tuple[Beat, ...]
    missing: int
    storage: Storage
    versions: Versions

    @property
    def is_well(self) -> bool:
        """Whether nothing is red."""
        return (
            all(part.is_ok for part in self.parts)
            and all(beat.is_alive for beat in self.beats)
            and not self.missing
        )


def look(config: Config) -> System:
    """The system at this moment; in a unit that reads."""
    parts = readiness.parts()
    try:
        beats = tuple(store.heard())
    except Unavailable:
        beats = ()
    return System(parts, beats, _missing(config, beats), storage(config), _versions(config))


def _missing(config: Config, beats: tuple[Beat, ...]) -> int:
    """Under one supervisor here the number of workers is known; elsewhere nobody can say."""
    if not supervise.is_held(config.data):
        return 0
    alive = sum(beat.kind == "worker" and beat.is_alive for beat in beats)
    return max(0, config.workers - alive)


def storage(config: Config) -> Storage:
    """Room that is taken and left."""
    disk = shutil.disk_usage(config.data)
    kept = shelf.kept()
    database, log = config.data / "hub.db", config.data / "hub.db-wal"
    here = config.is_sqlite
    return Storage(
        database=_size(database) if here else _postgres_size(),
        log=_size(log) if here else 0,
        free=disk.free,
        size=disk.total,
        backups=sum(one.size for one in kept),
        newest=kept[0] if kept else None,
    )


def kept() -> list[Kept]:
    """Archives on the shelf, newest first."""
    return shelf.kept()


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _postgres_size() -> int:
    query = text("SELECT pg_database_size(current_database())")
    return int(work.session().scalar(query) or 0)


def _versions(config: Config) -> Versions:
    try:
        facts = store.facts()
        redis = str(facts.get("valkey_version") or facts.get("redis_version"))
    except Unavailable:
        redis = ""
    here = config.is_sqlite
    server = "" if here else str(work.session().scalar(text("SHOW server_version")))
    connection = work.session().connection()
    return Versions(
        hub=vitals.VERSION,
        python=platform.python_version(),
        database=f"SQLite {sqlite3.sqlite_version}" if here else f"PostgreSQL {server}",
        redis=redis,
        modules=tuple(
            (module.name, steps[-1].stem, schema.version_of(connection, module))
            for module in modules.loaded().items
            if (steps := schema.steps(module))
        ),
    )
