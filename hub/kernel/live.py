"""Port: announce to browsers. What is said is a hint; the truth is read from the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from hub.kernel import work


class Live(Protocol):
    """What channels/live implements."""

    def emit(self, room: str, event: str, payload: Mapping[str, Any]) -> None:
        """Send to every browser in `room` now."""
        ...

    def drop(self, room: str) -> None:
        """Close every connection in `room` now."""
        ...


class Silent:
    """Nobody listens."""

    def emit(self, room: str, event: str, payload: Mapping[str, Any]) -> None:
        """Nothing."""
        del room, event, payload

    def drop(self, room: str) -> None:
        """Nothing."""
        del room


_live: list[Live] = [Silent()]


def implement(live: Live) -> None:
    """Install how this process reaches browsers."""
    _live[:] = [live]


def push(room: str, event: str, payload: Mapping[str, Any]) -> None:
    """Announce `event` to `room` ("user:7", "campaign:3") once this unit is committed."""
    work.after_commit(lambda: _live[0].emit(room, event, payload))


def drop(room: str) -> None:
    """Cut the connections of `room` once this unit is committed."""
    work.after_commit(lambda: _live[0].drop(room))
