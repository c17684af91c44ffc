"""Who serves whom: exactly one broker per client and day, and who stands in for whom."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.base import Base, Day, Id, Utc
from hub.kernel.dated import Dated, Known, one_a_day

_KNOWN = text("known_to IS NULL")
_UNTOLD = text("told_at IS NULL")
_CHANGED = text("change_id IS NOT NULL")
_DAYS = "valid_to IS NULL OR valid_to > valid_from"


class Change(Base):
    """One act by which clients got another broker: a file's too is one, however long it is.

    Shape: `kind` is a `ChangeKind`; `cause` finds the one of a file that is still going on;
        `giver_id` whom they all came from; `told_at` when those who had somebody were told.
    """

    __tablename__ = "relationship_change"
    __table_args__ = (
        Index(
            "uq_relationship_change_untold", "cause", unique=True,
            sqlite_where=_UNTOLD, postgresql_where=_UNTOLD,
        ),
        Index("ix_relationship_change_giver_id", "giver_id", "kind"),
    )  # fmt: skip

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(16))
    cause: Mapped[str] = mapped_column(String(80))
    giver_id: Mapped[int | None] = mapped_column(ForeignKey("brokers_broker.id"))
    people: Mapped[int] = mapped_column(default=0)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))
    made_at: Mapped[Utc]
    told_at: Mapped[Utc | None]


class Serving(Base, Known):
    """A broker serves a client on [valid_from, valid_to), as known until `known_to`.

    Shape: `change_id` is the act by which he does; of a first serving there is none.
    """

    __tablename__ = "relationship_serving"
    __table_args__ = (
        CheckConstraint(_DAYS, name="days"),
        Index(
            "ix_relationship_serving_broker",
            "broker_id", "client_id", "valid_from", "valid_to",
            sqlite_where=_KNOWN, postgresql_where=_KNOWN,
        ),
        Index("ix_relationship_serving_client", "client_id", "valid_from", "valid_to"),
        Index(
            "ix_relationship_serving_change", "change_id",
            sqlite_where=_CHANGED, postgresql_where=_CHANGED,
        ),
    )  # fmt: skip

    id: Mapped[Id]
    client_id: Mapped[int] = mapped_column(ForeignKey("clients_client.id"))
    broker_id: Mapped[int] = mapped_column(ForeignKey("brokers_broker.id"))
    change_id: Mapped[int | None] = mapped_column(ForeignKey("relationship_change.id"))
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
