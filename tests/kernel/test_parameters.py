"""Dated, typed settings: a value holds from its day on, a wrong one is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from hub.kernel import access, modules, parameters, work
from hub.kernel.errors import Invalid, NotFound
from hub.kernel.module import Module
from hub.kernel.parameters import Parameter

Hold = Callable[[datetime], AbstractContextManager[None]]

trial = Module(
    name="trial",
    parameters=(
        Parameter(name="trial.cap", title="Cap", kind="int", default=3, low=Decimal(1),
                  high=Decimal(99), unit="a week"),
        Parameter(name="trial.share", title="Share", kind="decimal", default=Decimal("0.5")),
        Parameter(name="trial.on", title="On", kind="bool", default=True),
        Parameter(name="trial.sign", title="Signature", kind="text", default="hub"),
    ),
)  # fmt: skip


@pytest.fixture(autouse=True)
def parameters_of_a_trial(app: Flask) -> None:
    del app
    modules.install((*modules.loaded().items, trial))


def get(name: str, on: date | None = None) -> Any:
    with work.unit(writes=False):
        return parameters.get(name, on=on)


def put(name: str, value: str, day: date) -> None:
    with work.unit(), access.acting(access.Actor(user_id=7)):
        parameters.set_from(name, value, valid_from=day)


def test_a_parameter_that_nobody_set_has_its_default() -> None:
    assert get("trial.cap") == 3


def test_a_value_holds_from_its_day_until_the_next_one() -> None:
    put("trial.cap", "5", date(2026, 3, 1))
    put("trial.cap", "8", date(2026, 6, 1))
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 5, 31), date(2026, 6, 1)]
    assert [get("trial.cap", day) for day in days] == [3, 5, 5, 8]


def test_a_correction_of_the_same_day_wins_and_the_old_value_stays_on_record() -> None:
    put("trial.cap", "5", date(2026, 3, 1))
    put("trial.cap", "6", date(2026, 3, 1))
    assert get("trial.cap", date(2026, 3, 1)) == 6
    with work.unit(writes=False):
        assert work.session().scalar(text("SELECT count(*) FROM kernel_parameter")) == 2


def test_a_new_value_holds_from_midnight_where_the_firm_is(at: Hold) -> None:
    put("trial.cap", "5", date(2026, 3, 1))
    with at(datetime(2026, 2, 28, 15, 59, tzinfo=UTC)):
        assert get("trial.cap") == 3
    with at(datetime(2026, 2, 28, 16, 1, tzinfo=UTC)):
        assert get("trial.cap") == 5


@pytest.mark.parametrize(
    ("name", "value", "is_read_as"),
    [
        ("trial.cap", "99", 99),
        ("trial.share", "0.25", Decimal("0.25")),
        ("trial.on", "False", False),
        ("trial.sign", "华证", "华证"),
    ],
)
def test_a_value_has_its_type(name: str, value: str, is_read_as: object) -> None:
    put(name, value, date(2026, 1, 1))
    assert get(name) == is_read_as


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("trial.cap", "many"),
        ("trial.cap", ""),
        ("trial.cap", "2.5"),
        ("trial.cap", "0"),
        ("trial.cap", "100"),
        ("trial.cap", "NaN"),
        ("trial.share", "1e999999999"),
        ("trial.share", "Infinity"),
        ("trial.on", "perhaps"),
        ("trial.sign", "x" * 256),
        ("trial.sign", "a\x00b"),
    ],
)
def test_a_wrong_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(Invalid) as caught:
        put(name, value, date(2026, 1, 1))
    assert set(caught.value.fields) == {name}


def test_an_unknown_parameter_is_not_found() -> None:
    with pytest.raises(NotFound):
        get("trial.height")
    with pytest.raises(NotFound):
        put("trial.height", "1", date(2026, 1, 1))


@pytest.mark.feature("S93")
def test_every_change_is_logged_with_who_made_it() -> None:
    put("trial.cap", "5", date(2026, 3, 1))
    with work.unit(writes=False):
        row = work.session().execute(text("SELECT verb, actor_id FROM kernel_audit")).one()
    assert tuple(row) == ("parameters.set", 7)
