"""What every process tells of itself while it lives: its beat, and what it has counted."""

from __future__ import annotations

import threading
from importlib.metadata import version

import structlog

from hub.kernel import beats, owners, store, tally
from hub.kernel.errors import Unavailable

log = structlog.get_logger(__name__)

VERSION = version("brokerage-hub")


def begin(kind: str, stop: threading.Event) -> None:
    """Beat until `stop`, then say farewell; a process that is killed says none and is missed."""
    tally.forget()
    threading.Thread(target=_beat, args=(kind, stop), daemon=True, name="vitals").start()


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
        tally.flush()
        if stop.wait(beats.EVERY_S):
            break
    try:
        store.leave(owners.me())
    except Unavailable:
        log.warning("farewell_missed")
