"""Who was in a segment when it was frozen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.base import Base, Day, Id, Utc


class Frozen(Base):
    """The members of a rule on a day, as they were found.

    Shape: `size` counts the members at the taking; whoever is erased since leaves the rows.
    """

    __tablename__ = "clients_frozen"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120))
    rule: Mapped[dict[str, Any]]
    on_day: Mapped[Day]
    known_at: Mapped[datetime | None]
    size: Mapped[int]
    shared: Mapped[bool] = mapped_column(default=False)
    owner_id: Mapped[int] = mapped_column(ForeignKey("accounts_user.id"), index=True)
    taken_at: Mapped[Utc]
    put_away_at: Mapped[datetime | None]


class FrozenMember(Base):
    """That a client is in it."""

    __tablename__ = "clients_frozen_member"
    __table_args__ = (Index("ix_clients_frozen_member_client_id", "client_id", "frozen_id"),)

    frozen_id: Mapped[int] = mapped_column(ForeignKey("clients_frozen.id"), primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients_client.id"), primary_key=True)
