"""A whole hub in a folder of its own, started as a newcomer starts it."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask

from hub.app import create_app
from hub.kernel.config import Config

ROOT = Path(__file__).parents[1]
READY_S = 90.0


@dataclass(frozen=True)
class House:
    """A running hub: its settings, its process, an application on the same data."""

    config: Config
    process: subprocess.Popen[bytes]
    app: Flask
    ready_s: float


@contextlib.contextmanager
def running(*, quiet: bool = False, **settings: object) -> Iterator[House]:
    """Run `hub run` until the block ends; `settings` become HUB_… variables.

    Shape: `quiet` throws away the line that is written for each request.
    """
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        port = free_ports(4)
        values = {"data": folder, "port": port, **settings}
        environment = os.environ | {f"HUB_{k.upper()}": str(v) for k, v in values.items()}
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "hub", "run"],
            cwd=ROOT, env=environment, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL if quiet else None,
        )  # fmt: skip
        try:
            wait_until(lambda: _answers(port) or process.poll() is not None, READY_S, "ready")
            ready_s = time.monotonic() - began
            config = Config.from_env(environment)
            yield House(config, process, create_app(replace(config, testing=True)), ready_s)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def wait_until(reached: Callable[[], bool], seconds: float, what: str) -> None:
    """Poll until `reached`.

    Raises: TimeoutError naming `what`.
    """
    ends = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > ends:
            raise TimeoutError(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.05)


def _answers(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def free_ports(count: int) -> int:
    """The first of `count` free ports in a row, below the ephemeral range."""
    for first in range(21_000 + os.getpid() % 4_000, 32_000, count):
        with contextlib.ExitStack() as held:
            try:
                for port in range(first, first + count):
                    held.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return first
    raise RuntimeError("no free ports")
