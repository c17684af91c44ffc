"""Tokens by which programs act for a user."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.base import Base, Id, Utc


class Token(Base):
    """A key that a user made for a program.

    Shape: only the hash of the key is kept, and its first characters to tell it by; `scopes` are
        names of permissions, and count as far as the user has them himself.
    Units: `per_minute` requests, the firm's usual number when null.
    """

    __tablename__ = "accounts_token"
    __table_args__ = (Index("ix_accounts_token_user_id", "user_id", "id"),)

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("accounts_user.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    start: Mapped[str] = mapped_column(String(12))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]]
    per_minute: Mapped[int | None]
    created_at: Mapped[Utc]
    expires_at: Mapped[Utc]
    used_at: Mapped[Utc | None]
    revoked_at: Mapped[Utc | None]
    revoked_by: Mapped[int | None]
