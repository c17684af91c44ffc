"""Related persons and households, with their days."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.clients.kin.rules import CONTACT_MOST, NAME_MOST
from hub.kernel.base import Base, Day, Id, Utc
from hub.kernel.dated import one_a_day


class Relation(Base):
    """That somebody is something to a client on [valid_from, valid_to).

    Shape: another client (`other_id`), seen from his side by the inverse kind, or a mere `name`
        with a `contact` as it was told.
    """

    __tablename__ = "clients_relation"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="days"),
        CheckConstraint("(other_id IS NULL) <> (name IS NULL)", name="one_person"),
        CheckConstraint("other_id IS NULL OR other_id <> client_id", name="not_himself"),
        Index("ix_clients_relation_client_id", "client_id", "kind"),
        Index("ix_clients_relation_other_id", "other_id"),
    )

    id: Mapped[Id]
    client_id: Mapped[int] = mapped_column(ForeignKey("clients_client.id"))
    kind: Mapped[str] = mapped_column(String(16))
    other_id: Mapped[int | None] = mapped_column(ForeignKey("clients_client.id"))
    name: Mapped[str | None] = mapped_column(String(NAME_MOST))
    contact: Mapped[str] = mapped_column(String(CONTACT_MOST))
    valid_from: Mapped[Day]
    valid_to: Mapped[date | None]
    put_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))
    put_at: Mapped[Utc]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))


one_a_day(
    Relation, "overlap", keys=("client_id", "other_id", "kind"), says="one relation twice on a day"
)


class Household(Base):
    """People who share a purse, by a name."""

    __tablename__ = "clients_household"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(NAME_MOST))
    made_at: Mapped[Utc]


class Member(Base):
    """That a client belongs to a household on [valid_from, valid_to); to one at a time."""

    __tablename__ = "clients_member"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="days"),
        Index("ix_clients_member_household_id", "household_id", "client_id"),
        Index("ix_clients_member_client_id", "client_id", "valid_from"),
    )

    id: Mapped[Id]
    household_id: Mapped[int] = mapped_column(ForeignKey("clients_household.id"))
    client_id: Mapped[int] = mapped_column(ForeignKey("clients_client.id"))
    valid_from: Mapped[Day]
    valid_to: Mapped[date | None]
    put_by: Mapped[int | None]
    ended_by: Mapped[int | None]


one_a_day(Member, "overlap", keys=("client_id",), says="two households on one day")
