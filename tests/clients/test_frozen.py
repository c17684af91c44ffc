"""Segments of past days, and frozen ones: the same rule on the same day means the same clients."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from hub.clients import contacts, facts, past_profile, segments, service
from hub.clients.addresses import mailbox
from hub.clients.forms import Profile
from hub.clients.frozen import service as freezing
from hub.clients.frozen.forms import FreezeWish
from hub.clients.models import Client, Contact, Segment
from hub.clients.tags import service as tags
from hub.clients.tags.models import Tag, Tagging
from hub.kernel import access, clock, work
from hub.kernel.dated import AsOf
from hub.relationship import service as relationship
from tests import make, staff

FIRST = date(2026, 3, 2)
RULES: tuple[dict[str, Any], ...] = (
    {"field": "city", "op": "is", "value": "上海"},
    {"field": "birthday", "op": "lt", "value": "1980-01-01"},
    {"field": "age", "op": "ge", "value": "46"},
    {"field": "stated_assets", "op": "ge", "value": "500"},
    {"field": "email", "op": "known"},
    {"field": "tag", "op": "has", "value": "VIP"},
    {"not": {"any": [{"field": "branch", "op": "is", "value": "浦东"},
                     {"field": "language", "op": "is", "value": "en"}]}},
)  # fmt: skip


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def found(rule: dict[str, Any], as_of: AsOf | None = None) -> set[int]:
    return set(work.session().scalars(segments.members(rule, as_of)))


def profile(client_id: int, **changes: Any) -> None:
    row = work.session().get_one(Client, client_id)
    kept = {name: getattr(row, name) for name in past_profile.KEPT}
    service.change(client_id, Profile(**(kept | changes)))


def assets(client_id: int, value: int, back: int) -> None:
    day = clock.firm_day() - timedelta(back)
    facts.record(client_id, "stated_assets", Decimal(value), valid_from=day, source="test")


def mail(client_id: int) -> None:
    mine = select(Contact.id).where(Contact.client_id == client_id)
    if (known := work.session().scalar(mine)) is None:
        contacts.attach(client_id, mailbox(f"f{client_id}@post.example"))
    else:
        contacts.remove(client_id, known)


def vip(client_id: int) -> None:
    held = select(Tagging.tag_id).join(Tag).where(Tagging.client_id == client_id)
    tag_id = work.session().scalar(held.where(Tagging.valid_to.is_(None), Tag.name == "VIP"))
    if tag_id is None:
        tags.put(client_id, "VIP")
    else:
        tags.take_off(client_id, tag_id)


CHANGES = st.one_of(
    st.tuples(st.just("city"), st.sampled_from([None, "上海", "北京"])),
    st.tuples(st.just("birthday"), st.sampled_from([None, date(1979, 3, 4), date(1990, 1, 1)])),
    st.tuples(st.just("branch"), st.sampled_from([None, "浦东"])),
    st.tuples(st.just("language"), st.sampled_from(["zh", "en"])),
    st.tuples(st.just("assets"), st.tuples(st.sampled_from([100, 900]), st.integers(0, 3))),
    st.tuples(st.sampled_from(["mail", "vip"]), st.none()),
)


def change(client_id: int, name: str, value: Any) -> None:
    if name == "assets":
        assets(client_id, *value)
    elif name in {"mail", "vip"}:
        {"mail": mail, "vip": vip}[name](client_id)
    else:
        profile(client_id, **{name: value})


@pytest.mark.feature("S61")
def test_a_rule_of_a_past_day_means_whom_it_meant_that_day(app: Flask) -> None:
    """Whatever was changed or corrected since, on any field that has a history."""
    del app

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.lists(st.tuples(st.integers(0, 2), CHANGES), max_size=5), min_size=4,
                    max_size=4))  # fmt: skip
    def repeats(days: list[list[tuple[int, tuple[str, Any]]]]) -> None:
        ids: list[int] = []
        meant: dict[date, list[set[int]]] = {}
        for number, changes in enumerate(days):
            day = FIRST + timedelta(number)
            with clock.set_to(noon(day)), work.unit(), access.acting(access.SYSTEM):
                ids.append(make.client())
                for who, (name, value) in changes:
                    change(ids[who % len(ids)], name, value)
                work.session().flush()
                meant[day] = [found(rule) & set(ids) for rule in RULES]
        later = noon(FIRST + timedelta(30))
        with clock.set_to(later), work.unit(writes=False), access.acting(access.SYSTEM):
            for day, sets in meant.items():
                then = AsOf(day, clock.end_of(day))
                for rule, before in zip(RULES, sets, strict=True):
                    assert found(rule, then) & set(ids) == before, (day, rule)

    repeats()


@pytest.mark.feature("S61")
def test_a_correction_counts_unless_one_asks_what_was_known_then(app: Flask) -> None:
    del app
    rich = {"field": "stated_assets", "op": "ge", "value": "500"}
    with clock.set_to(noon(FIRST)), work.unit(), access.acting(access.SYSTEM):
        client_id = make.client(opened_on=FIRST - timedelta(9))
        assets(client_id, 100, 0)
    with clock.set_to(noon(FIRST + timedelta(5))), work.unit(), access.acting(access.SYSTEM):
        assets(client_id, 900, 5)
        profile(client_id, opened_on=FIRST - timedelta(30), birthday=date(1979, 1, 1))
    old = {"field": "birthday", "op": "lt", "value": "1980-01-01"}
    then = AsOf(FIRST, clock.end_of(FIRST))
    with work.unit(writes=False), access.acting(access.SYSTEM):
        assert found(rich, AsOf(FIRST)) == {client_id} != found(rich, then)
        assert found(old, AsOf(FIRST)) == {client_id} != found(old, then)
        everybody: dict[str, Any] = {"all": []}
        assert found(everybody, AsOf(FIRST - timedelta(20))) == {client_id}
        assert not found(everybody, AsOf(FIRST - timedelta(31)))


SHANGHAI = {
    "name": "上海人", "match": "all", "group-0-match": "all", "c-0-0-field": "city",
    "c-0-0-op": "is", "c-0-0-value": "上海",
}  # fmt: skip


def two_of_a_broker() -> tuple[int, int, int]:
    """A broker's two clients in Shanghai, of whom one has moved since → user, both clients."""
    with work.unit():
        user_id = staff.user("broker")
        broker_id = staff.broker(user_id)
    before = clock.firm_day() - timedelta(9)
    with clock.set_to(noon(before)), work.unit(), access.acting(access.SYSTEM):
        mine, moved, _foreign = (make.client(city="上海", name=name) for name in ("甲", "乙", "丙"))
        for one in (mine, moved):
            relationship.assign(one, broker_id, valid_from=clock.firm_day())
    with work.unit(), access.acting(access.SYSTEM):
        profile(moved, city="北京")
    return user_id, mine, moved


