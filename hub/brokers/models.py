"""Brokers in their first form: a number, a name, a branch."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.base import Base, Id, Utc


class Broker(Base):
    """Somebody of the firm who serves clients."""

    __tablename__ = "brokers_broker"

    id: Mapped[Id]
    no: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"), unique=True)
    branch: Mapped[str] = mapped_column(String(80), index=True)
    title: Mapped[str] = mapped_column(String(80))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Utc]
