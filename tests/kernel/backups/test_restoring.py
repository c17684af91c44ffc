"""A backup made while others write comes back, once, with what time has overtaken put right."""

from __future__ import annotations

import gc
import sqlite3
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from hub.app import create_app
from hub.kernel import access, audit, supervise, work
from hub.kernel.backups import making, restoring
from hub.kernel.config import Config
from hub.kernel.errors import Conflict, Unavailable
from hub.kernel.supervise import CannotStart
from tests import make
from tests.kernel.backups.archives import (
    Writers,
    command,
    counts,
    fill,
    kill_when,
    silent,
)
from tests.servers import postgres_bin, wait_for

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.feature("S21")]


@pytest.mark.feature("S93")
def test_a_backup_made_under_writes_comes_back_with_its_counts_and_a_chain_that_holds(
    app: Flask, config: Config, empty: Config
) -> None:
    fill(50)
    (config.data / "files").mkdir(exist_ok=True)
    (config.data / "files" / "letter").write_bytes(b"dear client")
    told: list[tuple[int, int]] = []
    with Writers(app) as writers:
        before = writers.written
        made = making.make(config, None, lambda done, total: told.append((done, total)))
        wait_for(lambda: writers.written > before, "writes that go on")
    assert writers.faults == []
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert told[-1][0] == told[-1][1] > 0
    assert made.found.counts["clients_client"] == 50
    with supervise.held(empty.data):
        back = restoring.restore(empty, create_app, made.path, silent)
    found = counts(empty.data / "hub.db")
    grown = {"kernel_audit": 1}  # that it was restored is logged
    for table, count in made.found.counts.items():
        assert found[table] == count + grown.get(table, 0), table
    assert back.head == made.found.head
    assert (empty.data / "files" / "letter").read_bytes() == b"dear client"
    assert (empty.data / "secret.key").read_text() == (config.data / "secret.key").read_text()
    assert not (empty.data / restoring.PART).exists()
    create_app(empty)
    with work.unit(writes=False):
        verdict = audit.verify()
    assert verdict.holds
    assert verdict.rows == made.found.counts["kernel_audit_link"]
    assert restoring.rebuild(empty, create_app) == 50
    work.let_go()


def test_what_was_being_sent_is_not_sent_again_after_a_restore(
    config: Config, empty: Config
) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        make.client(email="a@example.org", consent_to=("promotion",))
    with sqlite3.connect(config.data / "hub.db") as file:
        file.execute(
            "INSERT INTO channels_content (id, hash, texts, created_at) VALUES (1, 'h', '{}', 0)"
        )
        for number, state in enumerate(("sending", "preparing", "paused", "done"), 1):
            file.execute(
                "INSERT INTO channels_batch (id, cause, klass, channels, content_id, topic, risk,"
                " gates, state, why, due_at, room, snapshot, round, variables, origin, created_at)"
                " VALUES (?, ?, 'promotion', '[]', 1, '', '', '[]', ?, '', '2026-01-01 00:00:00',"
                " '', 0, 0, '{}', '', '2026-01-01 00:00:00')",
                (number, f"c{number}", state),
            )
        file.execute(
            "INSERT INTO channels_delivery (id, batch_id, person_id, channel, state, reason, tries,"
            " provider, provider_id, code, segments, owner) VALUES (1, 1, 1, 'email',"
            " 'submitting', '', 0, '', '', '', 0, 'here.1.1')"
        )
    file.close()
    made = making.make(config, None, silent)
    restoring.restore(empty, create_app, made.path, silent)
    with sqlite3.connect(empty.data / "hub.db") as file:
        states = dict(file.execute("SELECT id, state FROM channels_batch").fetchall())
        assert states == {1: "held", 2: "held", 3: "paused", 4: "done"}
        delivery = file.execute("SELECT state, owner FROM channels_delivery").fetchone()
        assert delivery == ("uncertain", None)
    file.close()


def test_only_an_empty_folder_is_restored_into(config: Config, empty: Config) -> None:
    made = making.make(config, None, silent)
    with pytest.raises(Conflict, match="is not empty"):
        restoring.restore(config, create_app, made.path, silent)
    (empty.data / "hub.db").write_bytes(b"")
    with pytest.raises(Conflict, match="is not empty"):
        restoring.restore(empty, create_app, made.path, silent)


def test_the_commands_write_and_bring_back_and_say_why_not(
    config: Config, empty: Config, tmp_path: Path
) -> None:
    fill(5)
    target = tmp_path / "away.tar.gz"
    done = command(config, "backup", str(target))
    said, _ = done.communicate(timeout=120)
    assert done.returncode == 0, said
    assert "rows, head" in said
    with supervise.held(empty.data):
        running = command(empty, "restore", str(target))
        said, _ = running.communicate(timeout=120)
        assert running.returncode == 2
        assert "a hub (process" in said
    back = command(empty, "restore", str(target))
    said, _ = back.communicate(timeout=120)
    assert back.returncode == 0, said
    assert "the audit chain holds" in said
    again = command(empty, "restore", str(target))
    said, _ = again.communicate(timeout=120)
    assert again.returncode == 2
    assert "is not empty" in said


def test_a_killed_restore_is_seen_and_begun_anew(config: Config, empty: Config) -> None:
    fill(20)
    made = making.make(config, None, silent)
    part = empty.data / restoring.PART
    kill_when(command(empty, "restore", str(made.path)), part.exists)
    if part.exists():
        with pytest.raises(CannotStart, match="was interrupted"):
            supervise.run(replace(empty, port=1), create_app)
    if (empty.data / "hub.db").exists() and not part.exists():
        return  # it was faster than the kill
    restoring.restore(empty, create_app, made.path, silent)
    assert counts(empty.data / "hub.db")["clients_client"] == 20


def test_a_restore_that_was_killed_while_moving_files_is_begun_anew(
    config: Config, empty: Config
) -> None:
    fill(3)
    made = making.make(config, None, silent)
    part = empty.data / restoring.PART
    part.mkdir()
    (part / "moved").write_text("files\nhub.db\n")
    (empty.data / "files").mkdir()
    (empty.data / "hub.db").write_bytes(b"half")
    restoring.restore(empty, create_app, made.path, silent)
    assert counts(empty.data / "hub.db")["clients_client"] == 3


@pytest.mark.database("postgresql")
def test_postgresql_comes_back_from_a_dump_of_one_moment(
    app: Flask, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres_url: str
) -> None:
    programs = postgres_bin()
    if programs is None or not (programs / "pg_dump").exists():
        with pytest.raises(Unavailable, match="pg_dump is not on PATH"):
            making.make(config, None, silent)
        return
    monkeypatch.setenv("PATH", str(programs))
    fill(5)
    with Writers(app, 2):
        made = making.make(config, None, silent)
    with pytest.raises(Conflict, match="the database is not empty"):
        restoring.restore(replace(config, data=tmp_path), create_app, made.path, silent)
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute("DROP DATABASE IF EXISTS hub_restored WITH (FORCE)")
        admin.execute("CREATE DATABASE hub_restored")
    url = config.database_url.rsplit("/", 1)[0] + "/hub_restored"
    back = restoring.restore(
        replace(config, data=tmp_path, database_url=url), create_app, made.path, silent
    )
    assert back.rows == sum(made.found.counts.values())
    gc.collect()  # a connection that was left open would be told of now
