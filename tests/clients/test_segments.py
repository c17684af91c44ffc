"""Segments: saved questions, counted inside the asker's scope, the same in SQL and in Python."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from hub.clients import demo, segments
from hub.clients.demo_book import TWIN_EVERY, TWIN_PLACE
from hub.clients.demo_people import people
from hub.clients.models import Client, Segment
from hub.kernel import access, clock, facts, rules, work
from hub.kernel.errors import Forbidden, Invalid, NotFound
from hub.relationship import service as relationship
from tests import make, staff

RICH = {
    "all": [
        {"field": "city", "op": "is", "value": "上海"},
        {"field": "stated_assets", "op": "gt", "value": "500000"},
        {"field": "email", "op": "known"},
    ]
}
FORM = {
    "name": "rich", "match": "all", "group-0-match": "all",
    "c-0-0-field": "city", "c-0-0-op": "is", "c-0-0-value": "上海",
    "c-0-1-field": "stated_assets", "c-0-1-op": "gt", "c-0-1-value": "500,000",
    "c-0-2-field": "email", "c-0-2-op": "known",
}  # fmt: skip


def rich(**fields: Any) -> int:
    values: dict[str, Any] = {"city": "上海", "stated_assets": Decimal(600_000)}
    values["email"] = "a@post.example"
    return make.client(**(values | fields))


def test_a_segment_means_the_clients_its_rule_says(app: Flask) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        wanted = rich()
        rich(city="北京"), rich(stated_assets=Decimal(500_000)), rich(email="")
        rich(stated_assets=None)
        assert list(work.session().scalars(segments.members(RICH))) == [wanted]
        assert segments.count(RICH) == 1


def test_a_brokers_segment_holds_only_clients_he_serves(app: Flask) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        user_id = staff.user("broker")
        broker_id = staff.broker(user_id)
        mine = rich(email="mine@post.example")
        rich(email="other@post.example")
        relationship.assign(mine, broker_id, valid_from=clock.firm_day())
    with work.unit(writes=False), access.acting(staff.actor(user_id)):
        assert list(work.session().scalars(segments.members(RICH))) == [mine]
        assert segments.count(RICH) == 1
    page = staff.signed_in(app, user_id).post("/segments/count", FORM).text
    assert 'data-count="1"' in page


CITIES = (None, "上海", "北京", "Shanghai_1%")


def _fact(name: str, op: str, value: Any) -> dict[str, Any]:
    return {"field": name, "op": op, "value": value}


_days = st.dates(date(1950, 1, 1), date(2005, 12, 31)).map(date.isoformat)
_amounts = st.integers(0, 3).map(lambda n: str(n * 500))
_order = st.sampled_from(["is", "is_not", "gt", "ge", "lt", "le"])
CONDITIONS = st.one_of(
    st.builds(_fact, st.just("city"), st.sampled_from(["is", "is_not", "contains", "starts"]),
              st.sampled_from(["上海", "SHANG", "_1%", "海"])),
    st.builds(_fact, st.just("city"), st.just("in"), st.just(["上海", "北京"])),
    st.builds(_fact, st.sampled_from(["city", "sms", "email", "stated_assets", "age"]),
              st.sampled_from(["known", "unknown"]), st.none()),
    st.builds(_fact, st.just("stated_assets"), _order, _amounts),
    st.builds(_fact, st.just("stated_assets"), st.just("between"), st.just(["500", "1000"])),
    st.builds(_fact, st.just("age"), _order, st.integers(20, 75).map(str)),
    st.builds(_fact, st.just("birthday"), _order, _days),
    st.builds(_fact, st.just("language"), st.sampled_from(["is", "is_not"]),
              st.sampled_from(["zh", "en"])),
)  # fmt: skip
RULES = st.recursive(
    CONDITIONS,
    lambda part: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(part, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(part, max_size=3)),
        st.builds(lambda one: {"not": one}, part),
    ),
    max_leaves=6,
)


def _people() -> None:
    day = clock.firm_day()
    forty = day.replace(year=day.year - 40)
    birthdays = (None, forty, forty + timedelta(1))
    for number in range(24):
        make.client(
            city=CITIES[number % 4],
            birthday=birthdays[number % 3],
            stated_assets=None if number % 5 == 4 else Decimal(number % 5 * 500),
            language="en" if number % 7 == 0 else "zh",
            sms=f"1380000{number:04}" if number % 2 else "",
            email=f"p{number}@post.example" if number % 3 else "",
        )


def test_sql_and_python_read_every_rule_alike(app: Flask) -> None:
    with work.unit():
        _people()
    known = facts.fields()
    fields = {name: item.field for name, item in known.items()}

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(RULES)
    def alike(rule: dict[str, Any]) -> None:
        with work.unit(writes=False), access.acting(access.SYSTEM):
            columns = [item.now().label(name) for name, item in known.items()]
            rows = work.session().execute(select(Client.id.label("row"), *columns)).mappings()
            held = {row["row"] for row in rows if rules.holds(rule, fields, dict(row))}
            assert set(work.session().scalars(segments.members(rule))) == held

    alike()


def test_age_counts_full_years(app: Flask) -> None:
    day = clock.firm_day()
    with work.unit(), access.acting(access.SYSTEM):
        make.client(birthday=day.replace(year=day.year - 40))
        make.client(birthday=day.replace(year=day.year - 40) + timedelta(1))
        assert segments.count({"field": "age", "op": "ge", "value": "40"}) == 1
        assert segments.count({"field": "age", "op": "is", "value": "39"}) == 1


def test_a_segment_is_saved_shared_changed_and_removed(app: Flask) -> None:
    with work.unit():
        owner, colleague = staff.user("marketing"), staff.user("marketing")
    browser = staff.signed_in(app, owner)
    assert browser.post("/segments/new", FORM).status_code == 303
    with work.unit(writes=False):
        row = work.session().scalars(select(Segment)).one()
        typed = RICH["all"][1] | {"value": "500,000"}
        assert row.rule == {"all": [RICH["all"][0], typed, RICH["all"][2]]}
        segment_id = row.id
    other = staff.signed_in(app, colleague)
    assert other.get(f"/segments/{segment_id}").status_code == 404
    assert browser.post(f"/segments/{segment_id}", FORM | {"shared": "1"}).status_code == 303
    page = other.get(f"/segments/{segment_id}")
    assert page.status_code == 200
    assert "only its owner" in page.text
    assert other.post(f"/segments/{segment_id}", FORM).status_code == 403
    assert other.post(f"/segments/{segment_id}/remove").status_code == 403
    assert browser.post("/segments/new", FORM).status_code == 409
    assert browser.post(f"/segments/{segment_id}/remove").status_code == 303
    assert "No segment yet" in browser.get("/segments/").text


def test_somebody_elses_private_segment_is_not_there(app: Flask) -> None:
    with work.unit():
        owner, other = staff.user("marketing"), staff.user("marketing")
        compliance = staff.user("compliance")
        with access.acting(staff.actor(owner)):
            segment_id = segments.create("mine", RICH)
        with access.acting(staff.actor(other)), pytest.raises(NotFound):
            segments.edit(segment_id, "taken", RICH)
        with access.acting(staff.actor(compliance)), pytest.raises(Forbidden):
            segments.create("no", RICH)
        with access.acting(staff.actor(owner)), pytest.raises(Invalid):
            segments.create("  ", RICH)


@pytest.mark.database("sqlite")
def test_a_count_is_answered_from_the_covering_index(app: Flask) -> None:
    with work.unit(writes=False), access.acting(access.SYSTEM):
        statement = segments.members(RICH).compile(
            work.session().get_bind(), compile_kwargs={"literal_binds": True}
        )
        plan = work.session().execute(text(f"EXPLAIN QUERY PLAN {statement}")).all()
    details = " ".join(str(row[3]) for row in plan)
    assert "USING COVERING INDEX ix_clients_client_segment" in details
    assert "city=?" in details


def test_the_demo_is_the_same_for_the_same_seed_and_leaves_no_list_empty(app: Flask) -> None:
    demo.fill(600, 7)
    with work.unit(writes=False), access.acting(access.SYSTEM):
        count = work.session().scalars(select(Client.id)).all()
        assert len(count) == 600
        names = work.session().scalars(select(Client.name).order_by(Client.no)).all()
        without_mail = segments.count({"field": "email", "op": "unknown"})
        assert 20 < without_mail < 150
    again = [person.name for person in people(600, demo.chance(7), clock.firm_day())]

    def alone(told: Sequence[str]) -> list[str]:
        """Without those who were written down twice."""
        places = enumerate(told, 1)
        return [name for place, name in places if place % TWIN_EVERY != TWIN_PLACE][1:]

    assert alone(names) == alone(again)
