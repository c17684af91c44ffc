"""Make a backup: a snapshot, its manifest, one archive that appears whole or not at all."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tarfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hub.kernel import clock, modules, vitals
from hub.kernel.backups import manifest, shelf, snapshot
from hub.kernel.backups.manifest import Manifest, Member
from hub.kernel.config import Config
from hub.kernel.errors import Conflict, Unavailable

# What is made anew: the queue from the outbox, the index from the tables, claims by hand.
LEFT_OUT = frozenset({
    shelf.FOLDER, "valkey", "redis.url", "search", "journal", "hub.lock", "restore.part",
    "run.log", "hub.db", "hub.db-wal", "hub.db-shm",
})  # fmt: skip
BLOCK = 1024 * 1024
TELL_S = 0.5

Told = Callable[[int, int], None]  # bytes done, bytes in all


@dataclass(slots=True)
class Progress:
    """Adds up what was dealt with, and tells it now and then."""

    total: int
    told: Told
    done: int = 0
    last_s: float = 0.0

    def add(self, count: int) -> None:
        """So many bytes more."""
        self.done = min(self.total, self.done + count)  # a file may have grown meanwhile
        if time.monotonic() - self.last_s > TELL_S and self.done < self.total:
            self.last_s = time.monotonic()
            self.told(self.done, self.total)

    def end(self) -> None:
        """All of it."""
        self.told(self.total, self.total)


@dataclass(frozen=True, slots=True)
class Made:
    """A finished archive."""

    path: Path
    size: int  # bytes
    found: Manifest


def make(config: Config, target: Path | None, told: Told) -> Made:
    """Write everything of this installation into one file, while it runs.

    Raises: Conflict while another backup is made; Unavailable for a full disk.
    """
    with shelf.alone() as staging:
        path = target or shelf.folder() / shelf.next_name()
        size = database_size(config)
        _refuse_full(path.parent, size)
        others = list(_others(config.data, staging))
        work = Progress(2 * size + 2 * sum(file.stat().st_size for _, file in others), told)
        with snapshot.written(staging):
            name, facts = _snapshot(config, staging, work)
            files = [(name, staging / name), *_steady(others, staging, work)]
            found = _describe(config, facts, files, work)
        with snapshot.written(path):
            _pack(path, found, dict(files), work)
        work.end()
        return Made(path, path.stat().st_size, found)


def database_size(config: Config) -> int:
    """Bytes of the embedded database; 0 for one that lies elsewhere."""
    path = config.data / "hub.db"
    return path.stat().st_size if config.is_sqlite and path.is_file() else 0


def _refuse_full(folder: Path, size: int) -> None:
    """A copy and an archive of it must fit; what would not is not begun."""
    if not folder.is_dir():
        raise Unavailable(f"there is no folder {folder}: make it, or name another file")
    free = shutil.disk_usage(folder).free
    if free < 2 * size + BLOCK:
        raise Unavailable(
            f"{2 * size // BLOCK + 1} MB are needed in {folder}, {free // BLOCK} MB are free"
        )


def _snapshot(config: Config, staging: Path, work: Progress) -> tuple[str, snapshot.Facts]:
    if config.is_sqlite:
        copy = staging / "hub.db"
        snapshot.copy_sqlite(config.data / "hub.db", copy, work.add)
        return copy.name, snapshot.look_sqlite(copy)
    dump = staging / "hub.dump"
    return dump.name, snapshot.dump_postgres(config.database_url, dump)


def _others(data: Path, staging: Path) -> Iterator[tuple[str, Path]]:
    """Every further file of the data folder, by its name in the archive."""
    for path in sorted(data.rglob("*")):
        inside = path.relative_to(data)
        skipped = inside.parts[0] in LEFT_OUT or staging in path.parents
        passing = path.name.endswith((".part", "-wal", "-shm"))
        if path.is_file() and not path.is_symlink() and not skipped and not passing:
            yield f"data/{inside.as_posix()}", path


def _steady(
    files: list[tuple[str, Path]], staging: Path, work: Progress
) -> Iterator[tuple[str, Path]]:
    """Files as they may be read: databases that are in use are copied first."""
    for number, (name, path) in enumerate(files):
        if not path.exists():
            continue  # taken away since: nothing in the snapshot asks for it
        if snapshot.is_sqlite(path):
            copy = staging / f"other-{number}"
            snapshot.copy_sqlite(path, copy, lambda _: None)
            yield name, copy
        else:
            yield name, path
        work.add(path.stat().st_size)


def _describe(
    config: Config, facts: snapshot.Facts, files: list[tuple[str, Path]], work: Progress
) -> Manifest:
    members = []
    for name, path in files:
        digest, size = hashlib.sha256(), 0
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
                size += len(block)
                work.add(0)
        members.append(Member(name=name, size=size, sha256=digest.hexdigest()))
    return Manifest(
        version=vitals.VERSION,
        made_at=clock.now().isoformat(),
        dialect="sqlite" if config.is_sqlite else "postgresql",
        modules=manifest.versions(modules.loaded()),
        counts=facts.counts,
        head=facts.head,
        members=tuple(members),
    )


def _pack(path: Path, found: Manifest, files: dict[str, Path], work: Progress) -> None:
    """Write the archive beside its place, make sure it is on the disk, then name it."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=1) as archive:
                text = found.text()
                archive.addfile(_header(manifest.NAME, len(text)), io.BytesIO(text))
                for member in found.members:
                    _add(archive, member, files[member.name], work)
            raw.flush()
            os.fsync(raw.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def _add(archive: tarfile.TarFile, member: Member, path: Path, work: Progress) -> None:
    with path.open("rb") as file:
        reader = _Hashing(file, work)
        archive.addfile(_header(member.name, member.size), reader)
    if reader.digest.hexdigest() != member.sha256:
        raise Conflict(f"{member.name} changed while it was read: make the backup again")


class _Hashing(io.RawIOBase):
    """A file that hashes what is read from it."""

    def __init__(self, file: io.BufferedReader, work: Progress) -> None:
        self._file, self._work = file, work
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self.digest.update(block)
        self._work.add(len(block))
        return block


def _header(name: str, size: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mode = size, 0o600
    header.mtime = int(clock.now().timestamp())
    return header


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
