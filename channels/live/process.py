"""The live process: websockets on gevent. It writes no SQL and reads none."""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import signal  # noqa: E402 - gevent must patch first
from functools import partial  # noqa: E402

import gevent  # noqa: E402
import redis  # noqa: E402
import structlog  # noqa: E402
from flask import Flask  # noqa: E402
from flask_socketio import SocketIO, join_room  # noqa: E402
from gevent.pywsgi import WSGIServer  # noqa: E402

from channels.live.tickets import (  # noqa: E402
    DROP_CHANNEL,
    QUEUE,
    dropped_flag,
    opened,
    room_of,
)
from hub.kernel import beats, owners, store, tally  # noqa: E402
from hub.kernel.config import Config  # noqa: E402

log = structlog.get_logger(__name__)

RECONNECT_S = 1.0
LEAVE_S = 2.0  # for browsers to hear the farewell


def run(config: Config) -> None:
    """Serve websockets on `live_port` until SIGTERM."""
    app = Flask("live")
    store.bind(config.redis_url)
    socketio = SocketIO(
        app,
        async_mode="gevent",
        message_queue=config.redis_url,
        channel=QUEUE,
        cors_allowed_origins=sorted(_origins(config)),
        transports=["websocket"],
        ping_interval=20,
        ping_timeout=20,
        max_http_buffer_size=16_384,
    )

    known = redis.Redis.from_url(config.redis_url, socket_timeout=2, socket_connect_timeout=2)
    socketio.on_event("connect", partial(_admit, config.secret_key, known))
    app.add_url_rule("/healthz", view_func=lambda: "ok\n", endpoint="healthz")
    gevent.spawn(_cut_dropped, config.redis_url, socketio)
    gevent.spawn(_beat, known, socketio)
    server = WSGIServer((config.host, config.live_port), app, log=None)
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, _leave, server, socketio, known)
    server.serve_forever()


def _admit(secret: str, known: redis.Redis, auth: dict[str, object] | None = None) -> bool:
    """Let a browser in by its ticket, and into the rooms that the ticket names."""
    ticket = opened(secret, (auth or {}).get("ticket"))
    if ticket is None:
        return _refused("no-ticket")
    # Join, then look: whoever is dropped from here on is found in the room and cut.
    rooms = {room_of(ticket.user_id), *ticket.rooms}
    for room in rooms:
        join_room(room)
    return _refused("dropped", ticket.user_id) if _is_dropped(known, rooms) else True


def _refused(why: str, user_id: int | None = None) -> bool:
    """Count and log that a browser was turned away; it is told nothing."""
    tally.count("refused", "socket", why)
    log.warning("socket_refused", reason=why, user=user_id)
    return False


def _beat(known: redis.Redis, socketio: SocketIO) -> None:
    """Say that we live, and how many sockets are open."""
    while True:
        try:
            beats.say(known, owners.me(), "live", {"sockets": len(socketio.server.eio.sockets)})
            tally.flush()
        except redis.RedisError:
            log.warning("live_waits_for_redis")
        gevent.sleep(beats.EVERY_S)


def _leave(server: WSGIServer, socketio: SocketIO, known: redis.Redis) -> None:
    """Listen no more, tell every browser to come back, then end.

    A line that is closed from below makes the client connect again by itself; one that is closed
    by name would tell it to stay away.
    """
    server.stop_accepting()  # to close it would end the process at once
    engine = socketio.server.eio
    gevent.joinall([gevent.spawn(engine.disconnect, sid) for sid in list(engine.sockets)], LEAVE_S)
    try:
        beats.leave(known, owners.me())
    except redis.RedisError:
        log.warning("farewell_missed")
    server.stop(LEAVE_S)


def _origins(config: Config) -> set[str]:
    here = {f"http://{name}:{config.port}" for name in ("localhost", "127.0.0.1", config.host)}
    return here | {config.public_url}


def _is_dropped(known: redis.Redis, rooms: set[str]) -> bool:
    """Whether the user, or his device, was cut a moment ago; without Redis nobody comes in."""
    try:
        return bool(known.exists(*(dropped_flag(room) for room in rooms)))
    except redis.RedisError:
        log.warning("live_waits_for_redis")
        return True


def _cut_dropped(url: str, socketio: SocketIO) -> None:
    """Close the sockets of rooms that were dropped: a locked user's, say."""
    while True:
        try:
            with redis.Redis.from_url(url).pubsub(  # type: ignore[no-untyped-call]
                ignore_subscribe_messages=True
            ) as heard:
                heard.subscribe(DROP_CHANNEL)
                for message in heard.listen():
                    _cut(socketio, message["data"].decode())
        except redis.RedisError:
            log.warning("live_waits_for_redis")
            gevent.sleep(RECONNECT_S)


def _cut(socketio: SocketIO, room: str) -> None:
    server = socketio.server
    for sid, _ in list(server.manager.get_participants("/", room)):
        server.disconnect(sid)
