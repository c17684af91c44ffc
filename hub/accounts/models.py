"""Users and their roles."""

from __future__ import annotations

from flask_security import RoleMixin, UserMixin
from sqlalchemy import Column, ForeignKey, Index, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.accounts.rules import Locale
from hub.kernel.base import Base, Id, Utc

user_role = Table(
    "accounts_user_role",
    Base.metadata,
    Column("user_id", ForeignKey("accounts_user.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("accounts_role.id", ondelete="CASCADE"), primary_key=True),
)


class Role(Base, RoleMixin):
    """A role by name; its permissions come from the manifests."""

    __tablename__ = "accounts_role"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(40), unique=True)


class User(Base, UserMixin):
    """Somebody who may sign in.

    Shape: `fs_uniquifier` is what a session holds: a new one ends every session at once.
    """

    __tablename__ = "accounts_user"

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    password: Mapped[str | None]
    locale: Mapped[str] = mapped_column(String(2), default=Locale.ZH)
    created_at: Mapped[Utc]
    locked_at: Mapped[Utc | None]
    roles: Mapped[list[Role]] = relationship(  # type: ignore[assignment]
        secondary=user_role, lazy="selectin"
    )


class Attempt(Base):
    """A try to sign in that has not succeeded; kept for the length of the window.

    Shape: `mailbox` and `address` are keyed hashes of what was typed and of whence it came.
    """

    __tablename__ = "accounts_attempt"
    __table_args__ = (
        Index("ix_accounts_attempt_mailbox", "mailbox", "at"),
        Index("ix_accounts_attempt_address", "address", "at"),
    )

    id: Mapped[Id]
    mailbox: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[Utc]
