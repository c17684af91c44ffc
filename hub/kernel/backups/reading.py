"""Read an archive that may be damaged or made to do harm: what is not hashed is not believed."""

from __future__ import annotations

import hashlib
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from hub.kernel.backups.making import BLOCK, Progress
from hub.kernel.backups.manifest import LONGEST, NAME, BadArchive, Manifest, Member, parse

_BROKEN = (tarfile.TarError, EOFError, zlib.error, OSError)


def head(path: Path) -> Manifest:
    """What the archive says of itself.

    Raises: BadArchive; FileNotFoundError.
    """
    with _plainly(), _opened(path) as archive:
        return _head(archive)


def check(path: Path, work: Progress) -> None:
    """Read the whole archive and write nothing: each member is there, as it was, and no other.

    Raises: BadArchive.
    """
    with _plainly():
        for member, blocks in _members(path):
            _through(member, blocks, None, work)


def unpack(path: Path, folder: Path, work: Progress) -> None:
    """Write the members into an own, empty folder, hashed once more.

    Raises: BadArchive.
    """
    with _plainly():
        for member, blocks in _members(path):
            place = folder / member.name
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                _through(member, blocks, file, work)
                file.flush()
                os.fsync(file.fileno())


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    """The archive as a stream: it is read once from the front, never jumped about in."""
    with path.open("rb") as raw, tarfile.open(fileobj=raw, mode="r|gz", bufsize=BLOCK) as archive:
        yield archive


@contextmanager
def _plainly() -> Iterator[None]:
    """Whatever a damaged archive makes the libraries say, in one word."""
    try:
        yield
    except _BROKEN as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk's word, not the archive's
        raise BadArchive("it is damaged or cut off") from error


def _head(archive: tarfile.TarFile) -> Manifest:
    first = archive.next()
    if first is None or first.name != NAME or not first.isreg() or first.size > LONGEST:
        raise BadArchive("it does not begin with a manifest")
    file = archive.extractfile(first)
    assert file is not None
    return parse(file.read())


def _members(path: Path) -> Iterator[tuple[Member, IO[bytes]]]:
    """Each member with its bytes; sizes are what the manifest says before a byte is read."""
    with _opened(path) as archive:
        left = {member.name: member for member in _head(archive).members}
        while (entry := archive.next()) is not None:
            member = left.pop(entry.name, None)
            if member is None or not entry.isreg() or entry.size != member.size:
                raise BadArchive(f"{entry.name[:80]!r} is not what its manifest says")
            file = archive.extractfile(entry)
            assert file is not None
            yield member, file
        if left:
            raise BadArchive(f"{min(left)} is missing")


def _through(member: Member, blocks: IO[bytes], to: IO[bytes] | None, work: Progress) -> None:
    digest = hashlib.sha256()
    while block := blocks.read(BLOCK):
        digest.update(block)
        work.add(len(block))
        if to is not None:
            to.write(block)
    if digest.hexdigest() != member.sha256:
        raise BadArchive(f"{member.name} is not as it was: its hash differs")
