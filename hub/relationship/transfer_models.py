"""Transfers: clients who go from one broker to another once both sides agree."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.base import Base, Day, Id, Utc


class Transfer(Base):
    """A wish that clients change hands from a day on.

    Shape: `state` is a `TransferState`; `moved` clients changed hands, `left_out` were served by
        somebody else by then; `notes` are what the next broker should know.
    """

    __tablename__ = "relationship_transfer"
    __table_args__ = (
        CheckConstraint("giver_id != receiver_id", name="two_sides"),
        Index("ix_relationship_transfer_giver_id", "giver_id", "state"),
        Index("ix_relationship_transfer_receiver_id", "receiver_id", "state"),
    )

    id: Mapped[Id]
    giver_id: Mapped[int] = mapped_column(ForeignKey("brokers_broker.id"))
    receiver_id: Mapped[int] = mapped_column(ForeignKey("brokers_broker.id"))
    valid_from: Mapped[Day]
    reason: Mapped[str] = mapped_column(String(200))
    notes: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(16))
    people: Mapped[int]
    moved: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[int] = mapped_column(default=0)
    moved_on: Mapped[date | None]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))
    asked_at: Mapped[Utc]
    ended_at: Mapped[datetime | None]


class Handed(Base):
    """A client who is to change hands; `moved` once he did."""

    __tablename__ = "relationship_handed"

    transfer_id: Mapped[int] = mapped_column(
        ForeignKey("relationship_transfer.id", ondelete="CASCADE"), primary_key=True
    )
    client_id: Mapped[int] = mapped_column(
        ForeignKey("clients_client.id"), primary_key=True, index=True
    )
    moved: Mapped[bool] = mapped_column(default=False)


class Vote(Base):
    """A seat at a transfer and what its holder said; nothing yet while `agreed` is null."""

    __tablename__ = "relationship_vote"
    __table_args__ = (Index("ix_relationship_vote_broker_id", "broker_id", "agreed"),)

    transfer_id: Mapped[int] = mapped_column(
        ForeignKey("relationship_transfer.id", ondelete="CASCADE"), primary_key=True
    )
    seat: Mapped[str] = mapped_column(String(24), primary_key=True)
    broker_id: Mapped[int] = mapped_column(ForeignKey("brokers_broker.id"))
    agreed: Mapped[bool | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))
    said_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(String(200), default="")
