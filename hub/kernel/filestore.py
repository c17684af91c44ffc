"""The bytes of files on the disk: by hash, each once, written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

from flask_babel import gettext as _

from hub.kernel.errors import Invalid

PIECE = 1 << 20  # bytes read at a time

_folder: list[Path] = []


class TooLarge(Invalid):
    """More bytes than this place takes."""

    status, code = 413, "too-large"


def bind(folder: Path) -> None:
    """Say where bytes lie."""
    _folder[:] = [folder]


def place(sha256: str) -> Path:
    """Where the bytes of a hash lie."""
    return _folder[0] / sha256[:2] / sha256


def receive(stream: IO[bytes], longest: int) -> tuple[Path, str, int]:
    """Write a stream beside the store → (path, hash, size).

    Raises: TooLarge; Invalid for an empty one.
    """
    folder = _folder[0] / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    path, digest, size = folder / secrets.token_hex(16), hashlib.sha256(), 0
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for piece in iter(lambda: stream.read(PIECE), b""):
                size += len(piece)
                if size > longest:
                    most = longest >> 20
                    raise TooLarge({"file": _("At most %(most)s MB.", most=most)})
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        if not size:
            raise Invalid({"file": _("This file is empty.")})
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path, digest.hexdigest(), size


def keep(path: Path, sha256: str) -> None:
    """Move received bytes to their place."""
    where = place(sha256)
    where.parent.mkdir(parents=True, exist_ok=True)
    if where.exists():
        os.utime(where)  # an orphan that is wanted again is young again
    else:
        path.replace(where)


def older_than(moment: datetime) -> Iterator[list[Path]]:
    """Kept and half-received bytes that nobody touched since, some hundred at a time."""
    old = [path for path in _folder[0].glob("*/*") if path.stat().st_mtime < moment.timestamp()]
    yield from (old[start : start + 500] for start in range(0, len(old), 500))
