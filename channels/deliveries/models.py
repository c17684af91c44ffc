"""Tables of the delivery pipeline: content, batch, recipient, delivery, attempt."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from channels.deliveries.rules import BatchState, State
from hub.kernel.base import Base, Id, Rate, Utc


class Content(Base):
    """Words, stored once by hash, so that what was sent can be shown again."""

    __tablename__ = "channels_content"

    id: Mapped[Id]
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    texts: Mapped[dict[str, Any]]
    created_at: Mapped[Utc]


class Batch(Base):
    """One cause's messages."""

    __tablename__ = "channels_batch"

    id: Mapped[Id]
    cause: Mapped[str] = mapped_column(unique=True)
    klass: Mapped[str] = mapped_column(String(16))
    channels: Mapped[list[str]]
    content_id: Mapped[int] = mapped_column(ForeignKey("channels_content.id"))
    topic: Mapped[str] = mapped_column(default="")
    risk: Mapped[str] = mapped_column(String(8), default="")
    gates: Mapped[list[str]]  # names pinned when the batch was made
    state: Mapped[str] = mapped_column(String(16), default=BatchState.PREPARING)
    why: Mapped[str] = mapped_column(default="")  # why it is held or paused
    due_at: Mapped[Utc]
    owner_id: Mapped[int | None]
    room: Mapped[str] = mapped_column(default="")
    snapshot: Mapped[int] = mapped_column(default=0)  # recipients × channels
    round: Mapped[int] = mapped_column(default=0)  # rises with each start: keys of its chunks
    variables: Mapped[dict[str, Any]]
    origin: Mapped[str] = mapped_column(String(64), default="")  # id of the request behind it
    sealed: Mapped[str | None] = mapped_column(Text)  # secret variables, until it is over
    expires_at: Mapped[Utc | None]  # never sent after this
    created_at: Mapped[Utc]
    started_at: Mapped[Utc | None]
    done_at: Mapped[Utc | None]


class Recipient(Base):
    """The audience as it was when the batch was made."""

    __tablename__ = "channels_recipient"
    __table_args__ = ({"sqlite_with_rowid": False},)

    batch_id: Mapped[int] = mapped_column(ForeignKey("channels_batch.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(primary_key=True)


_SUBMITTING = text("state = 'submitting'")


class Delivery(Base):
    """One message to one person by one channel; ends in exactly one final state.

    Shape: `person_id` is null for a code to an address that is no client's.
    """

    __tablename__ = "channels_delivery"
    __table_args__ = (
        UniqueConstraint("batch_id", "person_id", "channel"),
        # Covers the counts of a batch: progress is asked for twice a second while it is sent.
        Index("ix_channels_delivery_state", "batch_id", "state", "channel"),
        Index(
            "ix_channels_delivery_owner",
            "owner",
            sqlite_where=_SUBMITTING,
            postgresql_where=_SUBMITTING,
        ),
        Index("ix_channels_delivery_person_id", "person_id"),
    )

    id: Mapped[Id]
    batch_id: Mapped[int] = mapped_column(ForeignKey("channels_batch.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("clients_client.id"))
    channel: Mapped[str] = mapped_column(String(16))
    address_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(16), default=State.QUEUED)
    reason: Mapped[str] = mapped_column(String(64), default="")
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[Utc | None]
    owner: Mapped[str | None]
    lease_until: Mapped[Utc | None]
    provider: Mapped[str] = mapped_column(String(32), default="")
    provider_id: Mapped[str] = mapped_column(String(64), default="")
    code: Mapped[str] = mapped_column(String(32), default="")
    segments: Mapped[int] = mapped_column(default=0)
    cost: Mapped[Rate | None]
    at: Mapped[Utc | None]  # when the state was reached


class Attempt(Base):
    """One try: what the provider said."""

    __tablename__ = "channels_attempt"
    __table_args__ = (Index("ix_channels_attempt_delivery_id", "delivery_id"),)

    id: Mapped[Id]
    delivery_id: Mapped[int]
    at: Mapped[Utc]
    provider: Mapped[str] = mapped_column(String(32))
    outcome: Mapped[str] = mapped_column(String(16))
    code: Mapped[str] = mapped_column(String(32), default="")
    raw: Mapped[str] = mapped_column(Text, default="")


class Receipt(Base):
    """A status callback, every one of them kept, in the order they came."""

    __tablename__ = "channels_receipt"
    __table_args__ = (Index("ix_channels_receipt_delivery_id", "delivery_id"),)

    id: Mapped[Id]
    delivery_id: Mapped[int]
    at: Mapped[Utc]
    status: Mapped[str] = mapped_column(String(32))
    code: Mapped[str] = mapped_column(String(32), default="")
    provider_id: Mapped[str] = mapped_column(String(64), default="")
