"""The peers' own process: mailbox and phone on one loop, loopback only."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from channels.providers.twilio import sandbox_account
from channels.sandbox.faults import Faults, Peer, fault_of
from channels.sandbox.mailbox import Line
from channels.sandbox.phone import Phone
from channels.sandbox.store import FILE, Store, Tally, tally
from channels.sandbox.watch import Watch
from hub.kernel.config import Config
from hub.kernel.errors import Invalid

_HOST = "127.0.0.1"
_GROUP_S = 0.05  # seconds between writes
_PATIENCE_S = 1  # seconds for requests that hang when we stop
_MESSAGE = b"POST /2010-04-01/"


class _Watched(asyncio.Protocol):
    """Looks over the shoulder of an HTTP line: what was on it when it broke."""

    def __init__(self, inner: asyncio.Protocol, phone: Phone, store: Store) -> None:
        self._inner, self._phone, self._store = inner, phone, store
        self._watch = Watch()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._phone.watches[transport] = self._watch
        self._inner.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if self._watch.is_used or data.startswith(_MESSAGE):
            self._watch.body_arrives()
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        return self._inner.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        del self._phone.watches[self._transport]
        if self._watch.is_used:
            self._store.add_broken("sms", begun=self._watch.begun(exc, self._transport))
        self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()


class Sandbox:
    """Both peers of one installation."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self.faults = Faults()
        self.store = Store(config.data / FILE)
        self.phone = Phone(sandbox_account(config.secret_key), store=self.store, faults=self.faults)
        self._servers: list[asyncio.Server] = []

    async def start(self) -> None:
        """Listen."""
        loop = asyncio.get_running_loop()
        app = web.Application(middlewares=[self.phone.note_answers])
        app.add_routes([*self.phone.routes(), *self._control()])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_PATIENCE_S)
        await self._runner.setup()
        inner = self._runner.server
        assert inner is not None
        self._servers = [
            await loop.create_server(
                lambda: Line(self.faults, self.store, loop),
                _HOST,
                self._config.sandbox_smtp_port,
            ),
            await loop.create_server(
                lambda: _Watched(inner(), self.phone, self.store),
                _HOST,
                self._config.sandbox_http_port,
            ),
        ]
        await self.phone.callbacks.start()
        self._writer = asyncio.create_task(self._write())

    async def stop(self) -> None:
        """Close, and write what is left."""
        for server in self._servers:
            server.close()
        await self.phone.callbacks.stop()
        self._writer.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._writer
        await self._runner.cleanup()
        self.store.close()

    async def _write(self) -> None:
        while True:
            await asyncio.sleep(_GROUP_S)
            self.store.flush()

    def _control(self) -> list[web.RouteDef]:
        return [
            web.get("/", self._home),
            web.get("/_sandbox/tally", self._tally),
            web.get("/_sandbox/faults", self._shown),
            web.post("/_sandbox/faults", self._ordered),
            web.delete("/_sandbox/faults", self._cleared),
            web.delete("/_sandbox/messages", self._emptied),
        ]

    async def _home(self, _: web.Request) -> web.Response:
        raise web.HTTPFound(f"{self._config.public_url}/sandbox/")

    async def _tally(self, _: web.Request) -> web.Response:
        file = self.store.flush()
        counted = {peer.value: tally(file, peer.value) for peer in Peer}
        return web.json_response({name: _told(count) for name, count in counted.items()})

    async def _shown(self, _: web.Request) -> web.Response:
        orders = [
            asdict(fault) | {"peer": fault.peer.value, "kind": fault.kind.value}
            for fault in self.faults.orders
        ]
        return web.json_response({"pipelining": self.faults.pipelining, "orders": orders})

    async def _ordered(self, request: web.Request) -> web.Response:
        form: dict[str, Any] = await request.json()
        if "pipelining" in form:
            self.faults.pipelining = bool(form["pipelining"])
        if "kind" in form:
            try:
                self.faults.add(fault_of(form))
            except Invalid as error:
                return web.json_response({"fields": error.fields}, status=error.status)
        return await self._shown(request)

    async def _cleared(self, request: web.Request) -> web.Response:
        self.faults.clear()
        return await self._shown(request)

    async def _emptied(self, request: web.Request) -> web.Response:
        self.store.empty()
        return await self._tally(request)


def _told(count: Tally) -> dict[str, int]:
    return asdict(count) | {"in_flight": count.in_flight, "duplicated": count.duplicated}


async def serve(config: Config, ready: Callable[[], Awaitable[None]] | None = None) -> None:
    """Run both peers until SIGTERM or SIGINT."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, over.set)
    sandbox = Sandbox(config)
    await sandbox.start()
    if ready is not None:
        await ready()
    await over.wait()
    await sandbox.stop()


def run(config: Config) -> None:
    """The process `sandbox`: only in sandbox mode.

    Raises: Invalid outside of it.
    """
    if not config.sandbox:
        raise Invalid({"HUB_SANDBOX": "the sandbox runs in sandbox mode only"})
    asyncio.run(serve(config))
