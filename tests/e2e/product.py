"""The product as a newcomer starts it: `hub run`, with every process it brings along."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import servers

ROOT = Path(__file__).parents[2]
START_S, STOP_S = 90.0, 30.0
PORTS = 4  # pages, live, SMTP, HTTP of the sandbox: one after the other


@dataclass
class Product:
    """A running hub."""

    url: str
    data: Path
    process: subprocess.Popen[bytes]

    @property
    def log(self) -> str:
        """What it has printed so far."""
        return (self.data / "run.log").read_text("utf-8", "replace")

    def children(self, name: str) -> list[int]:
        """Process ids of its children whose command holds `name`."""
        listed = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)],
                                capture_output=True, text=True, check=False).stdout  # fmt: skip
        lines = (line.split(maxsplit=1) for line in listed.splitlines())
        return [int(number) for number, command in lines if name in command]


@contextmanager
def running(**settings: str) -> Iterator[Product]:
    """Start it on an empty data folder of its own, wait for the demo data, stop it."""
    with tempfile.TemporaryDirectory(prefix="hub-e2e-") as folder:
        port = servers.free_port(PORTS)
        data = Path(folder)
        environment = {name: value for name, value in os.environ.items() if name[:4] != "HUB_"}
        environment |= {"HUB_DATA": folder, "HUB_PORT": str(port), "PYTHONPATH": str(ROOT)}
        environment |= {f"HUB_{name.upper()}": value for name, value in settings.items()}
        with (data / "run.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "hub", "run"], cwd=ROOT, env=environment, stdout=log,
                stderr=log,
            )  # fmt: skip
        product = Product(f"http://127.0.0.1:{port}", data, process)
        try:
            servers.wait_for(lambda: _is_filled(product), "the hub", START_S)
            yield product
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(STOP_S)


def _is_filled(product: Product) -> bool:
    if product.process.poll() is not None:
        raise RuntimeError(product.log)
    return "demo: all data is there" in product.log
