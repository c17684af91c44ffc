"""SIGTERM under load: no request is cut off, no job is lost or done twice."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Self

import pytest
from flask import Flask
from sqlalchemy import func, select

from hub.kernel import access, outbox, store, work
from hub.kernel.audit import AuditRow
from hub.kernel.config import Config
from hub.kernel.outbox import OutboxRow, RowState
from tests.kernel.test_run import ROOT, four_ports, running
from tests.servers import wait_for

LOADERS = 6
REFUSED_S = 60.0  # longest wait for somebody to listen again


class Load:
    """Requests without end; a line that nobody took is tried again, a lost answer is a fault."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answers: Counter[str] = Counter()
        self.faults: list[str] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(n,)) for n in range(LOADERS)]

    def _run(self, number: int) -> None:
        paths = ("/login", "/healthz", "/login")
        while not self._stop.is_set():
            self._ask(paths[number % len(paths)])

    def _ask(self, path: str) -> None:
        """One request, tried again while it was not taken: then its answer must be whole."""
        ends = time.monotonic() + REFUSED_S
        while not self._stop.is_set():
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            try:
                line.request("GET", path, headers={"Connection": "close"})
                answer = line.getresponse()
            except (OSError, http.client.HTTPException):
                self.answers["retried"] += 1
                if time.monotonic() > ends:
                    self.faults.append(f"{path}: nobody listened for {REFUSED_S:.0f} s")
                    return
                self._stop.wait(0.02)
                continue
            said = self._read(path, answer)
            line.close()
            self.answers[said] += 1
            return

    def _read(self, path: str, answer: http.client.HTTPResponse) -> str:
        try:
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.faults.append(f"{path}: cut off: {error!r}")
            return "cut"
        if answer.status != 200:
            self.faults.append(f"{path}: {answer.status}")
        return str(answer.status)

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


def test_no_request_fails_when_the_hub_is_stopped_and_started_under_load(tmp_path: Path) -> None:
    port = four_ports()
    with running(tmp_path / "var", port) as first:
        wait_for(first.is_ready, "the hub", 90)
        with Load(port) as load:
            wait_for(lambda: load.answers["200"] > 200, "answers", 60)
            first.process.send_signal(signal.SIGTERM)
            assert first.process.wait(40) == 0
            assert not first.says("still busy, killed")
            answered = load.answers["200"]
            with running(tmp_path / "var", port) as second:
                wait_for(second.is_ready, "the hub again", 90)
                wait_for(lambda: load.answers["200"] > answered + 200, "answers again", 60)
                load._stop.set()
    assert load.faults == []
    assert load.answers["retried"] > 0  # it was down in between


@pytest.mark.database("sqlite")
def test_no_job_is_lost_or_done_twice_when_workers_are_stopped(app: Flask) -> None:
    config: Config = app.config["HUB"]
    count = 3_000
    with work.unit(), access.acting(access.SYSTEM):
        for number in range(count):
            outbox.defer("trial.mark", str(number), number=number)
    work.let_go()
    environment = {name: value for name, value in os.environ.items() if name[:4] != "HUB_"}
    environment |= {"HUB_DATA": str(config.data), "HUB_REDIS_URL": config.redis_url}

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.kernel.marking"]
        return subprocess.Popen(command, cwd=ROOT, env=environment)

    def done() -> int:
        with work.unit(writes=False):
            query = select(func.count()).where(OutboxRow.state == RowState.DONE)
            return work.session().scalar(query.select_from(OutboxRow)) or 0

    for stop_after in (300, 1_200, count):
        workers = [start(), start()]
        store.lower_flag("wake:work")
        outbox.wake("work")
        wait_for(lambda after=stop_after: done() >= after, "work done", 90)  # type: ignore[misc]
        wait_for(lambda: len(store.alive("worker")) == 2, "both workers", 60)
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        for worker in workers:
            assert worker.wait(20) == 0
        assert not store.alive("worker")  # they said farewell
    with work.unit(writes=False):
        marks = (
            work.session()
            .scalars(select(AuditRow.subject_id).where(AuditRow.verb == "marked"))
            .all()
        )
    assert sorted(number for number in marks if number is not None) == list(range(count))
    assert done() == count
