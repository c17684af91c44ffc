"""A sign of progress from a forked process to its supervisor, over one shared memory page."""

from __future__ import annotations

import mmap
import struct
import time

_STAMP = struct.Struct("d")
_mine: list[Pulse] = []


class Pulse:
    """One process's place: the monotonic time of its last step, 0 while it waits for work.

    An aligned eight-byte store is whole on every machine we run on, so no lock is needed.
    """

    def __init__(self) -> None:
        self._page = mmap.mmap(-1, mmap.PAGESIZE)

    def take(self) -> None:
        """Make this the present process's own; called in the fork."""
        _mine[:] = [self]
        self.set(0.0)

    def set(self, moment: float) -> None:
        """Note a time."""
        _STAMP.pack_into(self._page, 0, moment)

    def silent_s(self) -> float:
        """How long the process has been busy without a step; 0 when it is idle."""
        (moment,) = _STAMP.unpack_from(self._page, 0)
        return time.monotonic() - moment if moment else 0.0


def beat() -> None:
    """Say that a step begins; nothing without a supervisor."""
    if _mine:
        _mine[0].set(time.monotonic())


def rest() -> None:
    """Say that there is no work: silence is no fault now."""
    if _mine:
        _mine[0].set(0.0)
