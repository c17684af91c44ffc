"""Browsers on websockets: they connect by ticket to a live process of the test's own."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import redis
import socketio

from hub.kernel import access, work

ROOT = Path(__file__).parents[3]
WAIT_S = 20
Browser: TypeAlias = Any  # socketio.AsyncSimpleClient, which has no types
T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on a loop of its own: a browser's may run in this thread."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, work).result()


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def hears(url: str, channel: str) -> bool:
    """Whether the process listens to the channel."""
    with redis.Redis.from_url(url) as server:
        return all(number > 0 for _, number in server.pubsub_numsub(channel))


async def connected(port: int, ticket: str) -> Browser:
    browser = socketio.AsyncSimpleClient()
    await browser.connect(
        f"http://127.0.0.1:{port}", auth={"ticket": ticket}, transports=["websocket"],
        wait_timeout=WAIT_S,
    )  # fmt: skip
    return browser


def refused(port: int, ticket: str) -> bool:
    async def attempt() -> bool:
        try:
            browser = await connected(port, ticket)
        except socketio.exceptions.ConnectionError:
            return True
        await browser.disconnect()
        return False

    return run(attempt())


def say(act: Callable[[], None]) -> Coroutine[Any, Any, None]:
    """Do something in a unit of this process, beside the browser."""

    def do() -> None:
        with work.unit(), access.acting(access.SYSTEM):
            act()

    return asyncio.to_thread(do)
