"""`hub run` as a newcomer starts it: every process real, on a data folder of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import free_port, wait_for

ROOT = Path(__file__).parents[2]
PORTS = ("HUB_PORT", "HUB_LIVE_PORT", "HUB_SANDBOX_SMTP_PORT", "HUB_SANDBOX_HTTP_PORT")


class Hub:
    """A run and its words."""

    def __init__(self, data: Path, port: int) -> None:
        self.data, self.port = data, port
        self.words = data.parent / f"words-{port}"
        environment = {name: value for name, value in os.environ.items() if "HUB_" not in name}
        ports = {name: str(port + step) for step, name in enumerate(PORTS)}
        environment |= ports | {"HUB_DATA": str(data), "HUB_MODULES": "accounts,web"}
        with self.words.open("wb") as words:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "hub", "run"],
                cwd=ROOT, env=environment, stdout=words, stderr=words,
            )  # fmt: skip

    def says(self, text: str) -> bool:
        return text in self.words.read_text()

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.words.read_text()
        return self.says("ready: http://")

    def tree(self) -> list[int]:
        """Every process below it."""
        found, todo = [], [self.process.pid]
        while todo:
            pid = todo.pop()
            for listed in Path(f"/proc/{pid}/task").glob("*/children"):
                below = [int(child) for child in listed.read_text().split()]
                found += below
                todo += below
        return found


@contextmanager
def running(data: Path, port: int) -> Iterator[Hub]:
    hub = Hub(data, port)
    try:
        yield hub
    finally:
        if hub.process.poll() is None:
            hub.process.kill()
            hub.process.wait()


def four_ports() -> int:
    """The first of four free ports in a row."""
    return free_port(len(PORTS))


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_it_gets_ready_serves_and_stops_without_an_orphan(tmp_path: Path) -> None:
    port = four_ports()
    with running(tmp_path / "var", port) as hub:
        wait_for(hub.is_ready, "the hub", 90)
        assert answers(port)
        wait_for(lambda: hub.says("@"), "the sign-ins")
        tree = hub.tree()
        assert len(tree) >= 7  # valkey, web and its two, two workers, cron
        hub.process.send_signal(signal.SIGINT)
        assert hub.process.wait(40) == 0, hub.words.read_text()
        assert all(is_gone(pid) for pid in tree)
        assert not hub.says("Traceback")
    for path in (tmp_path / "var").rglob("*"):
        if path.is_file():
            assert path.stat().st_mode & 0o077 == 0, path


def test_a_killed_hub_leaves_nothing_and_the_next_one_starts_on_its_data(tmp_path: Path) -> None:
    port = four_ports()
    with running(tmp_path / "var", port) as hub:
        wait_for(hub.is_ready, "the hub", 90)
        tree = hub.tree()
        hub.process.kill()
        hub.process.wait()
        wait_for(lambda: all(is_gone(pid) for pid in tree), "their end")
    with running(tmp_path / "var", port) as hub:
        wait_for(hub.is_ready, "the hub again", 90)
        assert answers(port)


def test_a_second_hub_on_the_same_data_is_refused(tmp_path: Path) -> None:
    with running(tmp_path / "var", four_ports()) as first:
        wait_for((tmp_path / "var/redis.url").exists, "its start", 60)
        with running(tmp_path / "var", four_ports()) as second:
            assert second.process.wait(60) == 2
            assert second.says(f"a hub (process {first.process.pid}) runs on {tmp_path / 'var'}")
        assert first.process.poll() is None


def test_a_taken_port_is_named_with_its_setting(tmp_path: Path) -> None:
    port = four_ports()
    with socket.create_server(("127.0.0.1", port + 1)), running(tmp_path / "var", port) as hub:
        assert hub.process.wait(60) == 2
        assert hub.says(f"port {port + 1} is in use: stop what uses it or set HUB_LIVE_PORT")
        assert not hub.says("Traceback")
