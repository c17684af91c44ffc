"""The file as it lies in the tables: a stretch of it, or the whole to be read anywhere."""

from __future__ import annotations

import contextlib
import tempfile
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import IO

from sqlalchemy import select

from hub.kernel import pulse, work
from hub.kernel.imports.models import Part
from hub.kernel.imports.reading import MAX_RECORD_BYTES

PART_BYTES = 262_144
WINDOW_PARTS = 2 + MAX_RECORD_BYTES // PART_BYTES  # always more than the longest record


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was taken in; read in short reading units where none is open."""

    import_id: int
    size: int
    key: str  # of this reading of it: another one begins anew

    def window(self, byte: int) -> bytes:
        """The bytes from one on, more than the longest record has."""
        first = byte // PART_BYTES
        return self._parts(first, WINDOW_PARTS)[byte - first * PART_BYTES :]

    def whole(self) -> IO[bytes]:
        """All of it in a file without a name, at its first byte; the caller closes it."""
        file = tempfile.TemporaryFile()  # noqa: SIM115 - as said
        for first in range(0, -(-self.size // PART_BYTES), WINDOW_PARTS):
            file.write(self._parts(first, WINDOW_PARTS))
            pulse.beat()
        file.seek(0)
        return file

    def _parts(self, first: int, count: int) -> bytes:
        query = (
            select(Part.data)
            .where(Part.import_id == self.import_id, Part.seq >= first, Part.seq < first + count)
            .order_by(Part.seq)
        )
        with _reading():
            return b"".join(work.session().scalars(query))


def _reading() -> AbstractContextManager[None]:
    return contextlib.nullcontext() if work.is_open() else work.unit(writes=False)
