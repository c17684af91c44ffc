"""An override along either line: each trade pays those who stood above its broker on its day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import String, and_, delete, insert, literal, select
from sqlalchemy.orm import Mapped, mapped_column

from hub.brokers import moving, spans, tree
from hub.brokers.forms import Move
from hub.brokers.rules import LineKind
from hub.kernel import access, clock, work
from hub.kernel.base import Base, Day, Id, Money, Rate
from hub.kernel.dated import AsOf, holds
from hub.kernel.errors import HubError
from hub.kernel.money import at_rate, at_rate_sql
from tests import staff

pytestmark = pytest.mark.feature("S06")

DAY = timedelta(days=1)
FIRST, DAYS = date(2026, 3, 2), 12
END = FIRST + DAYS * DAY
LINES = [LineKind.MANAGEMENT, LineKind.MENTOR]
NAMES = ("head", "one", "two", "three", "side", "old")
# What a plan gives whoever stands so high above the broker of a trade.
RATES = {
    LineKind.MANAGEMENT: {1: Decimal("0.05"), 2: Decimal("0.02"), 3: Decimal("0.01")},
    LineKind.MENTOR: {1: Decimal("0.03"), 2: Decimal("0.015")},
}


class TrialFee(Base):
    """The firm's net of a trade of a broker; its room comes later."""

    __tablename__ = "trial_fee"

    id: Mapped[Id]
    broker: Mapped[int]
    day: Mapped[Day]
    net: Mapped[Money]


class TrialStep(Base):
    """The rate of an override plan by line and height."""

    __tablename__ = "trial_step"

    line: Mapped[str] = mapped_column(String(16), primary_key=True)
    height: Mapped[int] = mapped_column(primary_key=True)
    rate: Mapped[Rate]


class TrialOverride(Base):
    """What a run gave somebody of a trade of a broker below him."""

    __tablename__ = "trial_override"

    run: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(String(16), primary_key=True)
    trade: Mapped[int] = mapped_column(primary_key=True)
    broker: Mapped[int] = mapped_column(primary_key=True)
    paid: Mapped[Money]


def settle(run: int, line: LineKind, known_at: datetime | None = None) -> None:
    """The run as commission will make it: every trade of the stretch in one statement."""
    above = spans.superiors(line, FIRST, END, known_at)
    net, rate = TrialFee.__table__.c.net, TrialStep.__table__.c.rate
    rows = (
        select(literal(run), literal(line), TrialFee.id, above.c.superior_id,
               at_rate_sql(net, rate))
        .join(above, and_(above.c.broker_id == TrialFee.broker, holds(above.c, TrialFee.day)))
        .join(TrialStep, and_(TrialStep.line == line, TrialStep.height == above.c.height))
    )  # fmt: skip
    columns = ["run", "line", "trade", "broker", "paid"]
    with work.unit():
        work.session().execute(insert(TrialOverride).from_select(columns, rows))


Paid = dict[tuple[date, int, int], Decimal]


def paid(run: int) -> Paid:
    """(day, broker of the trade, who is paid) → how much."""
    rows = select(TrialFee.day, TrialFee.broker, TrialOverride.broker, TrialOverride.paid).join(
        TrialOverride, TrialOverride.trade == TrialFee.id
    )
    with work.unit(writes=False):
        found = work.session().execute(rows.where(TrialOverride.run == run)).all()
    assert len({row[:3] for row in found}) == len(found)
    return {(row[0], row[1], row[2]): row[3] for row in found}


def by_hand(line: LineKind, above: dict[int, list[dict[int, int]]]) -> Paid:
    """The same from who stood directly above each on each day."""
    found = {}
    for broker in above:
        for number in range(DAYS):
            superior = above[broker][number].get(broker)
            for height in range(1, 4):
                if superior is None:
                    break
                if (rate := RATES[line].get(height)) is not None:
                    due = at_rate(net_of(broker, number), rate)
                    found[FIRST + number * DAY, broker, superior] = due
                superior = above[broker][number].get(superior)
    return found


def net_of(broker: int, number: int) -> Decimal:
    return Decimal("111.1") * (number + 1) + broker % 7


def firm() -> dict[str, int]:
    """head → one → two → three, head → side, head → old; a trade a day of each."""
    with clock.set_to(noon(0)), work.unit(), access.acting(access.SYSTEM):
        made = {"head": staff.head()}
        for name, superior in (("one", "head"), ("two", "one"), ("three", "two"),
                               ("side", "head"), ("old", "head")):  # fmt: skip
            made[name] = staff.broker(under=made[superior], name=name)
        work.session().execute(insert(TrialStep), [
            {"line": line, "height": height, "rate": rate}
            for line, steps in RATES.items() for height, rate in steps.items()
        ])  # fmt: skip
        work.session().execute(insert(TrialFee), [
            {"broker": broker, "day": FIRST + number * DAY, "net": net_of(broker, number)}
            for broker in made.values() for number in range(DAYS)
        ])  # fmt: skip
    return made


