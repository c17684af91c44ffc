"""Tags, and which client had which when."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.clients.tags.rules import NAME_MOST
from hub.kernel.base import Base, Day, Id, Utc
from hub.kernel.dated import one_a_day


class Tag(Base):
    """A word that clients are marked with.

    Shape: `folded` is the name as it is compared; a tag of the firm's list has `is_listed`; a
        retired one is put on nobody any more.
    """

    __tablename__ = "clients_tag"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(NAME_MOST), unique=True)
    folded: Mapped[str] = mapped_column(String(NAME_MOST * 3), unique=True)
    is_listed: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[Utc]
    retired_at: Mapped[Utc | None]


class Tagging(Base):
    """That a client has a tag on [valid_from, valid_to)."""

    __tablename__ = "clients_tagging"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="days"),
        Index("ix_clients_tagging_client_id", "client_id", "tag_id", "valid_from"),
        Index("ix_clients_tagging_tag_id", "tag_id", "client_id"),
    )

    id: Mapped[Id]
    client_id: Mapped[int] = mapped_column(ForeignKey("clients_client.id"))
    tag_id: Mapped[int] = mapped_column(ForeignKey("clients_tag.id"))
    valid_from: Mapped[Day]
    valid_to: Mapped[date | None]
    put_by: Mapped[int | None]
    taken_by: Mapped[int | None]


one_a_day(Tagging, "overlap", keys=("client_id", "tag_id"), says="one tag twice on a day")
