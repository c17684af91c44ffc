"""Old stretches of the audit log leave for a file, and what is left still proves itself."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from hub.kernel import access, audit, audit_keeping, clock, runner, schema, work
from hub.kernel.access import Actor
from hub.kernel.audit import AuditKept, AuditRow
from hub.kernel.errors import Conflict

pytestmark = [pytest.mark.feature("S21", "S93")]

Hold = Callable[[datetime], AbstractContextManager[None]]
OLD = datetime(2010, 1, 1, tzinfo=UTC)
WORD = "SELECT count(*) FROM kernel_audit"


@pytest.fixture(autouse=True)
def archive(app: Flask) -> Path:
    folder = Path(app.config["HUB"].data) / "archive"
    for path in folder.glob("*"):
        path.unlink()
    return folder


def log(count: int) -> None:
    with work.unit(), access.acting(Actor(user_id=7)):
        for number in range(count):
            audit.append("clients.read", "client", number, {"page": number, "of": "好"})
    with work.unit():
        audit.seal()


def old(at: Hold, count: int = 10) -> None:
    with at(OLD):
        log(count)


def drop() -> int:
    with work.unit(), access.acting(access.SYSTEM):
        return audit_keeping.drop_stretch(before=clock.now() - timedelta(days=3_650))


def verify() -> audit.Verdict:
    with work.unit(writes=False):
        return audit.verify()


def kept() -> list[Any]:
    with work.unit(writes=False):
        query = select(*AuditKept.__table__.c).order_by(AuditKept.id)
        return list(work.session().execute(query))


def test_what_is_too_old_leaves_for_a_file_and_the_chain_goes_on(at: Hold, archive: Path) -> None:
    old(at)
    log(3)
    head = verify().head
    assert drop() == 10
    assert (verify().holds, verify().rows, verify().head) == (True, 3, head)
    (stretch,) = kept()
    packed = (archive / stretch.file).read_bytes()
    assert hashlib.sha256(packed).hexdigest() == stretch.sha256
    lines = [json.loads(line) for line in gzip.decompress(packed).splitlines()]
    assert [line["seq"] for line in lines] == list(range(1, 11))
    assert lines[-1]["link"] == stretch.head
    assert lines[0]["detail"] == {"page": 0, "of": "好"}
    assert (archive / stretch.file).stat().st_mode & 0o777 == 0o600
    log(2)
    assert verify().rows == 6  # what was left, that a stretch left, and two more
    assert verify().holds


def test_that_it_left_is_logged_itself(at: Hold) -> None:
    old(at)
    log(1)
    drop()
    with work.unit(writes=False):
        verbs = work.session().scalars(select(AuditRow.verb)).all()
    assert "audit.archived" in verbs


def test_young_rows_and_the_last_link_stay(at: Hold) -> None:
    log(5)
    assert drop() == 0
    with at(datetime.now(UTC) + timedelta(days=36_500)):
        assert drop() == 4
    assert verify().rows == 1


def test_a_stretch_that_was_tampered_with_is_not_thrown_away(at: Hold, archive: Path) -> None:
    old(at)
    log(1)
    with work.unit():
        execute = work.session().connection().exec_driver_sql
        if work.dialect() == "sqlite":
            execute("DROP TRIGGER kernel_audit_no_update")
        else:
            execute("ALTER TABLE kernel_audit DISABLE TRIGGER ALL")
        execute("UPDATE kernel_audit SET verb = 'x' WHERE id = 4")
    with pytest.raises(Conflict, match="row 4 is not as it was sealed"):
        drop()
    assert kept() == []
    assert not archive.exists() or list(archive.iterdir()) == []


def test_the_guards_stand_again_afterwards(at: Hold) -> None:
    old(at)
    log(2)
    drop()
    with work.unit(writes=False):
        assert schema.guards_missing(work.session().connection()) == []
    for table in ("kernel_audit", "kernel_audit_link", "kernel_audit_kept"):
        with pytest.raises(DatabaseError, match="append-only"), work.unit():
            work.session().execute(text(f"DELETE FROM {table}"))


def test_a_stretch_that_cannot_be_written_stays(at: Hold, archive: Path) -> None:
    old(at)
    log(1)
    for path in archive.glob("*"):
        path.unlink()
    if archive.exists():
        archive.rmdir()
    archive.write_text("no folder")
    try:
        with pytest.raises(OSError, match="exists"):
            drop()
    finally:
        archive.unlink()
    assert verify().rows == 11
    with work.unit(writes=False):
        assert schema.guards_missing(work.session().connection()) == []


def test_a_head_that_was_forged_is_seen(at: Hold) -> None:
    old(at)
    log(2)
    drop()
    with work.unit():
        execute = work.session().connection().exec_driver_sql
        if work.dialect() == "sqlite":
            execute("DROP TRIGGER kernel_audit_kept_no_update")
        else:
            execute("ALTER TABLE kernel_audit_kept DISABLE TRIGGER ALL")
        execute("UPDATE kernel_audit_kept SET head = 'forged'")
    assert "link 11 does not follow the one before it" in verify().faults


def test_the_job_goes_on_slice_by_slice(at: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_keeping, "STRETCH", 4)
    old(at)
    log(1)
    with work.unit(), access.acting(access.SYSTEM):
        audit_keeping.keep()
    runner.drain()
    assert [(one.first, one.last) for one in kept()] == [(1, 4), (5, 8), (9, 10)]
    assert verify().holds
