"""Work that operators asked for: backups, walks over the audit chain, health checks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.base import Base, Id, Utc
from hub.office.rules import Stage


class Task(Base):
    """One piece of it, its progress and what came of it."""

    __tablename__ = "office_task"
    __table_args__ = (Index("ix_office_task_kind", "kind", "id"),)

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default=Stage.WAITING)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any]]
    owner: Mapped[str | None]
    asked_by: Mapped[int | None]
    asked_at: Mapped[Utc]
    started_at: Mapped[Utc | None]
    done_at: Mapped[Utc | None]
