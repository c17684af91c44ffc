"""The consent ledger and the suppression list: both hang on an address, never on a person."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.base import Base, Id, Utc, append_only


@append_only
class Wording(Base):
    """The words a person agreed to, stored once."""

    __tablename__ = "channels_wording"

    id: Mapped[Id]
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[Utc]


@append_only
class Consent(Base):
    """One statement: this address does, or no longer does, want this class of message."""

    __tablename__ = "channels_consent"
    __table_args__ = (Index("ix_channels_consent_address", "address_id", "klass", "id"),)

    id: Mapped[Id]
    address_id: Mapped[int] = mapped_column(ForeignKey("clients_address.id"))
    channel: Mapped[str] = mapped_column(String(16))
    klass: Mapped[str] = mapped_column(String(16))
    granted: Mapped[bool]
    wording_id: Mapped[int | None] = mapped_column(ForeignKey("channels_wording.id"))
    source: Mapped[str]  # how it was said: "import", "one-click", "page", "broker's note" …
    note: Mapped[str] = mapped_column(default="")  # where it was said, in a person's words
    proof: Mapped[str]  # sha256 of a file, a delivery's id, a note
    ip: Mapped[str] = mapped_column(String(45), default="")
    actor_id: Mapped[int | None]
    said_at: Mapped[Utc]  # when the person said it
    at: Mapped[Utc]  # when it was recorded


@append_only
class Suppression(Base):
    """One decision: nothing goes to this address any more, or again."""

    __tablename__ = "channels_suppression"
    __table_args__ = (Index("ix_channels_suppression_address_id", "address_id", "id"),)

    id: Mapped[Id]
    address_id: Mapped[int] = mapped_column(ForeignKey("clients_address.id"))
    channel: Mapped[str] = mapped_column(String(16))
    active: Mapped[bool]  # False lifts what stood before
    reason: Mapped[str] = mapped_column(String(64))
    until: Mapped[Utc | None]
    actor_id: Mapped[int | None]
    at: Mapped[Utc]
