"""Templates and campaigns. Where a campaign stands is its batch's business, not repeated here."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.rules import NAME_MOST
from hub.kernel.base import Base, Id, Texts, Utc


class Template(Base):
    """Words to begin a campaign with.

    Shape: texts[language][part], each part a sandboxed Jinja template.
    """

    __tablename__ = "campaigns_template"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(NAME_MOST))
    klass: Mapped[str] = mapped_column(String(16))
    texts: Mapped[Texts]
    owner_id: Mapped[int] = mapped_column(ForeignKey("accounts_user.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)  # rises with each change
    created_at: Mapped[Utc]
    changed_at: Mapped[Utc]
    archived_at: Mapped[Utc | None]


class Campaign(Base):
    """One message to one segment.

    Shape: `firm` acts in the firm's name, else in its owner's to the clients he serves;
        `rule` and `people` are frozen when it is sent; `batch_id` names the batch of the
        messages port, null for a draft.
    """

    __tablename__ = "campaigns_campaign"
    __table_args__ = (
        Index("ix_campaigns_campaign_owner", "owner_id", "id"),
        Index("ix_campaigns_campaign_changed_at", "changed_at", "id"),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(NAME_MOST))
    owner_id: Mapped[int] = mapped_column(ForeignKey("accounts_user.id"))
    firm: Mapped[bool] = mapped_column(default=False)
    klass: Mapped[str] = mapped_column(String(16))
    channels: Mapped[list[str]]
    texts: Mapped[Texts]
    template_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns_template.id"))
    segment_id: Mapped[int | None] = mapped_column(
        ForeignKey("clients_segment.id", ondelete="SET NULL")
    )
    rule: Mapped[dict[str, Any] | None]
    version: Mapped[int] = mapped_column(default=1)  # rises with each change of the draft
    created_at: Mapped[Utc]
    changed_at: Mapped[Utc]
    batch_id: Mapped[int | None] = mapped_column(unique=True)
    people: Mapped[int] = mapped_column(default=0)
    at: Mapped[Utc | None]  # when it shall leave; null: at once
    sent_at: Mapped[Utc | None]  # when its owner pressed Send
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))
