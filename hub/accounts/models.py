"""Users, their roles and scopes, and what they prove themselves with."""

from __future__ import annotations

from typing import Any

from flask_security import RoleMixin, UserMixin
from sqlalchemy import Column, ForeignKey, Index, LargeBinary, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.accounts.rules import Locale
from hub.kernel.base import Base, Id, Phone, Utc

user_role = Table(
    "accounts_user_role",
    Base.metadata,
    Column("user_id", ForeignKey("accounts_user.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("accounts_role.id", ondelete="CASCADE"), primary_key=True),
)


def _users() -> Any:
    return mapped_column(ForeignKey("accounts_user.id", ondelete="CASCADE"), index=True)


class Role(Base, RoleMixin):
    """A role by name; its permissions come from the manifests."""

    __tablename__ = "accounts_role"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(40), unique=True)


class Scope(Base):
    """A part of the firm whose data a user reaches; later rooms read it through `Actor.scopes`."""

    __tablename__ = "accounts_scope"
    __table_args__ = (UniqueConstraint("user_id", "kind", "value"),)

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("accounts_user.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    value: Mapped[str] = mapped_column(String(80))


class User(Base, UserMixin):
    """Somebody who may sign in.

    Shape: `fs_uniquifier` is what a session holds: a new one ends every session at once;
        `handle` is what his passkeys know him by; `totp` is sealed, `totp_step` the last time
        step that was used; `is_demo` marks the made-up people of a sandbox.
    """

    __tablename__ = "accounts_user"

    id: Mapped[Id]
    email: Mapped[str | None] = mapped_column(unique=True)  # type: ignore[assignment]
    phone: Mapped[Phone | None] = mapped_column(unique=True)
    name: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    password: Mapped[str | None]
    locale: Mapped[str] = mapped_column(String(2), default=Locale.ZH)
    created_at: Mapped[Utc]
    locked_at: Mapped[Utc | None]
    handle: Mapped[str] = mapped_column(String(64), unique=True)
    totp: Mapped[str | None] = mapped_column(Text)
    totp_step: Mapped[int | None]
    second_factor_forced: Mapped[bool] = mapped_column(default=False)
    is_demo: Mapped[bool] = mapped_column(default=False)
    roles: Mapped[list[Role]] = relationship(  # type: ignore[assignment]
        secondary=user_role, lazy="selectin"
    )
    scopes: Mapped[list[Scope]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by=Scope.id
    )


class Passkey(Base):
    """A key that an authenticator holds for a user; we hold its public half."""

    __tablename__ = "accounts_passkey"

    id: Mapped[Id]
    user_id: Mapped[int] = _users()
    name: Mapped[str] = mapped_column(String(80))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int]
    transports: Mapped[list[str]]
    made_at: Mapped[Utc]
    used_at: Mapped[Utc | None]


class RecoveryCode(Base):
    """A way in for whoever lost his second factor: a keyed hash, good once."""

    __tablename__ = "accounts_recovery_code"

    id: Mapped[Id]
    user_id: Mapped[int] = _users()
    mark: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[Utc | None]


class Code(Base):
    """A one-time code: asked for by anybody, sent only to somebody, kept as a keyed hash.

    Shape: `subject` is the mark of purpose and address, so that a new code voids the old one;
        `to` is the address, sealed; `mark` is null until the code was made and sent.
    """

    __tablename__ = "accounts_code"
    __table_args__ = (Index("ix_accounts_code_subject", "subject", "id"),)

    id: Mapped[Id]
    purpose: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(8))
    to: Mapped[str] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(String(2))
    mark: Mapped[str | None] = mapped_column(String(64))
    tries: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[Utc]
    expires_at: Mapped[Utc]
    used_at: Mapped[Utc | None]
    voided_at: Mapped[Utc | None]


class Session(Base):
    """A device that is or was signed in; it ends by `ended_at`, or when nobody asks for long.

    Shape: `mark` is the hash of what the cookie holds; `factors` how many were proved.
    """

    __tablename__ = "accounts_session"
    __table_args__ = (Index("ix_accounts_session_user_id", "user_id", "first_seen"),)

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("accounts_user.id", ondelete="CASCADE"))
    mark: Mapped[str] = mapped_column(String(64), unique=True)
    via: Mapped[str] = mapped_column(String(40))
    factors: Mapped[int]
    stays: Mapped[bool]
    device: Mapped[str] = mapped_column(String(200))
    network: Mapped[str] = mapped_column(String(45))
    first_seen: Mapped[Utc]
    last_seen: Mapped[Utc]
    ended_at: Mapped[Utc | None]


class Attempt(Base):
    """A try that has not succeeded, or something asked for; kept for the length of the window.

    Shape: `mailbox` and `address` are keyed hashes of what was typed and of whence it came,
        `pair` of both, for second factors alone: those are kept for a day.
    """

    __tablename__ = "accounts_attempt"
    __table_args__ = (
        Index("ix_accounts_attempt_mailbox", "mailbox", "at"),
        Index("ix_accounts_attempt_address", "address", "at"),
        Index("ix_accounts_attempt_pair", "pair", "at"),
    )

    id: Mapped[Id]
    mailbox: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(64))
    pair: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[Utc]
