"""Files that people bring: kept by hash, known by content, given out to whom their owner allows.

Bytes lie under HUB_DATA/files; the table says whose they are. A file belongs to a row of some
room ("complaints.case", 7); the room says who may read it. Nothing is given out unscanned.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from flask_babel import gettext as _
from sqlalchemy import Index, Select, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel import access, audit, clock, modules, outbox, scanning, work
from hub.kernel.access import Actor
from hub.kernel.base import Base, Id, Utc
from hub.kernel.errors import Conflict, HubError, Invalid, NotFound
from hub.kernel.filestore import keep, older_than, place, receive
from hub.kernel.filetypes import Kind, kind_of

NAME_LONGEST = 120  # characters
ORPHAN_AGE = timedelta(days=1)


class FileState(enum.StrEnum):
    """Whether a file may be given out."""

    WAITING = "waiting"  # for the scanner
    CLEAN = "clean"
    REFUSED = "refused"  # the scanner found something: the bytes are gone


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOwner:
    """A kind of row that files may belong to.

    Shape: `may_read` and `may_add` answer for one row; `kinds` are the kinds of file it takes.
    Units: `longest` bytes.
    """

    name: str
    may_read: Callable[[Actor, int], bool]
    may_add: Callable[[Actor, int], bool]
    kinds: frozenset[Kind]
    longest: int = 20 << 20


class StoredFile(Base):
    """One file of one owner; equal bytes lie on the disk once."""

    __tablename__ = "kernel_file"
    __table_args__ = (
        Index("ix_kernel_file_owner", "owner", "owner_id", "id"),
        Index("ix_kernel_file_sha256", "sha256"),
    )

    id: Mapped[Id]
    owner: Mapped[str] = mapped_column(String(64))
    owner_id: Mapped[int]
    name: Mapped[str]  # as it was called, without path
    sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default=FileState.WAITING)
    found: Mapped[str] = mapped_column(default="")  # what the scanner said
    added_by: Mapped[int | None]
    added_at: Mapped[Utc]


class WrongType(Invalid):
    """A kind of file this place does not take, or one that is not what its name says."""

    status, code = 415, "wrong-type"


class NotScanned(HubError):
    """The scanner has not answered yet."""

    status, code = 423, "not-scanned"


def owners() -> dict[str, FileOwner]:
    """Every kind of row that files may belong to."""
    return {owner.name: owner for item in modules.loaded().items for owner in item.file_owners}


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A file that was received and looked at, and is nobody's yet."""

    name: str
    sha256: str
    size_bytes: int
    kind: Kind


def add(owner: str, owner_id: int, name: str, stream: IO[bytes]) -> int:
    """Keep what a stream holds → the file's id; it can be read once it is scanned.

    Raises: NotFound for an owner one may not add to, TooLarge, WrongType, Invalid for an empty
        or unsafe file.
    """
    return take(owner, owner_id, bring(owner, owner_id, name, stream))


def bring(owner: str, owner_id: int, name: str, stream: IO[bytes]) -> Brought:
    """Receive what a stream holds for a row; from the network outside any writing unit.

    Raises: as `add`.
    """
    rules = _rules(owner, owner_id)
    path, sha256, size = receive(stream, rules.longest)
    try:
        kind = _checked(path, name, rules)
        keep(path, sha256)
    finally:
        path.unlink(missing_ok=True)
    return Brought(name=_safe(name), sha256=sha256, size_bytes=size, kind=kind)


def take(owner: str, owner_id: int, brought: Brought) -> int:
    """Make a received file a row's own → its id.

    Raises: NotFound for an owner one may not add to.
    """
    _rules(owner, owner_id)
    row = StoredFile(
        owner=owner, owner_id=owner_id, name=brought.name, sha256=brought.sha256,
        size_bytes=brought.size_bytes, kind=brought.kind, state=FileState.WAITING,
        added_by=access.current().user_id, added_at=clock.now(),
    )  # fmt: skip
    session = work.session()
    session.add(row)
    session.flush()
    told = {"owner": owner, "subject": owner_id, "size": brought.size_bytes}
    audit.append("added", "file", row.id, told)
    outbox.defer("kernel.scan_file", str(row.id), file_id=row.id)
    return row.id


