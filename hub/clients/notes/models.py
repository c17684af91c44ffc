"""What brokers learned of clients."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.base import Base, Day, Id, LongText, Utc


class Note(Base):
    """A need, a life event or a piece of news of a client.

    Shape: `mark` is a keyed hash of what makes two notes the same; a need that is met has
        `met_on`; `consent` says how the client agreed that it is kept.
    """

    __tablename__ = "clients_note"
    __table_args__ = (
        UniqueConstraint("client_id", "mark"),
        Index("ix_clients_note_kind", "kind", "client_id"),
        Index("ix_clients_note_consent", "consent", "noted_at"),
    )

    id: Mapped[Id]
    client_id: Mapped[int] = mapped_column(ForeignKey("clients_client.id"))
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[LongText]
    on_day: Mapped[Day]
    met_on: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(16))
    source_detail: Mapped[str]
    consent: Mapped[str] = mapped_column(String(16))
    consent_on: Mapped[date | None]
    mark: Mapped[str] = mapped_column(String(64))
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))
    noted_at: Mapped[Utc]
