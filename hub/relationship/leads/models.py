"""Leads, where they come from, and what happened to them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.base import Base, Day, Id, Utc
from hub.relationship.leads.rules import INTEREST_MOST, PROOF_MOST, SAID_MOST, LeadState


class LeadSource(Base):
    """Where leads come from, by a code; `weight` are the points that it is worth."""

    __tablename__ = "relationship_lead_source"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(32), unique=True)
    title_zh: Mapped[str] = mapped_column(String(60))
    title_en: Mapped[str] = mapped_column(String(60))
    weight: Mapped[int]
    retired_at: Mapped[datetime | None]


class Lead(Base):
    """Somebody who may become a client; `client_id` once he is one.

    Shape: `phone` is E.164, `email` lower-cased, as clients' addresses are.
    """

    __tablename__ = "relationship_lead"
    __table_args__ = (
        CheckConstraint("phone IS NOT NULL OR email IS NOT NULL", name="reached"),
        Index("ix_relationship_lead_state", "state", "broker_id"),
        Index("ix_relationship_lead_phone", "phone"),
        Index("ix_relationship_lead_email", "email"),
        Index("ix_relationship_lead_client_id", "client_id"),
        Index("ix_relationship_lead_changed_at", "changed_at"),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str | None] = mapped_column(String(16))
    email: Mapped[str | None] = mapped_column(String(254))
    city: Mapped[str | None] = mapped_column(String(80))
    interest: Mapped[str] = mapped_column(String(INTEREST_MOST), default="")
    source_id: Mapped[int] = mapped_column(ForeignKey("relationship_lead_source.id"))
    consent: Mapped[str] = mapped_column(String(16))
    consent_on: Mapped[Day]
    consent_proof: Mapped[str] = mapped_column(String(PROOF_MOST))
    state: Mapped[str] = mapped_column(String(16), default=LeadState.NEW)
    lost_reason: Mapped[str | None] = mapped_column(String(16))
    next_on: Mapped[date | None]
    broker_id: Mapped[int | None] = mapped_column(ForeignKey("brokers_broker.id"))
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients_client.id"))
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))
    entered_at: Mapped[Utc]
    changed_at: Mapped[Utc]


class LeadStep(Base):
    """Something that happened to a lead."""

    __tablename__ = "relationship_lead_step"
    __table_args__ = (Index("ix_relationship_lead_step_lead_id", "lead_id", "id"),)

    id: Mapped[Id]
    lead_id: Mapped[int] = mapped_column(ForeignKey("relationship_lead.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    said: Mapped[str] = mapped_column(String(SAID_MOST), default="")
    broker_id: Mapped[int | None] = mapped_column(ForeignKey("brokers_broker.id"))
    by_user: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))
    at: Mapped[Utc]
