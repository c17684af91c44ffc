"""A run settles each trade by the version of its day, as the run knew it, in one statement."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import String, and_, func, insert, literal, select
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel import access, clock, work
from hub.kernel.base import Base, Day, Id, Money, Rate
from hub.kernel.dated import AsOf, holds
from hub.kernel.money import at_rate, at_rate_sql
from hub.relationship.agreements import service as agreements
from hub.relationship.agreements import versions
from hub.relationship.agreements.forms import AgreementWish, EndWish, VersionWish
from hub.relationship.agreements.rules import Side
from tests import staff

pytestmark = pytest.mark.feature("S08")

DAY = timedelta(days=1)
FIRST = date(2026, 3, 2)


class TrialTrade(Base):
    """A trade of somebody whom a broker serves; its room comes later."""

    __tablename__ = "trial_trade"

    id: Mapped[Id]
    broker: Mapped[int]
    day: Mapped[Day]
    fee: Mapped[Money]


class TrialPlan(Base):
    """What a plan pays of the fee, by the names that an agreement gives it."""

    __tablename__ = "trial_plan"

    plan: Mapped[str] = mapped_column(String(40), primary_key=True)
    parameters: Mapped[str] = mapped_column(String(80), primary_key=True)
    rate: Mapped[Rate]


class TrialSettled(Base):
    """What a run paid for a trade, and by which version."""

    __tablename__ = "trial_settled"

    run: Mapped[int] = mapped_column(primary_key=True)
    trade: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    paid: Mapped[Money]


RATES = {("net", "old"): Decimal("0.25"), ("net", "new"): Decimal("0.325"),
         ("tiers", "2026"): Decimal("0.4")}  # fmt: skip


def settle(run: int, known_at: datetime | None = None) -> None:
    """The run, as commission will make it: no loop, no trade without its version."""
    by = versions.known_versions(Side.BROKER, known_at).subquery()
    fee, rate = TrialTrade.__table__.c.fee, TrialPlan.__table__.c.rate
    rows = (
        select(literal(run), TrialTrade.id, by.c.version_id,
               at_rate_sql(fee, rate))
        .join(by, and_(by.c.subject_id == TrialTrade.broker, holds(by.c, TrialTrade.day)))
        .join(TrialPlan, and_(
            TrialPlan.plan == by.c.plan, TrialPlan.parameters == by.c.parameters
        ))
    )  # fmt: skip
    names = ["run", "trade", "version", "paid"]
    with work.unit():
        work.session().execute(insert(TrialSettled).from_select(names, rows))


def paid(run: int) -> list[tuple[int, int, Decimal]]:
    """What a run paid: trade, version, amount."""
    rows = select(TrialSettled.trade, TrialSettled.version, TrialSettled.paid)
    with work.unit(writes=False):
        found = work.session().execute(rows.where(TrialSettled.run == run).order_by("trade"))
        return [(row[0], row[1], row[2]) for row in found]


def by_day(run: int) -> dict[date, Decimal]:
    """What a run paid for each day, of both brokers together."""
    sums = select(TrialTrade.day, func.sum(TrialSettled.paid))
    joined = sums.join(TrialSettled, TrialSettled.trade == TrialTrade.id)
    with work.unit(writes=False):
        rows = work.session().execute(joined.where(TrialSettled.run == run).group_by("day"))
        return {row[0]: row[1] for row in rows}


def noon(day: int) -> datetime:
    return datetime(2026, 3, 2, 4, tzinfo=UTC) + timedelta(days=day)


def signed(plan: str, parameters: str, day: int, reason: str = "") -> VersionWish:
    return VersionWish(
        valid_from=FIRST + day * DAY, plan=plan, parameters=parameters, reason=reason
    )


FEES = [Decimal("120.5") + number * Decimal("13.37") for number in range(12)]  # by day


def firm() -> tuple[int, list[int]]:
    """Two brokers with a trade a day, the first with three versions, the second until day 6."""
    with clock.set_to(noon(0)), work.unit(), access.acting(access.SYSTEM):
        pair = staff.broker(), staff.broker()
        work.session().execute(insert(TrialPlan), [
            {"plan": plan, "parameters": name, "rate": rate} for (plan, name), rate in RATES.items()
        ])  # fmt: skip
        work.session().execute(insert(TrialTrade), [
            {"broker": broker, "day": FIRST + day * DAY, "fee": fee}
            for broker in pair for day, fee in enumerate(FEES)
        ])  # fmt: skip
        numbers = [
            agreements.conclude(Side.BROKER, broker, AgreementWish(
                no=f"A-{broker}", title="Agency contract", valid_from=FIRST + 2 * DAY, plan="net",
                parameters="old",
            ))
            for broker in pair
        ]  # fmt: skip
        agreements.sign(numbers[0], signed("net", "new", 5))
        agreements.sign(numbers[0], signed("tiers", "2026", 8))
        agreements.end(numbers[1], EndWish(last_day=FIRST + 6 * DAY, reason="left"))
    return pair[0], numbers


def by_hand(starts: dict[int, tuple[str, str]]) -> dict[date, Decimal]:
    """What is due for each day, the first broker's plans beginning on the days that are given."""
    found = {}
    for day, fee in list(enumerate(FEES))[2:]:
        plan = starts[max(start for start in starts if start <= day)]
        second = at_rate(fee, RATES["net", "old"]) if day <= 6 else Decimal(0)
        found[FIRST + day * DAY] = at_rate(fee, RATES[plan]) + second
    return found


def test_each_trade_is_settled_by_the_version_of_its_day_and_a_correction_leaves_old_runs(
    app: Flask,
) -> None:
    del app
    one, numbers = firm()
    with clock.set_to(noon(20)):
        settle(1)
        known_at = clock.now()
    assert by_day(1) == by_hand({2: ("net", "old"), 5: ("net", "new"), 8: ("tiers", "2026")})
    with clock.set_to(noon(21)), work.unit(), access.acting(access.SYSTEM):
        slip = signed("tiers", "2026", 4, reason="the date was misread")
        agreements.correct(numbers[0], 2, slip)
        agreements.correct(numbers[0], 3, signed("net", "new", 10, reason="the same"))
    with clock.set_to(noon(22)):
        settle(2)
        settle(3, known_at)
    assert by_day(2) == by_hand({2: ("net", "old"), 4: ("tiers", "2026"), 10: ("net", "new")})
    assert by_day(2) != by_day(1)
    assert paid(3) == paid(1)
    with work.unit(writes=False):
        day = FIRST + 9 * DAY
        then = versions.in_force(Side.BROKER, one, AsOf(day, known_at))
        now = versions.in_force(Side.BROKER, one, AsOf(day))
        assert then is not None
        assert now is not None
        assert (then.number, then.plan, now.number, now.plan) == (3, "tiers", 2, "tiers")
        on_day = work.session().execute(versions.versions_on(Side.BROKER, AsOf(day))).all()
        assert [(row.subject_id, row.version_id) for row in on_day] == [(one, now.id)]
