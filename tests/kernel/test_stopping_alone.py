"""`hub web` and `hub cron` by another supervisor than ours: SIGTERM loses nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import pytest
from flask import Flask
from sqlalchemy import select

from hub.kernel import audit, modules, store, work
from hub.kernel.audit import AuditRow
from hub.kernel.config import Config
from hub.kernel.outbox import OutboxRow
from tests.kernel.test_run import ROOT, answers, four_ports
from tests.kernel.test_stopping import Load
from tests.servers import wait_for

END_S = 40.0


@contextmanager
def alone(word: str, data: Path, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """One process of a hub, by itself."""
    environment = {name: value for name, value in os.environ.items() if name[:4] != "HUB_"}
    environment |= {"HUB_DATA": str(data), **settings}
    process = subprocess.Popen(
        [sys.executable, "-m", "hub", word], cwd=ROOT, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=END_S)
    return process.returncode, said


def test_no_request_fails_when_the_pages_alone_are_stopped_and_started_under_load(
    tmp_path: Path,
) -> None:
    port, data = four_ports(), tmp_path / "var"
    settings = {"HUB_PORT": str(port), "HUB_MODULES": "accounts,web"}
    with alone("migrate", data, **settings) as process:
        process.communicate(timeout=120)
        assert process.returncode == 0
    with alone("web", data, **settings) as first:
        wait_for(lambda: answers(port), "the pages", 90)
        with Load(port) as load:
            wait_for(lambda: load.answers["200"] > 100, "answers", 60)
            code, said = ended(first)
            assert code == 0, said
            assert "Traceback" not in said
            answered = load.answers["200"]
            with alone("web", data, **settings) as second:
                wait_for(lambda: load.answers["200"] > answered + 100, "answers again", 90)
                load._stop.set()
                assert ended(second)[0] == 0
    assert load.faults == []
    assert load.answers["retried"] > 0  # it was down in between


class Writers:
    """Rows of the log without end, for the scheduler to seal."""

    def __init__(self) -> None:
        self.written = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self._stop.wait(0.002):
            with work.unit():
                audit.append("trial", "trial", self.written)
            self.written += 1

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def sealed() -> int:
    with work.unit(writes=False):
        return audit.verify().rows


@pytest.mark.database("sqlite")
def test_a_scheduler_that_is_stopped_at_work_leaves_no_link_and_no_moment_half_done(
    app: Flask,
) -> None:
    config: Config = app.config["HUB"]
    redis = {"HUB_REDIS_URL": config.redis_url}
    with Writers() as writers:
        for _ in range(2):
            before = sealed()
            with alone("cron", config.data, **redis) as process:
                wait_for(lambda: bool(store.alive("cron")), "its beat", 90)
                wait_for(lambda start=before: sealed() > start, "seals", 60)  # type: ignore[misc]
                code, said = ended(process)
                assert code == 0, said
                assert "Traceback" not in said
                assert "cron_step_failed" not in said
            assert not store.alive("cron")  # it said farewell
    with work.unit(writes=False):
        verdict = audit.verify()
        trial = select(AuditRow.subject_id).where(AuditRow.verb == "trial")
        rows = work.session().scalars(trial.order_by(AuditRow.subject_id)).all()
        keys = Counter(work.session().scalars(select(OutboxRow.key)))
    assert verdict.holds
    assert rows == list(range(writers.written))
    lines = {f"cron:{line.job}" for line in modules.loaded().cron}
    assert {key.rpartition(":")[0] for key in keys} >= lines
    assert set(keys.values()) == {1}