def in_shanghai(browser: staff.Browser) -> str:
    """The page of the members of a segment that was just saved."""
    browser.post("/segments/new", SHANGHAI)
    with work.unit(writes=False):
        segment_id = work.session().scalars(select(Segment.id)).one()
    return f"/segments/{segment_id}"


@pytest.mark.feature("S61")
def test_members_are_looked_at_as_of_a_day(app: Flask) -> None:
    user_id, _mine, _moved = two_of_a_broker()
    browser = staff.signed_in(app, user_id)
    page = in_shanghai(browser) + "/members"
    day = clock.firm_day() - timedelta(3)
    assert browser.get(page).text.count("data-row") == 1
    assert browser.get(f"{page}?on={day}").text.count("data-row") == 2
    counted = browser.post("/segments/count", SHANGHAI | {"on": day.isoformat()})
    assert 'data-count="2"' in counted.text
    future = browser.get(f"{page}?on={clock.firm_day() + timedelta(1)}")
    assert future.status_code == 422
    assert "a day up to today" in future.text


@pytest.mark.feature("S61")
def test_a_frozen_segment_holds_the_same_clients_whatever_changes(app: Flask) -> None:
    user_id, mine, moved = two_of_a_broker()
    browser = staff.signed_in(app, user_id)
    segment = in_shanghai(browser)
    day = (clock.firm_day() - timedelta(3)).isoformat()
    made = browser.post(f"{segment}/freeze", {"name": "三月", "on": day})
    assert made.status_code == 303
    frozen = made.headers["Location"]
    with work.unit(), access.acting(access.SYSTEM):
        profile(mine, city="北京")
    assert browser.get(f"{segment}/members").text.count("data-row") == 0
    shown = browser.get(frozen).text
    assert shown.count("data-row") == 2
    assert "2 clients were in it" in shown
    rule = {"field": "frozen", "op": "has", "value": frozen.rpartition("/")[2]}
    with work.unit(writes=False), access.acting(staff.actor(user_id)):
        assert found(rule) == {mine, moved}
    assert browser.post(f"{frozen}/put-away", {}).status_code == 303
    assert "三月" not in browser.get("/segments/new").text
    assert browser.post(f"{frozen}/take-out", {}).status_code == 303
    assert "三月" in browser.get("/segments/frozen").text


def test_somebodys_own_frozen_segment_is_asked_for_by_nobody_else(app: Flask) -> None:
    user_id, _mine, _moved = two_of_a_broker()
    browser = staff.signed_in(app, user_id)
    frozen = browser.post(in_shanghai(browser) + "/freeze", {"name": "三月"}).headers["Location"]
    with work.unit():
        other = staff.user("marketing")
    assert staff.signed_in(app, other).get(frozen).status_code == 404
    rule = {"field": "frozen", "op": "has", "value": frozen.rpartition("/")[2]}
    with work.unit(writes=False), access.acting(staff.actor(other)):
        assert found(rule) == set()


def test_an_erased_client_leaves_the_frozen_lists(app: Flask) -> None:
    del app
    with work.unit(), access.acting(access.SYSTEM):
        client_id = make.client(city="上海")
    with work.unit():
        user_id = staff.user("marketing")
    with work.unit(), access.acting(staff.actor(user_id)):
        wish = FreezeWish(name="all")
        number = freezing.freeze({"all": []}, wish)
    rule = {"field": "frozen", "op": "has", "value": str(number)}
    with work.unit(), access.acting(access.SYSTEM):
        assert found(rule) == {client_id}
        assert service.personal(client_id)["frozen_segments"][0]["segment"] == "all"
        service.wipe(client_id)
        assert found(rule) == set()
