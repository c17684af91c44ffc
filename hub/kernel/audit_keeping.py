"""How long the audit log stays: whole sealed stretches leave, into a file, their head remembered.

The one place that lifts the guard of an append-only table.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as l_
from sqlalchemy import Row, delete, select, text

from hub.kernel import audit, clock, outbox, parameters, schema, work
from hub.kernel.audit import AuditKept, AuditLink, AuditRow
from hub.kernel.base import table_of
from hub.kernel.errors import Conflict
from hub.kernel.parameters import Parameter

STRETCH = 5_000  # links a unit
FOLDER = "archive"  # in the data folder
JOB = "kernel.keep_audit"
DAYS = Parameter(
    name="kernel.keep_audit_days", title=l_("The audit log stays in the database for"),
    kind="int", default=3_650, unit="days", low=Decimal(30), high=Decimal(36_500),
)  # fmt: skip


def keep() -> None:
    """Job: drop the oldest stretch whose every row is too old; comes back while there is one."""
    over = clock.now() - timedelta(days=parameters.get(DAYS.name))
    if drop_stretch(before=over):
        outbox.defer(JOB, secrets.token_hex(8))


def drop_stretch(*, before: Any) -> int:
    """Write the oldest sealed rows to a file, remember where the chain stood, take them away.

    Shape: how many went; the newest link always stays, so that the chain has an end to go on from.
    Raises: Conflict when they are not as they were sealed: evidence is not thrown away.
    """
    rows = _oldest(before)
    if not rows:
        return 0
    last = audit.last_kept()
    prev = last.head if last else ""
    for row in rows:
        if audit.hash_of(row) != row.hash or row.prev != prev or audit.follows(row) != row.link:
            raise Conflict(f"row {row.id} is not as it was sealed: run `hub audit verify`")
        prev = row.link
    name, digest = _write(rows)
    work.session().add(
        AuditKept(
            first=rows[0].seq, last=rows[-1].seq, first_at=rows[0].at, last_at=rows[-1].at,
            head=prev, file=name, sha256=digest, at=clock.now(),
        )
    )  # fmt: skip
    work.session().flush()
    with _lifted():
        links, log = table_of(AuditLink), table_of(AuditRow)
        work.session().execute(delete(links).where(links.c.seq <= rows[-1].seq))
        ids = [row.id for row in rows]
        work.session().execute(delete(log).where(log.c.id.in_(ids)))
    audit.append("audit.archived", "audit", rows[-1].seq, {"rows": len(rows), "sha256": digest})
    return len(rows)


def _oldest(before: Any) -> Sequence[Row[Any]]:
    """Links from the first on, up to the first row that is young enough to stay."""
    newest = work.session().scalar(select(AuditLink.seq).order_by(AuditLink.seq.desc()).limit(1))
    query = (
        select(AuditLink.seq, AuditLink.prev, AuditLink.hash.label("link"), *AuditRow.__table__.c)
        .join(AuditRow, AuditRow.id == AuditLink.audit_id)
        .where(AuditLink.seq < (newest or 0))
        .order_by(AuditLink.seq)
        .limit(STRETCH)
    )
    rows = work.session().execute(query).all()
    young = next((place for place, row in enumerate(rows) if row.at >= before), len(rows))
    return rows[:young]


def _write(rows: Sequence[Row[Any]]) -> tuple[str, str]:
    """The stretch as lines of JSON, on the disk before anything is deleted."""
    folder = work.config().data / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"audit-{rows[0].seq:012}-{rows[-1].seq:012}.jsonl.gz"
    lines = (json.dumps(row._asdict(), default=str, ensure_ascii=False) for row in rows)
    packed = gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0)
    part = folder / f"{name}.part"
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(packed)
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / name)
    return name, hashlib.sha256(packed).hexdigest()


@contextlib.contextmanager
def _lifted() -> Iterator[None]:
    """The guards of the two tables, away for a few statements of this unit and no other's."""
    connection = work.session().connection()
    tables = (AuditLink.__tablename__, AuditRow.__tablename__)
    for table in tables:
        if work.dialect() == "sqlite":
            connection.execute(text(f"DROP TRIGGER {table}_no_delete"))
        else:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER {table}_keep_row"))
    yield
    for table in tables:
        if work.dialect() != "sqlite":
            connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER {table}_keep_row"))
    schema.install_guards(connection)
