"""The staging tables: the file as it came, its lines, and what the check made of them."""

from __future__ import annotations

import enum
from typing import Any

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.base import Base, Id, Json, Utc


class State(enum.StrEnum):
    """Where an import stands."""

    RECEIVING = "receiving"  # bytes are still coming in
    ASKING = "asking"  # the encoding is not sure: a person chooses
    STAGING = "staging"
    STAGED = "staged"
    CHECKING = "checking"
    CHECKED = "checked"
    APPLYING = "applying"
    HALTED = "halted"  # whoever it works for may not go on; it can be resumed
    DONE = "done"
    FAILED = "failed"  # `problem` says why and what to do
    CANCELLED = "cancelled"


# The passes, and the job that carries on each.
JOBS = {
    State.STAGING: "imports.stage",
    State.CHECKING: "imports.check",
    State.APPLYING: "imports.apply",
}
WORKING = frozenset(JOBS)


class Import(Base):
    """One uploaded file on its way into the hub."""

    __tablename__ = "imports_import"
    __table_args__ = (
        Index("ix_imports_import_owner", "owner_id", "id"),
        Index("ix_imports_import_sha256", "kind", "sha256"),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    filename: Mapped[str]
    owner_id: Mapped[int | None]  # user; None for the command line
    actor_id: Mapped[int | None]  # user whose rights it obeys, asked anew at every slice
    token_id: Mapped[int | None]  # of the program by which he acts
    state: Mapped[str] = mapped_column(default=State.RECEIVING)
    halted: Mapped[str | None]  # the state in which it was halted
    problem: Mapped[str | None] = mapped_column(Text)  # [msgid, args] as JSON
    size_bytes: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(default="")
    form: Mapped[dict[str, Any]]  # encoding, delimiter, header, sure
    header: Mapped[list[str]]  # names of the columns
    notices: Mapped[list[Any]]  # [msgid, args] pairs worth knowing
    mapping: Mapped[dict[str, Any]]  # column number → field name
    answers: Mapped[dict[str, Any]]  # question → what was typed
    cursor: Mapped[dict[str, Any]]  # where the present pass goes on
    run: Mapped[int] = mapped_column(default=0)  # grows with every pass: makes its job's key
    operation_id: Mapped[int | None]  # the present pass among the long tasks
    lines: Mapped[int] = mapped_column(default=0)  # staged
    good: Mapped[int] = mapped_column(default=0)
    bad: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Utc]
    changed_at: Mapped[Utc]
    done_at: Mapped[Utc | None]


class Part(Base):
    """A stretch of the file's bytes, kept as proof."""

    __tablename__ = "imports_part"
    __table_args__ = (UniqueConstraint("import_id", "seq"),)

    id: Mapped[Id]
    import_id: Mapped[int] = mapped_column(ForeignKey("imports_import.id"))
    seq: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary)


class Line(Base):
    """One record of the file as it was read; `reasons` when it could not be."""

    __tablename__ = "imports_line"
    __table_args__ = (
        ForeignKeyConstraint(["import_id"], ["imports_import.id"]),
        {"sqlite_with_rowid": False},
    )

    import_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[int]  # where it begins in the file, from 1
    cells: Mapped[str] = mapped_column(Text)  # JSON list of texts
    reasons: Mapped[str | None] = mapped_column(Text)  # JSON list of [field, msgid, args]


class Row(Base):
    """What the check made of a line: typed values, or reasons against it."""

    __tablename__ = "imports_row"
    __table_args__ = (
        ForeignKeyConstraint(["import_id"], ["imports_import.id"]),
        # Covers the search for doubles: without `line` SQLite prefers to walk the whole import.
        Index(
            "ix_imports_row_key",
            "import_id",
            "key",
            "line",
            sqlite_where=text("reasons IS NULL"),
            postgresql_where=text("reasons IS NULL"),
        ),
        Index("ix_imports_row_target_id", "import_id", "target_id"),
        Index(
            "ix_imports_row_bad",
            "import_id",
            "seq",
            sqlite_where=text("reasons IS NOT NULL"),
            postgresql_where=text("reasons IS NOT NULL"),
        ),
        Index(
            "ix_imports_row_round",
            "import_id",
            "round",
            "seq",
            sqlite_where=text("round > 0"),
            postgresql_where=text("round > 0"),
        ),
        {"sqlite_with_rowid": False},
    )

    import_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[int]
    key: Mapped[str | None]
    values: Mapped[dict[str, Any]] = mapped_column(Json)  # field → parsed value
    reasons: Mapped[str | None] = mapped_column(Text)
    target_id: Mapped[int | None]  # the row it became
    outcome: Mapped[str | None]  # created, updated, unchanged
    round: Mapped[int] = mapped_column(default=0)  # its turn: it waits for rows of earlier ones
    waits: Mapped[str | None] = mapped_column(Text)  # reasons that refuse it if none of them helps


class Memory(Base):
    """The mapping that was last used for files with these column names."""

    __tablename__ = "imports_memory"
    __table_args__ = (UniqueConstraint("kind", "signature"),)

    id: Mapped[Id]
    kind: Mapped[str]
    signature: Mapped[str]  # sha256 of the column names
    mapping: Mapped[dict[str, Any]]
    used_at: Mapped[Utc]
