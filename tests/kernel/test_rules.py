"""The rule language: what SQL says and what Python says is the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Date, Integer, String, literal, select, true
from sqlalchemy import column as sql_column

from hub.kernel import rules, work
from hub.kernel.base import MONEY_SCALE, Scaled
from hub.kernel.errors import Invalid
from hub.kernel.rules import Field

FIELDS = {
    field.name: field
    for field in (
        Field(name="city", title="City", kind="text"),
        Field(name="grade", title="Grade", kind="choice", choices=(("a", "A"), ("b", "B"))),
        Field(name="trades", title="Trades", kind="number"),
        Field(name="assets", title="Assets", kind="money"),
        Field(name="born", title="Born", kind="date"),
        Field(name="vip", title="VIP", kind="flag"),
    )
}
TYPES = {
    "city": String(255),
    "grade": String(255),
    "trades": Integer(),
    "assets": Scaled(MONEY_SCALE),
    "born": Date(),
}
WORDS = st.text(st.sampled_from("aAbB%_\\上海ÉéßİıΣς '\""), min_size=1, max_size=4)
DAYS = st.dates(date(1990, 1, 1), date(1990, 1, 5))
AMOUNTS = st.integers(-30_000, 30_000).map(lambda parts: Decimal(parts) / MONEY_SCALE)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": WORDS,
    "choice": st.sampled_from("ab"),
    "number": st.integers(-3, 3) | st.decimals(-3, 3, places=1),
    "money": AMOUNTS.map(str),
    "date": DAYS.map(date.isoformat),
}
FACTS = st.fixed_dictionaries({
    "city": st.none() | WORDS,
    "grade": st.none() | st.sampled_from("ab"),
    "trades": st.none() | st.integers(-3, 3),
    "assets": st.none() | AMOUNTS,
    "born": st.none() | DAYS,
    "vip": st.booleans(),
})  # fmt: skip


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    field = draw(st.sampled_from(list(FIELDS.values())))
    op = draw(st.sampled_from(rules.OPS[field.kind]))
    rule = {"field": field.name, "op": op}
    if op in {"known", "unknown"}:
        return rule
    one = VALUES[field.kind].map(lambda value: str(value) if field.kind == "number" else value)
    if op == "between":
        return rule | {"value": [draw(one), draw(one)]}
    if op == "in":
        return rule | {"value": draw(st.lists(one, min_size=1, max_size=3))}
    return rule | {"value": draw(one)}


RULES = st.recursive(
    conditions(),
    lambda inner: st.one_of(
        st.fixed_dictionaries({"all": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
    ),
    max_leaves=8,
)


def columns(facts: dict[str, Any]) -> dict[str, Any]:
    """Each fact as a column of a one-row table."""
    built: dict[str, Any] = {}
    for name, kind in TYPES.items():
        built[name] = lambda name=name, kind=kind: literal(facts[name], kind)
    built["vip"] = lambda: literal(1) == literal(1 if facts["vip"] else 0)
    return built


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(RULES, FACTS)
def test_sql_and_python_agree_whatever_is_unknown(
    app: Flask, rule: dict[str, Any], facts: dict[str, Any]
) -> None:
    del app
    rules.check(rule, FIELDS)
    condition = rules.to_sql(rule, FIELDS, columns(facts))
    with work.unit(writes=False):
        found = work.session().scalar(select(literal(1)).where(condition)) == 1
    assert found == rules.holds(rule, FIELDS, facts)


@given(RULES)
def test_a_rule_names_its_fields(rule: dict[str, Any]) -> None:
    assert all(f"'{name}'" in repr(rule) for name in rules.fields_of(rule))


@pytest.mark.parametrize(
    ("rule", "named"),
    [
        ([], "rule"),
        ({}, "rule"),
        ({"all": {}}, "rule"),
        ({"any": [3]}, "rule"),
        ({"not": None}, "rule"),
        ({"field": "height", "op": "is", "value": "x"}, "rule"),
        ({"field": ["city"], "op": "is", "value": "x"}, "rule"),
        ({"field": "city", "op": "gt", "value": "x"}, "city"),
        ({"field": "city", "op": ["is"], "value": "x"}, "city"),
        ({"field": "city", "op": "is"}, "city"),
        ({"field": "city", "op": "is", "value": ""}, "city"),
        ({"field": "city", "op": "is", "value": "a\x00b"}, "city"),
        ({"field": "city", "op": "is", "value": "\ud800"}, "city"),
        ({"field": "city", "op": "contains", "value": "x" * 50_001}, "city"),
        ({"field": "city", "op": "in", "value": []}, "city"),
        ({"field": "city", "op": "in", "value": "Shanghai"}, "city"),
        ({"field": "city", "op": "in", "value": ["x"] * 10_001}, "city"),
        ({"field": "trades", "op": "gt", "value": "many"}, "trades"),
        ({"field": "trades", "op": "gt", "value": "NaN"}, "trades"),
        ({"field": "trades", "op": "gt", "value": True}, "trades"),
        ({"field": "assets", "op": "gt", "value": "0.00001"}, "assets"),
        ({"field": "assets", "op": "gt", "value": "1e400"}, "assets"),
        ({"field": "trades", "op": "gt", "value": "1e999999999"}, "trades"),
        ({"field": "assets", "op": "between", "value": [1]}, "assets"),
        ({"field": "born", "op": "lt", "value": "31.1.2026"}, "born"),
        ({"field": "vip", "op": "is", "value": True}, "vip"),
    ],
)
def test_a_wrong_part_is_named(rule: Any, named: str) -> None:
    with pytest.raises(Invalid) as caught:
        rules.check(rule, FIELDS)
    assert set(caught.value.fields) == {named}


def test_a_rule_may_not_be_too_deep_nor_too_long() -> None:
    leaf = {"field": "vip", "op": "known"}
    deep: dict[str, Any] = leaf
    for _ in range(rules.MAX_DEPTH + 1):
        deep = {"not": deep}
    for rule in (deep, {"any": [leaf] * rules.MAX_CONDITIONS}):
        with pytest.raises(Invalid, match="levels"):
            rules.check(rule, FIELDS)


def test_an_empty_all_holds_for_everybody_and_an_empty_any_for_nobody(app: Flask) -> None:
    del app
    cases: tuple[tuple[dict[str, Any], bool], ...] = (({"all": []}, True), ({"any": []}, False))
    with work.unit(writes=False):
        for rule, wanted in cases:
            condition = rules.to_sql(rule, FIELDS, {})
            assert rules.holds(rule, FIELDS, {}) is wanted
            assert (work.session().scalar(select(true()).where(condition)) is not None) is wanted


def test_an_amount_may_be_typed_with_thousands_commas() -> None:
    rule = {"field": "assets", "op": "ge", "value": "500,000"}
    assert rules.holds(rule, FIELDS, {"assets": Decimal(500_000)})


def test_only_latin_letters_have_a_case(app: Flask) -> None:
    del app
    with work.unit(writes=False):
        for value, wanted in (("SHANG", True), ("É", True), ("é", False)):
            rule = {"field": "city", "op": "contains", "value": value}
            facts = {"city": "Shanghai École"} | dict.fromkeys(TYPES.keys() - {"city"})
            condition = rules.to_sql(rule, FIELDS, columns(facts | {"vip": False}))
            assert rules.holds(rule, FIELDS, facts) is wanted
            assert (work.session().scalar(select(true()).where(condition)) is not None) is wanted


def test_a_column_is_built_only_when_it_is_asked_for() -> None:
    rule = {"field": "city", "op": "known"}
    condition = rules.to_sql(rule, FIELDS, {"city": lambda: sql_column("city", String())})
    assert "city IS NOT NULL" in str(condition)
