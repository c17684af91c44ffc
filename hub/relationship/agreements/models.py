"""Agreements, and their versions: what holds from a day on, as it was known at a moment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.base import Base, Id, Utc
from hub.kernel.dated import Known, one_a_day

_ONE_SIDE = "(client_id IS NULL) <> (broker_id IS NULL)"


class Agreement(Base):
    """What the firm and a client, or the firm and a broker, agreed to.

    Shape: its days are its versions'; `ended_at` is set once somebody ended it before its time.
    """

    __tablename__ = "relationship_agreement"
    __table_args__ = (
        CheckConstraint(_ONE_SIDE, name="one_side"),
        Index("ix_relationship_agreement_client_id", "client_id"),
        Index("ix_relationship_agreement_broker_id", "broker_id"),
        Index("ix_relationship_agreement_ended_at", "ended_at"),
    )

    id: Mapped[Id]
    no: Mapped[str] = mapped_column(String(40), unique=True)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients_client.id"))
    broker_id: Mapped[int | None] = mapped_column(ForeignKey("brokers_broker.id"))
    title: Mapped[str] = mapped_column(String(120))
    made_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))
    made_at: Mapped[Utc]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str] = mapped_column(String(200), default="")


class AgreementVersion(Base, Known):
    """A version holds on [valid_from, valid_to), as known until `known_to`.

    Shape: `number` counts an agreement's versions in the order of signing, and stays when one is
        corrected; `plan` and `parameters` name commission terms that another room keeps, `terms`
        says them in words; `sha256` is the signed file's.
    """

    __tablename__ = "relationship_agreement_version"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="days"),
        CheckConstraint(_ONE_SIDE, name="one_side"),
        Index("ix_relationship_agreement_version_agreement_id", "agreement_id", "number"),
        Index("ix_relationship_agreement_version_client", "client_id", "valid_from", "valid_to"),
        Index("ix_relationship_agreement_version_broker", "broker_id", "valid_from", "valid_to"),
        Index("ix_relationship_agreement_version_end", "valid_to", "known_to"),
    )

    id: Mapped[Id]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("relationship_agreement.id"))
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients_client.id"))
    broker_id: Mapped[int | None] = mapped_column(ForeignKey("brokers_broker.id"))
    number: Mapped[int]
    plan: Mapped[str] = mapped_column(String(40))
    parameters: Mapped[str] = mapped_column(String(80), default="")
    terms: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[int | None]
    sha256: Mapped[str] = mapped_column(String(64), default="")
    reason: Mapped[str] = mapped_column(String(200), default="")  # why the past was corrected
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))


# The subject of a run has one version a day: no trade is settled twice.
for _subject in ("client_id", "broker_id"):
    one_a_day(
        AgreementVersion, f"one_{_subject}", keys=(_subject,),
        says="two versions of agreements on one day",
    )  # fmt: skip
