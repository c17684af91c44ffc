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
from flask_socketio import SocketIO  # noqa: E402
from gevent.pywsgi import WSGIServer  # noqa: E402

from channels.live.sockets import Porter, listen  # noqa: E402
from channels.live.tickets import DROP_CHANNEL, QUEUE, dropped_flag  # noqa: E402
from hub.kernel import beats, counts, owners  # noqa: E402
from hub.kernel.config import Config  # noqa: E402
from hub.kernel.errors import Unavailable  # noqa: E402

log = structlog.get_logger(__name__)

RECONNECT_S = 1.0
LEAVE_S = 2.0  # for browsers to hear the farewell


def run(config: Config) -> None:
    """Serve websockets on `live_port` until SIGTERM.

    Raises: Unavailable where no Redis is named: pushes and drops come through it.
    """
    if not config.redis_url:
        raise Unavailable("websockets hear through Redis: set HUB_REDIS_URL")
    app = Flask("live")
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
    porter = Porter(config.secret_key, partial(_is_dropped, known))
    listen(socketio, porter)
    app.add_url_rule("/healthz", view_func=lambda: "ok\n", endpoint="healthz")
    gevent.spawn(_cut_dropped, config.redis_url, socketio)
    gevent.spawn(_beat, known, porter, socketio)
    server = WSGIServer((config.host, config.live_port), app, log=None)
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, _leave, server, socketio, known)
    server.serve_forever()


def _beat(known: redis.Redis, porter: Porter, socketio: SocketIO) -> None:
    """Say that we live, how many sockets are open, and what was refused."""
    while True:
        try:
            facts = {"sockets": len(socketio.server.eio.sockets)}
            beats.say(known, owners.me(), "live", facts)
            porter.hand_over(partial(counts.add, known))
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
