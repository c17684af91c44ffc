"""Care flags with their days."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.clients.care.rules import REASON_MOST
from hub.kernel.base import Base, Day, Id, Utc
from hub.kernel.dated import one_a_day


class Care(Base):
    """That a client is to be treated with care on [valid_from, valid_to), and why."""

    __tablename__ = "clients_care"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="days"),
        Index("ix_clients_care_client_id", "client_id", "kind", "valid_from"),
    )

    id: Mapped[Id]
    client_id: Mapped[int] = mapped_column(ForeignKey("clients_client.id"))
    kind: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(REASON_MOST))
    valid_from: Mapped[Day]
    valid_to: Mapped[date | None]
    put_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))
    put_at: Mapped[Utc]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))


one_a_day(Care, "overlap", keys=("client_id", "kind"), says="one flag twice on a day")
