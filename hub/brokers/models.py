"""Brokers, the two lines above each of them, their branches, posts and qualifications."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.brokers.rules import BrokerKind, LineKind, PostKind
from hub.kernel.base import Base, Day, Id, Utc
from hub.kernel.dated import Dated, Known, one_a_day

_DAYS = "valid_to IS NULL OR valid_to > valid_from"
_KNOWN = text("known_to IS NULL")
_DESK = f"kind = '{BrokerKind.DESK}'"


class Branch(Base):
    """A branch of the firm, by its name."""

    __tablename__ = "brokers_branch"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    created_at: Mapped[Utc]


class Broker(Base):
    """A place in the tree: somebody of the firm who serves clients, or a branch's house desk.

    Shape: he works on [joined_on, left_on); `frozen_at` while his manager holds his hands.
        Branch and title are those of today, kept by `stations`; of a day they are a `Station`.
    """

    __tablename__ = "brokers_broker"
    __table_args__ = (
        CheckConstraint("left_on IS NULL OR left_on >= joined_on", name="days"),
        Index("ix_brokers_broker_name", "name", "id"),
        Index(
            "uq_brokers_broker_desk", "branch_id", unique=True,
            sqlite_where=text(_DESK), postgresql_where=text(_DESK),
        ),
    )  # fmt: skip

    id: Mapped[Id]
    no: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(String(8), default=BrokerKind.PERSON)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"), unique=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("brokers_branch.id"), index=True)
    title: Mapped[str] = mapped_column(String(80))
    joined_on: Mapped[Day]
    left_on: Mapped[date | None]
    frozen_at: Mapped[Utc | None]
    created_at: Mapped[Utc]


class Station(Base, Known):
    """In which branch and with which title a broker works, from his first day on.

    Shape: of whoever leaves the last one stays open: what he did was done there.
    """

    __tablename__ = "brokers_station"
    __table_args__ = (
        CheckConstraint(_DAYS, name="days"),
        Index("ix_brokers_station_broker_id", "broker_id", "valid_from", "valid_to"),
        Index(
            "ix_brokers_station_branch_id", "branch_id", "broker_id",
            sqlite_where=_KNOWN, postgresql_where=_KNOWN,
        ),
    )  # fmt: skip

    id: Mapped[Id]
    broker_id: Mapped[int] = mapped_column(ForeignKey("brokers_broker.id"))
    branch_id: Mapped[int] = mapped_column(ForeignKey("brokers_branch.id"))
    title: Mapped[str] = mapped_column(String(80))
    placed_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))


one_a_day(
    Station, "one_station", keys=("broker_id",), says="two branches or titles on one day"
)  # fmt: skip


class Freeze(Base):
    """A broker's hands were held from a moment to a moment."""

    __tablename__ = "brokers_freeze"
    __table_args__ = (Index("ix_brokers_freeze_broker_id", "broker_id", "frozen_at"),)

    id: Mapped[Id]
    broker_id: Mapped[int] = mapped_column(ForeignKey("brokers_broker.id"))
    frozen_at: Mapped[Utc]
    frozen_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))
    thawed_at: Mapped[Utc | None]
    thawed_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))


class Line(Base, Known):
    """Whom a broker stands under on a line; nobody at the one root of the management line."""

    __tablename__ = "brokers_line"
    __table_args__ = (
        CheckConstraint(_DAYS, name="days"),
        CheckConstraint("superior_id IS NULL OR superior_id != broker_id", name="not_oneself"),
        CheckConstraint(f"superior_id IS NOT NULL OR line = '{LineKind.MANAGEMENT}'", name="root"),
        Index(
            "ix_brokers_line_below",
            "line", "superior_id", "broker_id", "valid_from", "valid_to",
            sqlite_where=_KNOWN, postgresql_where=_KNOWN,
        ),
        Index("ix_brokers_line_above", "broker_id", "line", "valid_from", "valid_to"),
    )  # fmt: skip

    id: Mapped[Id]
    broker_id: Mapped[int] = mapped_column(ForeignKey("brokers_broker.id"))
    superior_id: Mapped[int | None] = mapped_column(ForeignKey("brokers_broker.id"))
    line: Mapped[str] = mapped_column(String(10))
    placed_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))


for _kind in LineKind:
    one_a_day(
        Line, f"one_{_kind}", keys=("broker_id",), where=(f"{{row}}line = '{_kind}'",),
        says=f"two places on the {_kind} line on one day",
    )  # fmt: skip
one_a_day(
    Line, "one_root", keys=(), says="two roots on one day",
    where=("{row}superior_id IS NULL",),
)  # fmt: skip


class Post(Base, Dated):
    """An office held on [valid_from, valid_to): what it gives is given on those days alone.

    Shape: a branch manager's and a house desk's name the branch, a team lead's the team; one that
        was ended on its first day has no day, and stays to be read.
    """

    __tablename__ = "brokers_post"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="days"),
        Index("ix_brokers_post_broker_id", "broker_id", "valid_from"),
        Index("ix_brokers_post_branch_id", "branch_id"),
        Index("ix_brokers_post_team_id", "team_id"),
    )

    id: Mapped[Id]
    broker_id: Mapped[int] = mapped_column(ForeignKey("brokers_broker.id"))
    kind: Mapped[str] = mapped_column(String(16))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("brokers_branch.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("brokers_team.id"))
    given_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))
    given_at: Mapped[Utc]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))
    ended_at: Mapped[Utc | None]


for _post, _keys in (
    (PostKind.FIRM_HEAD, ()),
    (PostKind.BRANCH_MANAGER, ("branch_id",)),
    (PostKind.TEAM_LEAD, ("team_id",)),
):
    one_a_day(
        Post, f"one_{_post.replace('-', '_')}", keys=_keys, where=(f"{{row}}kind = '{_post}'",),
        says="two holders of one post on one day",
    )  # fmt: skip


class Qualification(Base, Dated):
    """A licence: its number, what it is limited to, until when it holds (`valid_to`: expiry)."""

    __tablename__ = "brokers_qualification"
    __table_args__ = (
        CheckConstraint(_DAYS, name="days"),
        Index("ix_brokers_qualification_broker_id", "broker_id", "kind"),
    )

    id: Mapped[Id]
    broker_id: Mapped[int] = mapped_column(ForeignKey("brokers_broker.id"))
    kind: Mapped[str] = mapped_column(String(16))
    number: Mapped[str] = mapped_column(String(64))
    scope: Mapped[str] = mapped_column(String(200))
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))
    noted_at: Mapped[Utc]
