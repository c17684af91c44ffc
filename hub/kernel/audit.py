"""The hash-chained log: who did what to which object, and proof that nobody changed it since."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel import access, clock, tracing, work
from hub.kernel.base import Base, Id, Utc, append_only, table_of
from hub.kernel.events import plain

SEAL_BATCH = 5_000
TELL_EVERY = 2_000
REACH = 100_000  # rows behind the last sealed one that a late commit may still add to


@append_only
class AuditRow(Base):
    """One thing that was done. Holds ids and sealed texts, never a bare address or name."""

    __tablename__ = "kernel_audit"
    __table_args__ = (
        Index("ix_kernel_audit_subject", "subject", "subject_id"),
        Index("ix_kernel_audit_actor", "actor_id", "at"),
    )

    id: Mapped[Id]
    at: Mapped[Utc]
    actor_id: Mapped[int | None]  # user; null for a stranger or the system
    actor: Mapped[str]  # "user", "system" or "stranger"
    verb: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[int | None]
    detail: Mapped[dict[str, Any]]
    place: Mapped[str] = mapped_column(String(45), default="")  # network it was done from
    hash: Mapped[str] = mapped_column()


@append_only
class AuditLink(Base):
    """A link of the chain: written by the sealer alone, updated by nobody."""

    __tablename__ = "kernel_audit_link"

    seq: Mapped[Id]
    audit_id: Mapped[int] = mapped_column(ForeignKey("kernel_audit.id"), unique=True)
    prev: Mapped[str]
    hash: Mapped[str]


@append_only
class AuditKept(Base):
    """A stretch that left for a file: where the chain stood when it went."""

    __tablename__ = "kernel_audit_kept"

    id: Mapped[Id]
    first: Mapped[int]  # seq of its first and last link
    last: Mapped[int]
    first_at: Mapped[Utc]
    last_at: Mapped[Utc]
    head: Mapped[str]  # hash of its last link
    file: Mapped[str]
    sha256: Mapped[str]
    at: Mapped[Utc]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found.

    Shape: `faults` as readable lines; `tail` counts rows that are not sealed yet.
    """

    rows: int
    tail: int
    head: str
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the chain is whole."""
        return not self.faults


def append(
    verb: str, subject: str, subject_id: int | None = None, detail: Mapping[str, Any] | None = None
) -> None:
    """Log that the present actor did `verb` to `subject`, by which token and from where."""
    actor = access.current()
    told = dict(detail or {})
    if actor.token_id is not None:
        told["token"] = actor.token_id
    kind = "system" if actor.is_system else "user" if actor.user_id else "stranger"
    row = AuditRow(
        at=clock.now().replace(microsecond=0),
        actor_id=actor.user_id,
        actor=kind,
        verb=verb,
        subject=subject,
        subject_id=subject_id,
        detail=_lasting(plain(told)),
        place=tracing.place(),
    )
    row.hash = hash_of(row)
    work.session().add(row)
    work.session().flush()


def _lasting(value: Any) -> Any:
    """The value as both databases give it back, to the letter: the hash is taken over it."""
    if isinstance(value, Mapping):
        return {_lasting(key): _lasting(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_lasting(item) for item in value]
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode(errors="replace").decode()
    return repr(value) if isinstance(value, float) else value


def hash_of(row: Any) -> str:
    """The hash a row must have, from what stands in it."""
    at: datetime = row.at
    fields = [
        at.isoformat(),
        row.actor_id,
        row.actor,
        row.verb,
        row.subject,
        row.subject_id,
        row.detail,
        row.place,
    ]
    text = json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def follows(row: Any) -> str:
    """The hash its link must have.

    Shape: `row` has prev, id and hash.
    """
    return _link(row.prev, row.id, row.hash)


def last_kept() -> AuditKept | None:
    """The newest stretch that left; the chain goes on from its head."""
    return work.session().scalar(select(AuditKept).order_by(AuditKept.id.desc()).limit(1))


def _link(prev: str, row_id: int, row_hash: str) -> str:
    return hashlib.sha256(f"{prev}|{row_id}|{row_hash}".encode()).hexdigest()


def seal() -> int:
    """Link unsealed rows into the chain; the one sealer calls this in a unit of its own.

    Shape: how many were linked.
    """
    session = work.session()
    last = session.execute(
        select(AuditLink.seq, AuditLink.hash, AuditLink.audit_id)
        .order_by(AuditLink.seq.desc())
        .limit(1)
    ).first()
    seq, prev = (last.seq, last.hash) if last else (0, "")  # a stretch that leaves spares it
    query = (
        select(AuditRow.id, AuditRow.hash)
        .outerjoin(AuditLink, AuditLink.audit_id == AuditRow.id)
        .where(AuditLink.seq.is_(None), AuditRow.id > (last.audit_id - REACH if last else 0))
        .order_by(AuditRow.id)
        .limit(SEAL_BATCH)
    )
    links = []
    for row in session.execute(query):
        seq += 1
        link = _link(prev, row.id, row.hash)
        links.append({"seq": seq, "audit_id": row.id, "prev": prev, "hash": link})
        prev = link
    if links:
        session.execute(insert(table_of(AuditLink)), links)
    return len(links)


def unsealed() -> int:
    """How many rows stand behind the last link; read off the two ends by their keys."""
    last = select(func.coalesce(func.max(AuditLink.audit_id), 0)).where(
        AuditLink.seq == select(func.max(AuditLink.seq)).scalar_subquery()
    )
    query = select(func.count()).where(AuditRow.id > last.scalar_subquery())
    return work.session().scalar(query.select_from(AuditRow)) or 0


def verify(told: Callable[[int], None] | None = None) -> Verdict:
    """Walk the whole chain: every row as it was, every link in its place, none missing.

    Shape: `told` hears now and then how many links were looked at.
    """
    faults: list[str] = []
    kept = last_kept()
    prev, expected, count = (kept.head, kept.last, 0) if kept else ("", 0, 0)
    query = (
        select(AuditLink.seq, AuditLink.prev, AuditLink.hash.label("link"), AuditLink.audit_id)
        .add_columns(*(column for column in AuditRow.__table__.c))
        .outerjoin(AuditRow, AuditRow.id == AuditLink.audit_id)
        .order_by(AuditLink.seq)
        .execution_options(yield_per=1000)
    )
    for row in work.session().execute(query):
        expected += 1
        count += 1
        if told is not None and count % TELL_EVERY == 0:
            told(count)
        if row.seq != expected:
            faults.append(f"links {expected} to {row.seq - 1} are missing")
            expected = row.seq
        if row.id is None:
            faults.append(f"row {row.audit_id} was taken away")
        elif hash_of(row) != row.hash:
            faults.append(f"row {row.audit_id} was changed")
        if row.prev != prev or _link(row.prev, row.audit_id, row.hash or "") != row.link:
            faults.append(f"link {row.seq} does not follow the one before it")
        prev = row.link
    tail = _tail(faults)
    return Verdict(count, tail, prev, tuple(faults))


def _tail(faults: list[str]) -> int:
    """Count the rows that are not sealed yet; one that was changed already is a fault."""
    query = (
        select(*AuditRow.__table__.c)
        .outerjoin(AuditLink, AuditLink.audit_id == AuditRow.id)
        .where(AuditLink.seq.is_(None))
        .execution_options(yield_per=1000)
    )
    count = 0
    for row in work.session().execute(query):
        count += 1
        if hash_of(row) != row.hash:
            faults.append(f"row {row.id} was changed")
    return count
