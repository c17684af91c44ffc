"""Where backups lie: a folder beside the data, one at a time is made, the oldest go."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from hub.kernel import clock, work
from hub.kernel.errors import Conflict

FOLDER = "backups"  # in the data folder
ENDING = ".tar.gz"
STAGING = "making."  # a folder of work in hand; one that is found was left by a killed process


@dataclass(frozen=True, slots=True)
class Kept:
    """An archive on the shelf."""

    path: Path
    at: datetime
    size: int  # bytes


def folder() -> Path:
    """The shelf, made at the first use; only its owner may look in."""
    place = _place()
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def _place() -> Path:
    return work.config().data / FOLDER


def next_name() -> str:
    """A name that sorts by time."""
    return f"hub-{clock.now():%Y%m%dT%H%M%S%f}{ENDING}"


def kept() -> list[Kept]:
    """What lies there, newest first."""
    found = []
    for path in _place().glob(f"hub-*{ENDING}"):
        with contextlib.suppress(FileNotFoundError):
            told = path.stat()
            found.append(Kept(path, datetime.fromtimestamp(told.st_mtime, UTC), told.st_size))
    return sorted(found, key=lambda one: one.path.name, reverse=True)


def newest() -> Kept | None:
    """The last one made."""
    return next(iter(kept()), None)


def thin_out(most: int) -> int:
    """Take away all but the newest `most` → how many went."""
    old = kept()[most:]
    for one in old:
        one.path.unlink(missing_ok=True)
    return len(old)


@contextlib.contextmanager
def alone() -> Iterator[Path]:
    """Be the only one who makes a backup; gives a folder for work in hand, gone at the end.

    Raises: Conflict while another is at it.
    """
    handle = os.open(folder() / "lock", os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(handle, "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict("another backup is being made: wait until it is done") from None
        for left in folder().glob(f"{STAGING}*"):
            shutil.rmtree(left, ignore_errors=True)
        for left in folder().glob("*.part"):
            left.unlink(missing_ok=True)
        staging = folder() / f"{STAGING}{os.getpid()}"
        staging.mkdir(mode=0o700)
        try:
            yield staging
        finally:
            shutil.rmtree(staging, ignore_errors=True)
