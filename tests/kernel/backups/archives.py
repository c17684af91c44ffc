"""Archives for tests: honest ones under writes, and forged ones."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from flask import Flask

from hub.kernel import access, audit, outbox, work
from hub.kernel.backups import snapshot
from hub.kernel.config import Config
from tests import make
from tests.servers import wait_for

ROOT = Path(__file__).parents[3]


def silent(done: int, total: int) -> None:
    assert 0 <= done <= total


def fill(count: int) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        for _ in range(count):
            make.client(email=f"c{time.time_ns()}@example.org", consent_to=("promotion",))
    with work.unit():
        audit.seal()


class Writers:
    """Threads that write for as long as the block lasts."""

    def __init__(self, app: Flask, count: int = 3) -> None:
        self.app, self.written, self.faults = app, 0, []  # type: ignore[var-annotated]
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._write) for _ in range(count)]

    def _write(self) -> None:
        while not self._stop.is_set():
            try:
                with work.unit(), access.acting(access.SYSTEM):
                    audit.append("written", "trial", self.written)
                    outbox.defer("kernel.seal", f"trial-{time.time_ns()}")
                self.written += 1
            except Exception as error:  # noqa: BLE001
                self.faults.append(error)

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        wait_for(lambda: self.written > 20, "writes")
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


def counts(path: Path) -> dict[str, int]:
    return snapshot.look_sqlite(path).counts


def forged(path: Path, entries: list[tuple[tarfile.TarInfo, bytes]], **changed: object) -> Path:
    """An archive of our own making: the manifest says what it likes."""
    values: dict[str, object] = {
        "format": 1, "product": "brokerage-hub", "version": "0.1.0", "made_at": "now",
        "dialect": "sqlite", "modules": {}, "counts": {}, "head": "", "members": [],
    }  # fmt: skip
    text = json.dumps(values | changed).encode()
    with tarfile.open(path, "w:gz") as archive:
        head = tarfile.TarInfo("manifest.json")
        head.size = len(text)
        archive.addfile(head, io.BytesIO(text))
        for info, content in entries:
            archive.addfile(info, io.BytesIO(content))
    return path


def entry(name: str, size: int = 0, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = size, kind, "/etc/passwd"
    return info


def member(name: str, size: int = 0) -> dict[str, object]:
    return {"name": name, "size": size, "sha256": "0" * 64}


def command(config: Config, *words: str) -> subprocess.Popen[str]:
    """`hub` on this installation."""
    environment = {name: value for name, value in os.environ.items() if name[:4] != "HUB_"}
    environment |= {"HUB_DATA": str(config.data), "HUB_REDIS_URL": config.redis_url}
    if not Path(config.keys_file).is_relative_to(config.data):
        environment["HUB_KEYS_FILE"] = config.keys_file
    return subprocess.Popen(
        [sys.executable, "-m", "hub", *words], cwd=ROOT, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def kill_when(process: subprocess.Popen[str], seen: Callable[[], bool]) -> None:
    wait_for(lambda: seen() or process.poll() is not None, "its work", 60)
    process.send_signal(signal.SIGKILL)
    process.communicate()
