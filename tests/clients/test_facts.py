"""Dated facts: what is true from which day, what was known when, one value a day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from hub.clients import facts, segments
from hub.clients.models import Client, Fact
from hub.kernel import access, clock, work
from hub.kernel.dated import AsOf
from tests import make

DAY = timedelta(days=1)
JAN, MAR, JUN = date(2026, 1, 1), date(2026, 3, 1), date(2026, 6, 1)


def put(client_id: int, amount: int, day: date) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        facts.put(client_id, "stated_assets", Decimal(amount), valid_from=day, source="test")


def line(client_id: int) -> list[tuple[int, date, date | None]]:
    with work.unit(writes=False):
        rows = work.session().scalars(
            select(Fact)
            .where(Fact.client_id == client_id, Fact.known_to.is_(None))
            .order_by(Fact.valid_from)
        )
        return [(int(row.number or 0), row.valid_from, row.valid_to) for row in rows]


def present(client_id: int) -> Decimal | None:
    with work.unit(writes=False):
        return work.session().get_one(Client, client_id).stated_assets


def client() -> int:
    with work.unit():
        return make.client()


def test_a_value_holds_until_the_next_one(app: Flask) -> None:
    one = client()
    put(one, 100, JAN)
    put(one, 300, JUN)
    put(one, 200, MAR)
    assert line(one) == [(100, JAN, MAR), (200, MAR, JUN), (300, JUN, None)]
    assert present(one) == 300


def test_a_correction_keeps_what_was_known_before(app: Flask) -> None:
    one = client()
    put(one, 100, JAN)
    put(one, 150, JAN)
    assert line(one) == [(150, JAN, None)]
    with work.unit(writes=False):
        closed = work.session().scalars(select(Fact).where(Fact.known_to.is_not(None)))
        assert [row.number for row in closed] == [100]


def test_an_unchanged_value_leaves_no_row(app: Flask) -> None:
    one = client()
    put(one, 100, JAN)
    put(one, 100, MAR)
    with work.unit(writes=False):
        assert len(work.session().scalars(select(Fact)).all()) == 1


def test_changes_at_one_moment_do_not_disturb_each_other(app: Flask) -> None:
    one, other = client(), client()
    with clock.set_to(clock.now()):
        put(one, 100, JAN)
        put(other, 900, JAN)
        put(one, 300, JUN)
        put(one, 200, MAR)
        put(other, 800, MAR)
    assert line(one) == [(100, JAN, MAR), (200, MAR, JUN), (300, JUN, None)]
    assert line(other) == [(900, JAN, MAR), (800, MAR, None)]


def test_the_database_refuses_two_values_on_one_day(app: Flask) -> None:
    one = client()
    put(one, 100, JAN)
    with pytest.raises(IntegrityError), work.unit():
        work.session().add(
            Fact(
                client_id=one, name="stated_assets", number=Decimal(1), valid_from=MAR,
                known_from=clock.now(), source="test",
            )
        )  # fmt: skip
    assert line(one) == [(100, JAN, None)]


def test_a_fact_of_tomorrow_becomes_the_present_one_tomorrow(app: Flask) -> None:
    one, tomorrow = client(), clock.firm_day() + DAY
    put(one, 100, JAN)
    put(one, 500, tomorrow)
    assert present(one) == 100
    with clock.set_to(clock.now() + DAY), work.unit():
        facts.catch_up()
    assert present(one) == 500


def test_a_segment_of_a_past_day_reads_the_fact_of_that_day(app: Flask) -> None:
    one = client()
    put(one, 100, JAN)
    put(one, 900, JUN)
    rule = {"field": "stated_assets", "op": "gt", "value": "500"}
    with work.unit(writes=False), access.acting(access.SYSTEM):
        assert segments.count(rule) == 1
        assert segments.count(rule, AsOf(MAR)) == 0
        assert segments.count(rule, AsOf(JUN)) == 1


def test_a_text_is_a_fact_too(app: Flask) -> None:
    one = client()
    with work.unit(), access.acting(access.SYSTEM):
        facts.put(one, "hobby", "围棋", valid_from=JAN, source="test")
        facts.put(one, "hobby", "登山", valid_from=MAR, source="test")
    with work.unit(writes=False):
        rows = work.session().scalars(select(Fact).order_by(Fact.valid_from)).all()
        assert [row.text for row in rows if row.known_to is None] == ["围棋", "登山"]
