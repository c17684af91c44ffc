"""Restore into an empty data folder: checked before anything is written, whole or not at all."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask
from sqlalchemy import inspect

from hub.kernel import access, audit, keys, modules, schema, search, vitals, work
from hub.kernel.backups import manifest, reading, snapshot
from hub.kernel.backups.making import Progress, Told
from hub.kernel.backups.manifest import BadArchive, Manifest
from hub.kernel.config import Config
from hub.kernel.errors import Conflict, Unavailable
from hub.kernel.ring import KeyMissing

PART = "restore.part"  # where members lie until all of them are proven
ALLOWED = frozenset({"hub.lock", "secret.key", PART})  # an empty folder may hold these

CreateApp = Callable[[Config], Flask]


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back."""

    found: Manifest
    rows: int
    head: str


def restore(config: Config, create_app: CreateApp, source: Path, told: Told) -> Restored:
    """Bring an archive back; the caller holds the data folder.

    Raises: BadArchive for one that is damaged or foreign; Conflict for a folder or a database
        that is not empty; Unavailable for too small a disk; KeyMissing where what was sealed
        would stay shut.
    """
    found = reading.head(source)
    _refuse_other(config, found)
    part = _emptied(config.data)
    _refuse_full(config, found)
    with (
        tempfile.TemporaryDirectory(prefix="hub-restore-") as aside,  # what the code makes at once
        _opened(create_app, replace(config, data=Path(aside))),
    ):
        manifest.refuse_foreign(found, manifest.versions(modules.loaded()), vitals.VERSION)
        if not config.is_sqlite:
            _refuse_filled()
    work_left = Progress(2 * found.size, told)
    reading.check(source, work_left)
    part.mkdir(mode=0o700)
    try:
        with snapshot.written(part):
            reading.unpack(source, part, work_left)
        restored = _prove(config, create_app, found, part)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    _put_in_place(config.data, part)
    work_left.end()
    return restored


def rebuild(config: Config, create_app: CreateApp) -> int:
    """What the archive leaves out, made anew: the search index → documents."""
    with _opened(create_app, config), work.unit(writes=False):
        return search.rebuild()


@contextlib.contextmanager
def _opened(create_app: CreateApp, config: Config) -> Iterator[None]:
    """An application for this once: no connection of its outlives it."""
    create_app(config)
    try:
        yield
    finally:
        work.let_go()


def _refuse_other(config: Config, found: Manifest) -> None:
    here = "sqlite" if config.is_sqlite else "postgresql"
    if found.dialect != here:
        raise BadArchive(f"it holds a database of {found.dialect}, this installation has {here}")


def _refuse_filled() -> None:
    with work.unit(writes=False):
        if inspect(work.session().connection()).get_table_names():
            raise Conflict("the database is not empty: make a new one")


def _emptied(data: Path) -> Path:
    """The folder to unpack into, after what an interrupted restore left.

    Raises: Conflict.
    """
    part = data / PART
    if part.exists():
        _sweep(data, part)
    if others := sorted(path.name for path in data.iterdir() if path.name not in ALLOWED):
        raise Conflict(f"{data} is not empty ({others[0]} …): restore into an empty folder")
    return part


def _sweep(data: Path, part: Path) -> None:
    """A restore was killed: what it had put in place came from the archive and goes first."""
    moved = part / "moved"
    for name in moved.read_text("utf-8").splitlines() if moved.exists() else ():
        place = data / name
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)
    shutil.rmtree(part)


def _refuse_full(config: Config, found: Manifest) -> None:
    free = shutil.disk_usage(config.data).free
    if found.size > free:
        raise Unavailable(f"it holds {found.size} bytes, {config.data} has room for {free}")


def _prove(config: Config, create_app: CreateApp, found: Manifest, part: Path) -> Restored:
    """The database must be what the manifest says and its audit chain whole, before it counts."""
    if config.is_sqlite:
        facts = snapshot.look_sqlite(part / "hub.db")
    else:
        snapshot.program(
            config.database_url, "pg_restore", "--exit-on-error", "--single-transaction",
            "--no-owner", f"--dbname={snapshot.database_name(config.database_url)}",
            str(part / "hub.dump"),
        )  # fmt: skip
        facts = snapshot.look_postgres(config.database_url)
    _refuse_different(found, facts)
    url = f"sqlite:///{part}/hub.db" if config.is_sqlite else config.database_url
    ring_file = _ring_file(config, part / "data")
    there = replace(config, data=part / "data", database_url=url, keys_file=str(ring_file))
    with _opened(create_app, there):
        with work.unit(writes=False):
            verdict = audit.verify()
            if not verdict.holds:
                raise BadArchive(f"its audit chain does not hold: {verdict.faults[0]}")
            _refuse_without_keys(config, ring_file)
        with access.acting(access.SYSTEM):
            _settle(found)
    return Restored(found, sum(facts.counts.values()), verdict.head)


def _ring_file(config: Config, brought: Path) -> Path:
    """Where the key ring is looked at: in what was brought, or where it is kept apart."""
    kept = Path(config.keys_file)
    return brought / kept.relative_to(config.data) if kept.is_relative_to(config.data) else kept


def _refuse_without_keys(config: Config, ring_file: Path) -> None:
    """What was sealed must open: every key it is wrapped with is in the ring.

    Raises: KeyMissing.
    """
    if not keys.in_use():
        return
    cure = f"put the ring of that time to {config.keys_file} (HUB_KEYS_FILE)"
    if not ring_file.exists():
        raise KeyMissing(f"people's data is sealed, and no key ring is there: {cure}")
    for name, people in keys.missing().items():
        raise KeyMissing(f"the key ring lacks key {name}, which seals {people} people: {cure}")


def _refuse_different(found: Manifest, facts: snapshot.Facts) -> None:
    for name, count in found.counts.items():
        if facts.counts.get(name) != count:
            raise BadArchive(f"{name} has {facts.counts.get(name)} rows, not {count}")
    if facts.head != found.head:
        raise BadArchive("the head of its audit chain is not the one its manifest names")


def _settle(found: Manifest) -> None:
    """Bring older tables up to date, and have each module put right what time has overtaken."""
    with work.unit():
        schema.upgrade(work.session().connection(), modules.loaded())
    for module in modules.loaded().items:
        if module.restored is not None:
            with work.unit():
                module.restored()
    with work.unit():
        audit.append("restored", "installation", None, {"made_at": found.made_at})


def _put_in_place(data: Path, part: Path) -> None:
    """Move what was proven to where it belongs, noting each name before: it can be undone."""
    moved = part / "moved"
    places = {path.name: path for path in (part / "data").glob("*")}
    places |= {path.name: path for path in sorted(part.glob("hub.db*"), reverse=True)}
    with moved.open("w", encoding="utf-8") as notes:
        for name, path in places.items():
            notes.write(f"{name}\n")
            notes.flush()
            target = data / name
            if path.is_dir() and target.is_dir():
                shutil.rmtree(target)
            path.replace(target)
    shutil.rmtree(part)
