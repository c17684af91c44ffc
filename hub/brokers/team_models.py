"""Teams of a branch, who is in them on which days, and what they aim at."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.base import Base, Day, Id, Money, Utc
from hub.kernel.dated import Dated, one_a_day

_DAYS = "valid_to IS NULL OR valid_to > valid_from"
_OF_TEAM, _OF_BROKER = "team_id IS NOT NULL", "broker_id IS NOT NULL"


class Team(Base):
    """A team of a branch on [starts_on, ends_on); who leads it is a post."""

    __tablename__ = "brokers_team"
    __table_args__ = (CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name="days"),)

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(80))
    branch_id: Mapped[int] = mapped_column(ForeignKey("brokers_branch.id"), index=True)
    starts_on: Mapped[Day]
    ends_on: Mapped[date | None]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))
    created_at: Mapped[Utc]


class Member(Base, Dated):
    """A broker in a team on [valid_from, valid_to); in one team a day."""

    __tablename__ = "brokers_member"
    __table_args__ = (
        CheckConstraint(_DAYS, name="days"),
        Index("ix_brokers_member_team_id", "team_id", "valid_from", "valid_to", "broker_id"),
        Index("ix_brokers_member_broker_id", "broker_id", "valid_from"),
    )

    id: Mapped[Id]
    team_id: Mapped[int] = mapped_column(ForeignKey("brokers_team.id"))
    broker_id: Mapped[int] = mapped_column(ForeignKey("brokers_broker.id"))


one_a_day(Member, "one_team", keys=("broker_id",), says="two teams on one day")


class Target(Base):
    """What a team or a broker aims at in a month, by one measure.

    Units: `amount` in the measure's own (people, yuan); `month` is its first day.
    """

    __tablename__ = "brokers_target"
    __table_args__ = (
        CheckConstraint("(team_id IS NULL) != (broker_id IS NULL)", name="whose"),
        Index(
            "uq_brokers_target_team", "team_id", "measure", "month", unique=True,
            sqlite_where=text(_OF_TEAM), postgresql_where=text(_OF_TEAM),
        ),
        Index(
            "uq_brokers_target_broker", "broker_id", "measure", "month", unique=True,
            sqlite_where=text(_OF_BROKER), postgresql_where=text(_OF_BROKER),
        ),
    )  # fmt: skip

    id: Mapped[Id]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("brokers_team.id"))
    broker_id: Mapped[int | None] = mapped_column(ForeignKey("brokers_broker.id"))
    measure: Mapped[str] = mapped_column(String(40))
    month: Mapped[Day]
    amount: Mapped[Money]
    set_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_user.id"))
    set_at: Mapped[Utc]


def month_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)
