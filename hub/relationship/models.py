"""Who serves whom: exactly one broker per client and day, and who stands in for whom."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.base import Base, Day, Id, Utc
from hub.kernel.dated import Dated, Known, one_a_day

_KNOWN = text("known_to IS NULL")
_DAYS = "valid_to IS NULL OR valid_to > valid_from"


class Serving(Base, Known):
    """A broker serves a client on [valid_from, valid_to), as known until `known_to`."""

    __tablename__ = "relationship_serving"
    __table_args__ = (
        CheckConstraint(_DAYS, name="days"),
        Index(
            "ix_relationship_serving_broker",
            "broker_id", "client_id", "valid_from", "valid_to",
            sqlite_where=_KNOWN, postgresql_where=_KNOWN,
        ),
        Index("ix_relationship_serving_client", "client_id", "valid_from", "valid_to"),
    )  # fmt: skip

    id: Mapped[Id]
    client_id: Mapped[int] = mapped_column(ForeignKey("clients_client.id"))
    broker_id: Mapped[int] = mapped_column(ForeignKey("brokers_broker.id"))
    assigned_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))


one_a_day(Serving, "overlap", keys=("client_id",), says="two brokers on one day")


class Deputy(Base, Dated):
    """A broker stands in for another on [valid_from, valid_to); `ended_at` when called off."""

    __tablename__ = "relationship_deputy"
    __table_args__ = (
        CheckConstraint("valid_to > valid_from", name="days"),
        CheckConstraint("deputy_id != absent_id", name="not_oneself"),
        Index("ix_relationship_deputy_deputy_id", "deputy_id", "valid_from", "valid_to"),
        Index("ix_relationship_deputy_absent_id", "absent_id", "valid_from"),
    )

    id: Mapped[Id]
    valid_to: Mapped[Day]  # a leave has its end
    absent_id: Mapped[int] = mapped_column(ForeignKey("brokers_broker.id"))
    deputy_id: Mapped[int] = mapped_column(ForeignKey("brokers_broker.id"))
    reason: Mapped[str] = mapped_column(String(200))
    made_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))
    made_at: Mapped[Utc]
    ended_at: Mapped[Utc | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))


one_a_day(
    Deputy, "one_deputy", keys=("absent_id",), where=("{row}ended_at IS NULL",),
    says="two deputies on one day",
)  # fmt: skip


class Introduction(Base):
    """Who brought a client to the firm: said once, whoever serves him later."""

    __tablename__ = "relationship_introduction"
    __table_args__ = (Index("ix_relationship_introduction_broker_id", "broker_id", "on_day"),)

    client_id: Mapped[int] = mapped_column(ForeignKey("clients_client.id"), primary_key=True)
    broker_id: Mapped[int] = mapped_column(ForeignKey("brokers_broker.id"))
    on_day: Mapped[Day]
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))