def noon(number: int) -> datetime:
    return datetime(2026, 3, 2, 4, tzinfo=UTC) + number * DAY


def move(broker: int, superior: int | None, number: int, line: LineKind) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        day = FIRST + number * DAY
        moving.place(broker, Move(line=line, superior=superior, valid_from=day))


def lines_of(
    made: dict[str, int], steps: list[tuple[int, str, str]]
) -> dict[int, list[dict[int, int]]]:
    """Broker → for each day, who stands directly above whom; `steps` say from which day on."""
    days: list[dict[int, int]] = []
    held: dict[int, int] = {}
    for number in range(DAYS):
        held = held | {made[who]: made[by] for day, who, by in steps if day == number}
        days.append(held)
    return dict.fromkeys(made.values(), days)


OFFICES = [(0, "one", "head"), (0, "two", "one"), (0, "three", "two"), (0, "side", "head"),
           (0, "old", "head")]  # fmt: skip


def test_an_override_follows_the_line_of_command_through_a_move(app: Flask) -> None:
    del app
    made = firm()
    with clock.set_to(noon(0)):
        move(made["two"], made["side"], 5, LineKind.MANAGEMENT)
    settle(1, LineKind.MANAGEMENT)
    want = by_hand(LineKind.MANAGEMENT, lines_of(made, [*OFFICES, (5, "two", "side")]))
    assert paid(1) == want
    assert (FIRST + 4 * DAY, made["three"], made["one"]) in want
    assert (FIRST + 5 * DAY, made["three"], made["side"]) in want


def test_an_override_follows_the_line_of_introduction_whoever_leads(app: Flask) -> None:
    del app
    made = firm()
    with clock.set_to(noon(0)):
        move(made["three"], made["side"], 2, LineKind.MENTOR)
        move(made["side"], made["old"], 4, LineKind.MENTOR)
        move(made["three"], made["one"], 9, LineKind.MENTOR)
        move(made["three"], made["old"], 3, LineKind.MANAGEMENT)
    settle(1, LineKind.MENTOR)
    steps = [(2, "three", "side"), (4, "side", "old"), (9, "three", "one")]
    want = by_hand(LineKind.MENTOR, lines_of(made, steps))
    assert paid(1) == want
    assert {key[1:] for key in want} == {
        (made["three"], made["side"]), (made["three"], made["old"]), (made["side"], made["old"]),
        (made["three"], made["one"]),
    }  # fmt: skip


def test_a_run_as_known_then_pays_what_was_paid_whatever_was_corrected_since(app: Flask) -> None:
    del app
    made = firm()
    settle(1, LineKind.MANAGEMENT)
    known_at = clock.now()
    with clock.set_to(known_at + DAY):
        move(made["two"], made["side"], 3, LineKind.MANAGEMENT)
        settle(2, LineKind.MANAGEMENT)
        settle(3, LineKind.MANAGEMENT, known_at)
    assert paid(2) == by_hand(LineKind.MANAGEMENT, lines_of(made, [*OFFICES, (3, "two", "side")]))
    assert paid(3) == paid(1) == by_hand(LineKind.MANAGEMENT, lines_of(made, OFFICES))


MOVES = st.lists(
    st.tuples(st.sampled_from(LINES), st.integers(0, DAYS - 1), st.sampled_from(NAMES[1:]),
              st.sampled_from(NAMES)),
    min_size=1, max_size=8,
)  # fmt: skip


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(MOVES)
def test_after_any_moves_both_lines_pay_as_the_tree_says_day_by_day(
    app: Flask, moves: list[tuple[LineKind, int, str, str]]
) -> None:
    del app
    with work.unit():
        for table in (TrialOverride, TrialFee, TrialStep):
            work.session().execute(delete(table))
    made = firm()
    for line, number, who, by in moves:
        try:
            move(made[who], made[by], number, line)
        except HubError:
            continue  # a loop: the tree says why, the run is about what it took
    for run, line in enumerate(LINES, 1):
        settle(run, line)
        assert paid(run) == by_hand(line, as_the_tree_says(made, line))


def as_the_tree_says(made: dict[str, int], line: LineKind) -> dict[int, list[dict[int, int]]]:
    """Who stands directly above whom on each day, asked day by day."""
    with work.unit(writes=False):
        days = [
            {
                broker: superior
                for broker in made.values()
                if (superior := tree.superior_of(broker, line, AsOf(FIRST + number * DAY)))
            }
            for number in range(DAYS)
        ]
    return dict.fromkeys(made.values(), days)
