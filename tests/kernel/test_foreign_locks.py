"""A foreign program holds the embedded database: whoever asks how things stand is told soon."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from flask import Flask

from hub.kernel import doctor, foreign_locks, store, work
from hub.kernel.config import Config
from tests.house import ROOT

pytestmark = pytest.mark.database("sqlite")

SOON_S = 8.0  # a unit would wait ten seconds, and once for each part
WRITES = "BEGIN IMMEDIATE"
LOCKS_OUT = "PRAGMA locking_mode=EXCLUSIVE"


@contextlib.contextmanager
def held(app: Flask, *statements: str) -> Iterator[None]:
    """Another program that has the file and does not let go of it."""
    config: Config = app.config["HUB"]
    work.let_go()
    with contextlib.closing(sqlite3.connect(config.data / "hub.db", isolation_level=None)) as file:
        for statement in statements:
            file.execute(statement)
        if LOCKS_OUT in statements:
            file.execute("CREATE TABLE foreign_thing (id INTEGER)")
        yield
        if LOCKS_OUT not in statements:
            file.execute("ROLLBACK")


HOLDS = pytest.mark.parametrize("statements", [(WRITES,), (LOCKS_OUT, WRITES)])


@HOLDS
def test_readyz_says_soon_that_the_database_is_down(
    app: Flask, statements: tuple[str, ...]
) -> None:
    store.beat("here.1.1", "worker")
    store.beat("here.2.1", "cron")
    with held(app, *statements):
        began = time.monotonic()
        answer = app.test_client().get("/readyz")
        took = time.monotonic() - began
    assert answer.status_code == 503
    assert answer.get_json()["parts"] == {
        "database": "down", "migrations": "unknown", "redis": "ok", "workers": "ok",
        "scheduler": "ok",
    }  # fmt: skip
    assert took < SOON_S
    assert app.test_client().get("/readyz").status_code == 200


@HOLDS
def test_the_doctor_says_soon_who_is_in_the_way_and_what_to_do(
    app: Flask, statements: tuple[str, ...]
) -> None:
    config: Config = app.config["HUB"]
    with held(app, *statements):
        began = time.monotonic()
        found = {told.name["en"]: told for told in doctor.examine(config)}
        took = time.monotonic() - began
    database = found["database"]
    assert database.state == "fault"
    assert "another program holds its write lock" in database.text["en"]
    assert "fuser -v hub.db" in database.cure["en"]
    assert database.text["zh"] == "其他程序占用了写锁，无法保存任何数据"
    assert ("redis" in found) == (LOCKS_OUT not in statements), "what can be asked is asked"
    assert took < SOON_S + foreign_locks.WAIT_S


def test_the_command_ends_with_a_fault_though_nobody_lets_go(app: Flask) -> None:
    config: Config = app.config["HUB"]
    environment = {name: value for name, value in os.environ.items() if name[:4] != "HUB_"}
    environment |= {"HUB_DATA": str(config.data), "HUB_REDIS_URL": config.redis_url}
    with held(app, LOCKS_OUT, WRITES):
        done = subprocess.run(
            [sys.executable, "-m", "hub", "doctor"], cwd=ROOT, env=environment, check=False,
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout.startswith("FAULT database")
    assert "Traceback" not in done.stdout + done.stderr