def readable(file_id: int) -> StoredFile:
    """A file the present actor may read; that he read it is logged after this unit.

    Raises: NotFound, NotScanned, Conflict when the scanner refused it.
    """
    row = access.found(work.session().get(StoredFile, file_id))
    rules, actor = owners().get(row.owner), access.current()
    if rules is None or not (actor.is_system or rules.may_read(actor, row.owner_id)):
        raise NotFound
    if row.state == FileState.WAITING:
        raise NotScanned(_("This file is being checked: try again in a moment."))
    if row.state == FileState.REFUSED:
        raise Conflict(_("This file was refused: it may harm whoever opens it."), code="refused")

    def note() -> None:
        with access.acting(actor):
            audit.append("read", "file", file_id)

    work.aside(note)
    return row


def of(owner: str, owner_id: int) -> list[StoredFile]:
    """The files of one row, oldest first; the caller answers for the right to see that row."""
    query = select(StoredFile).where(StoredFile.owner == owner, StoredFile.owner_id == owner_id)
    return list(work.session().scalars(query.order_by(StoredFile.id)))


def remove(owner: str, owner_ids: Select[Any]) -> None:
    """Take the files of some rows away; bytes that nobody else has go at the next sweep."""
    theirs = (StoredFile.owner == owner) & StoredFile.owner_id.in_(owner_ids)
    work.session().execute(delete(StoredFile).where(theirs))


def scan_claim(owner: str, *, file_id: int) -> str | None:
    """External job: the hash of a file that waits for the scanner."""
    del owner
    row = work.session().get(StoredFile, file_id)
    return row.sha256 if row is not None and row.state == FileState.WAITING else None


def scan_act(sha256: str) -> scanning.Verdict:
    """External job: what the scanner says of the bytes.

    Raises: Unavailable when it does not answer: the file waits.
    """
    return scanning.scan(place(sha256))


def scan_record(sha256: str, verdict: scanning.Verdict) -> None:
    """External job: keep the verdict for every file of these bytes; refused bytes go."""
    state = FileState.CLEAN if verdict.is_clean else FileState.REFUSED
    rows = work.session().scalars(
        select(StoredFile).where(StoredFile.sha256 == sha256, StoredFile.state == FileState.WAITING)
    )
    for row in rows:  # the few owners of the same bytes
        row.state, row.found = state, verdict.found[:255]
        if state is FileState.REFUSED:
            audit.append("refused", "file", row.id, {"found": verdict.found[:255]})
    if state is FileState.REFUSED:
        work.after_commit(lambda: place(sha256).unlink(missing_ok=True))


def scan_recover(owner: str) -> None:
    """External job: a scan that was broken off is made again; nothing is half done."""
    del owner


def sweep() -> None:
    """Job: take away bytes whose last owner is gone, once they are a day old."""
    for paths in older_than(clock.now() - ORPHAN_AGE):
        query = select(StoredFile.sha256).where(StoredFile.sha256.in_([one.name for one in paths]))
        owned = set(work.session().scalars(query.distinct()))
        for path in paths:
            if path.name not in owned:
                path.unlink(missing_ok=True)


def _rules(owner: str, owner_id: int) -> FileOwner:
    """What an owner takes, if the present actor may add to it.

    Raises: NotFound.
    """
    rules, actor = access.found(owners().get(owner)), access.current()
    if not (actor.is_system or rules.may_add(actor, owner_id)):
        raise NotFound
    return rules


def _checked(path: Path, name: str, rules: FileOwner) -> Kind:
    kind = kind_of(path, name)
    if kind is None or kind not in rules.kinds:
        known = ", ".join(sorted(rules.kinds))
        raise WrongType({"file": _("Not a file that fits here. Possible: %(known)s", known=known)})
    return kind


def _safe(name: str) -> str:
    """The bare name: no path, no control characters, not too long."""
    bare = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(sign for sign in bare if sign.isprintable()).strip(". ") or "file"
    stem, dot, end = clean.rpartition(".")
    return clean if len(clean) <= NAME_LONGEST else f"{stem[: NAME_LONGEST - 20]}{dot}{end[:16]}"
