"""What every process tells of itself while it lives: its beat, and what it has counted."""

from __future__ import annotations

import threading
from importlib.metadata import version

import structlog

from hub.kernel import beats, owners, store, tally
from hub.kernel.errors import Unavailable

log = structlog.get_logger(__name__)

FAREWELL_S = 2.0
VERSION = version("brokerage-hub")


class Vitals:
    """The beat of this process; one that is killed says no farewell and is missed."""

    def __init__(self, kind: str) -> None:
        tally.forget()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=_beat, args=(kind, self._stop), daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Hand over the last counts and say farewell, if that can be done soon."""
        self._stop.set()
        self._thread.join(FAREWELL_S)


def forget_dead() -> None:
    """Strike out whoever is proven dead here: what he held is put right, another took his place."""
    for beat in store.heard():
        if not beat.is_alive and owners.is_dead(beat.owner):
            store.leave(beat.owner)


def _beat(kind: str, stop: threading.Event) -> None:
    silent = False
    while True:
        try:
            store.beat(owners.me(), kind, {"version": VERSION})
            silent = False
        except Unavailable:
            if not silent:  # once, not every few seconds for as long as Redis is away
                log.warning("beat_missed")
            silent = True
        if stop.wait(beats.EVERY_S):
            break
        tally.flush()
    tally.flush()
    try:
        store.leave(owners.me())
    except Unavailable:
        log.warning("farewell_missed")
