"""`hub doctor`: a line for each part, a cure for each fault, exit 1 when there is one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text

from hub.kernel import access, audit, checks, doctor, modules, outbox, store, work
from hub.kernel.backups import shelf
from hub.kernel.config import Config
from hub.kernel.module import HealthCheck, Module

pytestmark = pytest.mark.feature("S103")


def found(app: Flask) -> dict[str, list[str]]:
    """State and text of each finding, by part."""
    told: dict[str, list[str]] = {}
    for one in doctor.examine(app.config["HUB"]):
        told.setdefault(one.name["en"], []).append(f"{one.state}: {one.text['en']}")
        assert one.state == "ok" or (one.cure["en"] and one.cure["zh"]), one
    return told


@pytest.fixture
def config(app: Flask) -> Iterator[Config]:
    before: Config = app.config["HUB"]
    (before.data / "secret.key").touch(mode=0o600)
    (before.data / "secret.key").chmod(0o600)
    (before.data / "hub.db").touch()
    (before.data / "hub.db").chmod(0o600)
    yield before
    app.config["HUB"] = before


def test_a_sound_installation_has_no_fault(app: Flask, config: Config) -> None:
    del config
    told = found(app)
    faults = {name: lines for name, lines in told.items() if "fault" in str(lines)}
    assert faults == {}, faults
    asked = {"settings", "data folder", "database", "redis", "processes", "outbox", "audit log"}
    assert set(told) >= asked | {"search index", "backups", "mail relay", "journals", "front end"}


def test_the_command_prints_a_line_each_and_says_no(app: Flask, config: Config) -> None:
    del app, config
    runner = CliRunner()
    well = runner.invoke(doctor.doctor)
    assert (well.exit_code, "no fault" in well.output) == (0, True), well.output
    store.bind("redis://127.0.0.1:1/0")
    ill = runner.invoke(doctor.doctor)
    assert ill.exit_code == 1
    (line,) = [line for line in ill.output.splitlines() if "FAULT redis" in line]
    assert "→ start it" in line


def test_tables_of_another_version_and_lost_guards_are_named(app: Flask, config: Config) -> None:
    del config
    with work.unit():
        execute = work.session().connection().exec_driver_sql
        if work.dialect() == "sqlite":
            execute("DROP TRIGGER kernel_audit_no_delete")
        else:
            execute("DROP TRIGGER kernel_audit_keep_row ON kernel_audit")
    assert "append-only tables without guards: kernel_audit" in str(found(app)["database"])
    with work.unit():
        work.session().execute(text("UPDATE kernel_version SET version = '0000'"))
    assert found(app)["database"] == ["fault: its tables are not those of this version"]


def test_stuck_and_given_up_jobs_are_counted(app: Flask, config: Config) -> None:
    del config
    with work.unit(), access.acting(access.SYSTEM):
        for number in range(3):
            outbox.defer("kernel.seal", str(number))
    with work.unit():
        execute = work.session().connection().exec_driver_sql
        execute("UPDATE kernel_outbox SET due_at = '2026-01-01 00:00:00+00:00' WHERE id = 1")
        execute("UPDATE kernel_outbox SET state = 'failed' WHERE id = 2")
        execute("UPDATE kernel_outbox SET state = 'running', owner = 'x' WHERE id = 3")
    told = str(found(app)["outbox"])
    assert "lane work: a job waits since 2026-01-01 00:00 UTC" in told
    assert "lane work: 1 failed" in told


@pytest.mark.database("sqlite")
def test_a_damaged_database_is_named(app: Flask, config: Config) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        for number in range(2000):
            audit.append("trial", "trial", number, {"fill": "x" * 200})
    with work.unit():
        work.session().connection().exec_driver_sql("SELECT 1")
    work.let_go()
    path = config.data / "hub.db"
    raw = bytearray(path.read_bytes())
    half = len(raw) // 2
    raw[half : half + 8192] = b"\xff" * 8192
    path.write_bytes(raw)
    assert "fault" in str(found(app)["database"])
    work.let_go()


@pytest.mark.database("sqlite")
def test_files_that_others_may_read_are_named(app: Flask, config: Config) -> None:
    (config.data / "secret.key").chmod(0o644)
    assert found(app)["data folder"] == ["fault: others may read secret.key"]


@pytest.mark.database("sqlite")
def test_settings_that_do_not_fit_are_named(app: Flask, config: Config) -> None:
    app.config["HUB"] = replace(config, zone="Asia/Nowhere", live_port=config.port)
    told = str(found(app)["settings"])
    assert "no time zone Asia/Nowhere" in told
    assert "two parts want one port" in told


@pytest.mark.database("sqlite")
def test_an_unconfigured_relay_is_a_fault_outside_the_sandbox(app: Flask, config: Config) -> None:
    app.config["HUB"] = replace(config, sandbox=False)
    told = found(app)
    assert told["mail relay"] == ["fault: no mail relay is named"]
    assert told["text messages"] == ["warning: text messages cannot be sent"]


@pytest.mark.database("sqlite")
def test_the_age_of_backups_is_told(app: Flask, config: Config) -> None:
    del config
    for kept in shelf.kept():
        kept.path.unlink()
    assert found(app)["backups"] == ["warning: there is none"]
    (shelf.folder() / shelf.next_name()).write_bytes(b"x")
    assert "ok" in str(found(app)["backups"])


@pytest.mark.database("sqlite")
def test_a_check_of_a_module_that_breaks_is_a_fault_and_the_next_is_asked(
    app: Flask, config: Config
) -> None:
    del config

    def broken(config: Config) -> Any:
        raise OSError("no such device")

    trial = Module(name="trial", health=(
        HealthCheck(name="trial one", check=broken),
        HealthCheck(name="trial two", check=lambda config: [checks.ok(config.zone)]),
    ))  # fmt: skip
    modules.install((*modules.loaded().items, trial))
    told = found(app)
    assert told["trial one"] == ["fault: OSError: no such device"]
    assert told["trial two"] == ["ok: Asia/Shanghai"]
