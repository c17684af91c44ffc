"""The live process of a test."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from channels.live import tickets
from tests import servers
from tests.channels.live.browsers import ROOT, WAIT_S, answers, hears


@pytest.fixture
def port(app: Flask, tmp_path: Path, redis_url: str) -> Iterator[int]:
    """The port of a live process of its own."""
    number = servers.free_port()
    environment = {name: value for name, value in os.environ.items() if name[:4] != "HUB_"}
    environment |= {
        "HUB_DATA": str(tmp_path), "HUB_REDIS_URL": redis_url, "HUB_LIVE_PORT": str(number),
        "HUB_SECRET_KEY": app.config["SECRET_KEY"], "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    command = [sys.executable, "-m", "hub", "live"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        servers.wait_for(lambda: answers(number), "the live process")
        servers.wait_for(lambda: hears(redis_url, tickets.DROP_CHANNEL), "its ear for drops")
        yield number
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(WAIT_S)
