"""Clients, their contact points, dated facts and saved segments."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel import clock
from hub.kernel.base import MONEY_SCALE, Base, Day, Id, Money, Scaled, Utc
from hub.kernel.dated import one_a_day
from hub.kernel.journal import DERIVED

# As the databases are asked: SQLite uses a partial index only for the same words.
_PRIMARY, _PRIMARY_PG = text("is_primary = 1"), text("is_primary")
_LIVING = text("merged_into IS NULL")
_MERGED = text("merged_into IS NOT NULL")


class Client(Base):
    """A person who trades with the firm.

    Shape: `flags` holds one bit per flag of the manifests, written by `flags.set_flags` alone;
        `stated_assets` repeats the fact that is known and valid now; `name_key` is the name as
        it is compared, written as `names.key` says.
    """

    __tablename__ = "clients_client"
    __table_args__ = (
        # Covers every segment field, so that a count never reads the rows themselves.
        Index(
            "ix_clients_client_segment",
            "city", "stated_assets", "flags", "branch", "language", "gender", "birthday",
            "opened_on", "preferred_channel", "merged_into", "id",
            sqlite_where=_LIVING, postgresql_where=_LIVING,
        ),
        # Only merged rows: nearly all are not, and must not be looked up by it.
        Index(
            "ix_clients_client_merged_into", "merged_into",
            sqlite_where=_MERGED, postgresql_where=_MERGED,
        ),
        # Rules and lists that ask for assets without a city.
        Index("ix_clients_client_assets", "stated_assets", "flags", "merged_into", "id"),
        Index("ix_clients_client_name", "name", "id"),
        # Whoever may be the same person: with the birthday, else by the name alone.
        Index("ix_clients_client_name_key", "name_key", "birthday", "id"),
        Index("ix_clients_client_created_at", "created_at", "id"),
    )  # fmt: skip

    id: Mapped[Id]
    no: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str]
    name_key: Mapped[str | None]
    language: Mapped[str] = mapped_column(String(2))
    city: Mapped[str | None] = mapped_column(String(80))
    gender: Mapped[str | None] = mapped_column(String(8))
    preferred_channel: Mapped[str | None] = mapped_column(String(8))
    birthday: Mapped[Day | None]
    opened_on: Mapped[Day | None]
    branch: Mapped[str | None] = mapped_column(String(80))
    flags: Mapped[int] = mapped_column(default=0, info=DERIVED)
    stated_assets: Mapped[Decimal | None] = mapped_column(Scaled(MONEY_SCALE), info=DERIVED)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"), unique=True)
    created_at: Mapped[Utc]
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("clients_client.id"))


class Address(Base):
    """A phone number or mailbox, whoever uses it: consents and suppressions hang here.

    Shape: `value` is E.164 or a lower-cased mailbox; `raw` as it was first given.
    """

    __tablename__ = "clients_address"
    __table_args__ = (
        UniqueConstraint("kind", "value"),
        UniqueConstraint("id", "kind"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(8))
    value: Mapped[str] = mapped_column(String(254))
    region: Mapped[str | None] = mapped_column(String(2))
    raw: Mapped[str]
    flags: Mapped[int] = mapped_column(default=0)


class Contact(Base):
    """That a client can be reached at an address today; one of each kind is the primary one.

    Shape: what is over moves to `PastContact`, so that nobody who sends must remember to look.
    """

    __tablename__ = "clients_contact"
    __table_args__ = (
        UniqueConstraint("client_id", "address_id"),
        ForeignKeyConstraint(
            ["address_id", "kind"], ["clients_address.id", "clients_address.kind"]
        ),
        Index(
            "uq_clients_contact_primary",
            "client_id", "kind",
            unique=True,
            sqlite_where=_PRIMARY, postgresql_where=_PRIMARY_PG,
        ),
        Index("ix_clients_contact_address_id", "address_id", "client_id"),
    )  # fmt: skip

    id: Mapped[Id]
    client_id: Mapped[int] = mapped_column(ForeignKey("clients_client.id"))
    address_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(8))
    label: Mapped[str] = mapped_column(String(40), default="")
    is_primary: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[Day] = mapped_column(default=clock.firm_day)


class PastContact(Base):
    """That a client was reached at an address on [valid_from, valid_to)."""

    __tablename__ = "clients_past_contact"
    __table_args__ = (
        CheckConstraint("valid_to > valid_from", name="days"),
        Index("ix_clients_past_contact_client_id", "client_id", "valid_from"),
        Index("ix_clients_past_contact_address_id", "address_id", "valid_from"),
    )

    id: Mapped[Id]
    client_id: Mapped[int] = mapped_column(ForeignKey("clients_client.id"))
    address_id: Mapped[int] = mapped_column(ForeignKey("clients_address.id"))
    label: Mapped[str] = mapped_column(String(40))
    valid_from: Mapped[Day]
    valid_to: Mapped[Day]


class Paper(Base):
    """A number of an identity paper or a bank card, sealed for its person.

    Shape: `fingerprint` is a keyed hash, for exact search; nobody can guess a number from it.
    """

    __tablename__ = "clients_paper"
    __table_args__ = (
        UniqueConstraint("client_id", "kind"),
        Index("ix_clients_paper_fingerprint", "fingerprint"),
    )

    id: Mapped[Id]
    client_id: Mapped[int] = mapped_column(ForeignKey("clients_client.id"))
    kind: Mapped[str] = mapped_column(String(16))
    sealed: Mapped[str] = mapped_column(String(255))
    fingerprint: Mapped[str] = mapped_column(String(64))
    known_at: Mapped[Utc]


class Fact(Base):
    """Something true of a client from a day to the day before another.

    Shape: valid on [valid_from, valid_to); known from `known_from` until corrected; a number
        or a text. Of what is known now, no two rows of one name overlap.
    """

    __tablename__ = "clients_fact"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="days"),
        CheckConstraint("(number IS NULL) <> (text IS NULL)", name="one_value"),
        Index("ix_clients_fact_client_id", "client_id", "name", "valid_from"),
        Index("ix_clients_fact_name", "name", "client_id"),
    )

    id: Mapped[Id]
    client_id: Mapped[int] = mapped_column(ForeignKey("clients_client.id"))
    name: Mapped[str] = mapped_column(String(64))
    number: Mapped[Money | None]
    text: Mapped[str | None]
    valid_from: Mapped[Day]
    valid_to: Mapped[date | None]
    known_from: Mapped[Utc]
    known_to: Mapped[Utc | None]
    source: Mapped[str]


class PastProfile(Base):
    """What a column of a client's profile said until a day; a text, a day, or nothing."""

    __tablename__ = "clients_past_profile"
    __table_args__ = (UniqueConstraint("client_id", "name", "valid_to"),)

    id: Mapped[Id]
    client_id: Mapped[int] = mapped_column(ForeignKey("clients_client.id"))
    name: Mapped[str] = mapped_column(String(24))
    text: Mapped[str | None]
    on_day: Mapped[date | None]
    valid_to: Mapped[Day]


class Segment(Base):
    """A saved rule over clients; who is in it depends on the day and on who asks."""

    __tablename__ = "clients_segment"
    __table_args__ = (UniqueConstraint("owner_id", "name"),)

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120))
    rule: Mapped[dict[str, Any]]
    owner_id: Mapped[int] = mapped_column(ForeignKey("accounts_user.id"), index=True)
    shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Utc]
    changed_at: Mapped[Utc]


one_a_day(
    PastContact, "overlap", keys=("client_id", "address_id"), says="one contact twice on a day"
)
one_a_day(Fact, "overlap", keys=("client_id", "name"), says="two values of one fact on a day")
