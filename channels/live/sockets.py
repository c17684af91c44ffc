"""What a browser may say on a websocket: the one table of events, and what each does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from flask_socketio import SocketIO, join_room

from channels.live.tickets import REFUSED, opened, room_of

log = structlog.get_logger(__name__)


class Porter:
    """Who sits at the door: knows the secret of tickets, and counts whom he sends away.

    Shape: `is_dropped(rooms)` says whether one of them was cut a moment ago.
    """

    def __init__(self, secret: str, is_dropped: Callable[[set[str]], bool]) -> None:
        self.secret, self.is_dropped = secret, is_dropped
        self._refused: Counter[str] = Counter()

    def refuse(self, what: str) -> None:
        """Count and log what was not granted; it is handed over with the next beat."""
        self._refused[what] += 1
        log.warning("socket_refused", reason=what)

    def hand_over(self, to: Callable[[Mapping[tuple[str, ...], float]], None]) -> None:
        """Give away what was counted; if `to` raises it is kept."""
        if self._refused:
            to({(*REFUSED, what): number for what, number in self._refused.items()})
            self._refused.clear()


def admit(porter: Porter, auth: Any = None) -> bool:
    """Let a browser in by its ticket, and into the rooms that the ticket names."""
    given = auth.get("ticket") if isinstance(auth, dict) else None
    ticket = opened(porter.secret, given)
    if ticket is None:
        porter.refuse("ticket")
        return False
    # Join, then look: whoever is dropped from here on is found in the room and cut.
    rooms = {room_of(ticket.user_id), *ticket.rooms}
    for room in rooms:
        join_room(room)
    if porter.is_dropped(rooms):
        porter.refuse("dropped")
        return False
    return True


def overhear(porter: Porter, *said: Any) -> None:
    """Whatever else a browser says moves nothing: rooms are joined by ticket only."""
    del said
    porter.refuse("event")


EVENTS: dict[str, Callable[..., Any]] = {"connect": admit, "*": overhear}


def listen(socketio: SocketIO, porter: Porter) -> None:
    """Hear every event of the table and no other."""
    for name, act in EVENTS.items():
        socketio.on_event(name, _told(act, porter))


def _told(act: Callable[..., Any], porter: Porter) -> Callable[..., Any]:
    def hear(*said: Any) -> Any:
        return act(porter, *said)

    return hear
