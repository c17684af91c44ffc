"""The sandbox in a thread, and relays that misbehave, for tests of the wire."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
import time
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

from channels.providers.base import Envelope, MailParts, Outcome, Provider, SmsParts, Turn
from channels.sandbox.faults import Fault
from channels.sandbox.process import Sandbox
from channels.sandbox.store import FILE, Tally, opened, tally
from hub.kernel.config import Config
from tests import servers

SECRET = "a secret of the tests"


def config_for(folder: Path, **changes: Any) -> Config:
    """Settings with ports of their own."""
    first = servers.free_port(2)
    ports: dict[str, Any] = {"sandbox_smtp_port": first, "sandbox_http_port": first + 1}
    return Config(**(ports | {"data": folder, "secret_key": SECRET} | changes))


class Peers:
    """A sandbox that runs in a thread of its own."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.providers: list[Provider[Any]] = []
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self.sandbox = self._run(self._made())

    async def _made(self) -> Sandbox:
        sandbox = Sandbox(self.config)
        await sandbox.start()
        return sandbox

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)

    def order(self, *faults: Fault) -> None:
        """Have it misbehave."""
        for fault in faults:
            self.sandbox.faults.add(fault)

    def file(self) -> sqlite3.Connection:
        """What arrived, written."""

        async def flush() -> None:
            self.sandbox.store.flush()

        self._run(flush())
        return opened(self.config.data / FILE, reads=True)

    def tally(self, peer: str) -> Tally:
        """What a peer counted."""
        with contextlib.closing(self.file()) as file:
            return tally(file, peer)

    def rows(self, sql: str) -> list[sqlite3.Row]:
        """What arrived, as rows."""
        with contextlib.closing(self.file()) as file:
            return file.execute(sql).fetchall()

    def stop(self) -> None:
        """Close everything."""
        for provider in self.providers:
            provider.close()
        self._run(self.sandbox.stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()


class Notebook:
    """A journal in memory."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, int]] = []

    def about_to_send(self, delivery_id: int) -> None:
        self.lines.append(("S", delivery_id))

    def replied(self, delivery_id: int, code: str, provider_id: str) -> None:
        assert code or provider_id
        self.lines.append(("R", delivery_id))


def soon(seconds: float = 30) -> Turn:
    """A turn that a healthy test does not use up."""
    return Turn(time.monotonic() + seconds)


def mails(count: int, **parts: Any) -> list[Envelope[MailParts]]:
    """Rendered e-mails to count people."""
    said = {"subject": "Closing report", "text": "Dear client,\n.hidden dot\n"} | parts
    return [Envelope(i, f"c{i}@clients.example", MailParts(**said)) for i in range(1, count + 1)]


def texts(count: int, body: str = "您好") -> list[Envelope[SmsParts]]:
    """Rendered text messages to count people."""
    return [Envelope(i, f"+86138{i:08d}", SmsParts(body)) for i in range(1, count + 1)]


def states(outcomes: Iterator[Outcome]) -> dict[int, str]:
    """What became of each, by delivery id; each is reported once."""
    found: dict[int, str] = {}
    for outcome in outcomes:
        assert outcome.delivery_id not in found, "reported twice"
        found[outcome.delivery_id] = outcome.state.value
    return found
