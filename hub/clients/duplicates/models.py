"""Pairs of clients who may be one person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.clients.duplicates.rules import WHY_MOST, PairState
from hub.kernel.base import Base, Id, Utc


class Duplicate(Base):
    """Two clients who may be one person, and what was decided.

    Shape: `clues` are bits of `Clue`; `kept_id` is one of the two once they are merged; `why`
        is said by whoever decided.
    """

    __tablename__ = "clients_duplicate"
    __table_args__ = (
        CheckConstraint("low_id < high_id", name="two"),
        UniqueConstraint("low_id", "high_id"),
        Index("ix_clients_duplicate_high_id", "high_id"),
        Index("ix_clients_duplicate_state", "state", "score", "id"),
    )

    id: Mapped[Id]
    low_id: Mapped[int] = mapped_column(ForeignKey("clients_client.id"))
    high_id: Mapped[int] = mapped_column(ForeignKey("clients_client.id"))
    clues: Mapped[int]
    score: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default=PairState.OPEN)
    found_at: Mapped[Utc]
    kept_id: Mapped[int | None]
    why: Mapped[str] = mapped_column(String(WHY_MOST), default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))
    decided_at: Mapped[datetime | None]

    @property
    def gone_id(self) -> int:
        """The one of the two who is not kept."""
        return self.high_id if self.kept_id == self.low_id else self.low_id

    @property
    def cause(self) -> str:
        """By which the journal knows the merge."""
        return f"clients.merge:{self.id}"
