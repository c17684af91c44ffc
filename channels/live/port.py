"""How pages and workers reach browsers: through Redis, to whichever live process has them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import redis
import structlog
from socketio import RedisManager

from channels.live.tickets import DROP_CHANNEL, DROPPED_S, EVENT, QUEUE, dropped_flag
from hub.kernel import store
from hub.kernel.errors import Unavailable

log = structlog.get_logger(__name__)


class RedisLive:
    """Implements `hub.kernel.live`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._managers: dict[int, RedisManager] = {}  # one per process: forks share no socket

    def emit(self, room: str, event: str, payload: Mapping[str, Any]) -> None:
        """Send to every browser in `room`; a hint, so a stopped Redis loses only the hint."""
        data = {"room": room, "event": event, "payload": dict(payload)}
        self._manager().emit(EVENT, data, namespace="/", room=room)

    def drop(self, room: str) -> None:
        """Close every connection in `room`, and let no ticket made before open another."""
        try:
            server = store.client()
            # The flag first: whoever connects between the two is found by the message.
            server.set(dropped_flag(room), 1, ex=DROPPED_S)
            server.publish(DROP_CHANNEL, room)
        except (redis.RedisError, Unavailable):
            log.warning("drop_not_sent", room=room)

    def _manager(self) -> RedisManager:
        pid = os.getpid()
        if pid not in self._managers:
            options = {"socket_connect_timeout": 1, "socket_timeout": 2}
            self._managers[pid] = RedisManager(
                self.url, channel=QUEUE, write_only=True, redis_options=options
            )
        return self._managers[pid]
