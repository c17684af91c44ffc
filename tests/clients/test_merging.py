"""Two rows of one person become one, and part again exactly as they were."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from campaigns import audience
from channels.deliveries import queries as deliveries
from hub.clients import contacts, erasure, queries, segments
from hub.clients.duplicates import joining
from hub.clients.duplicates.models import Duplicate
from hub.clients.duplicates.rules import PairState
from hub.clients.kin import queries as kin
from hub.clients.models import Client, Contact, Fact
from hub.clients.notes import queries as notes
from hub.clients.tags import queries as tags
from hub.kernel import access, clock, people, runner, work
from hub.kernel.errors import Conflict
from hub.kernel.uniting import without
from hub.relationship import queries as serving
from tests import make, staff
from tests.clients import duplicate_world as world

pytestmark = pytest.mark.feature("S31")

FEW = st.integers(0, 12)
DAYS = st.tuples(FEW, FEW.filter(bool)).map(
    lambda two: (
        clock.firm_day() + timedelta(days=two[0]),
        clock.firm_day() + timedelta(days=two[0] + two[1]),
    )
)


@given(days=DAYS, taken=st.lists(DAYS, max_size=4))
def test_what_is_left_of_days_are_the_days_that_nobody_took(days: Any, taken: list[Any]) -> None:
    def each(first: Any, end: Any) -> set[Any]:
        return {first + timedelta(days=n) for n in range((end - first).days)}

    left = without(days, taken)
    gone = set().union(*(each(*one) for one in taken))
    assert sorted(day for piece in left for day in each(*piece)) == sorted(each(*days) - gone)


@pytest.mark.parametrize("kept", [0, 1])
@pytest.mark.parametrize("take", [(), ("name", "city", "id_no", "stated_assets")])
def test_a_merge_that_is_taken_back_leaves_every_row_as_it_was(
    app: Flask, kept: int, take: tuple[str, ...]
) -> None:
    ids, pair = world.made()
    with work.unit(writes=False):
        before = world.rows()
    world.merged(pair, ids[kept], *take)
    with work.unit(writes=False):
        between = world.rows()
    changed = {name for name, rows in between.items() if rows != before[name]}
    assert {"clients_client", "clients_contact", "clients_fact", "clients_note",
            "clients_tagging", "relationship_serving"} <= changed  # fmt: skip
    world.undone(pair)
    with work.unit(writes=False):
        after = world.rows()
        for name, rows in before.items():
            assert after[name] == rows, name
        assert work.session().get_one(Duplicate, pair).state == PairState.NOT_SAME


def test_the_one_who_is_kept_has_what_both_had(app: Flask) -> None:
    (kept, gone), pair = world.made()
    world.merged(pair, kept, "city")
    with work.unit(writes=False), access.acting(access.SYSTEM):
        row = queries.one(kept)
        assert (row.name, row.city, str(row.birthday)) == ("王芳", "北京", "1980-02-03")
        assert {line.shown for line in queries.contacts(kept)} == {
            "+86****0001", "+86****0002", "w***@post.example", "o***@post.example",
        }  # fmt: skip
        first = [line.shown for line in queries.contacts(kept) if line.is_primary]
        assert first == ["+86****0001", "w***@post.example"]
        assert not any(line.is_shared for line in queries.contacts(kept))
        held = {line.name for line in tags.of_client(kept) if line.is_present}
        assert held == {"both", "only 0", "only 1"}
        assert len(kin.of_client(kept)) == 3
        assert kin.home(kept) is not None
        assert len(notes.of_client(kept)) == 3
        assert serving.broker_of(kept) is not None
        assert row.stated_assets is not None
        assert int(row.stated_assets) == 10
        told = str(people.file_of(gone)["rooms"]["clients"])
        assert "王 芳" in told


def test_a_merged_client_is_found_counted_and_served_no_more(app: Flask) -> None:
    (kept, gone), pair = world.made()
    world.merged(pair, kept)
    runner.drain()
    with work.unit(writes=False), access.acting(access.SYSTEM):
        no = queries.one(gone).no
        every = segments.members({"all": []})
        assert gone not in work.session().scalars(every).all()
        assert gone not in work.session().scalars(audience.members({"all": []}, firm=True)).all()
        assert serving.broker_of(gone) is None
        reached = select(func.count()).where(Contact.client_id == gone)
        assert work.session().scalar(reached) == 0, "there is nowhere to write to"
        assert queries.count_visible() == 2
        with pytest.raises(Conflict, match="merged"):
            queries.operable(gone, "clients.write")
        assert set(work.session().scalars(queries.rows_of(kept))) == {kept, gone}
        assert deliveries.of_client(access.SYSTEM, kept) is not None
    with work.unit():
        browser_user = staff.user("compliance")
    browser = staff.signed_in(app, browser_user)
    answer = browser.get(f"/clients/{gone}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/clients/{kept}")
    assert f'"/clients/{kept}"' in browser.get(f"/clients/?q={no}").text
    assert "Taken into the book" in browser.get(f"/clients/{gone}/timeline").text
    assert browser.get(f"/clients/{gone}/panels/timeline").status_code == 200
    assert f'"/clients/{kept}"' in browser.get(f"/search?q={no}").text
    assert browser.get(f"/clients/duplicates/{pair}").status_code == 200
    world.undone(pair)
    assert browser.get(f"/clients/{gone}").status_code == 200


def test_what_was_changed_since_is_named_and_can_be_left(app: Flask) -> None:
    (kept, gone), pair = world.made()
    world.merged(pair, kept)
    with work.unit(), access.acting(access.SYSTEM):
        moved = next(one for one in queries.contacts(kept) if one.shown == "o***@post.example")
        contacts.remove(kept, moved.id)
    with pytest.raises(joining.Touched, match="contacts"):
        world.undone(pair)
    with work.unit(writes=False):
        assert work.session().get_one(Client, gone).merged_into == kept
    world.undone(pair, rest=True)
    with work.unit(writes=False):
        assert work.session().get_one(Client, gone).merged_into is None
        assert [line.shown for line in queries.contacts(gone)] == ["+86****0001", "+86****0002"]


def test_merges_are_taken_back_in_their_order_only(app: Flask) -> None:
    (one, two), first = world.made()
    with work.unit():
        three = make.client(name="王芳")
    world.merged(first, one)
    with work.unit():
        second = world.named((one, three))
    world.merged(second, three)
    with work.unit(writes=False):
        assert work.session().get_one(Client, two).merged_into == three
    with pytest.raises(Conflict, match="merged on"):
        world.undone(first)
    world.undone(second)
    world.undone(first)
    with work.unit(writes=False):
        assert work.session().scalar(select(func.count(Client.merged_into))) == 0


def test_whoever_is_erased_leaves_nothing_in_what_a_merge_noted(app: Flask) -> None:
    (kept, _gone), pair = world.made()
    world.merged(pair, kept)
    with work.unit(), access.acting(access.SYSTEM):
        erasure.erase(kept)
    with work.unit(writes=False):
        found = str({t: r for t, r in world.rows().items() if t.startswith("clients_")})
        assert "芳" not in found
        assert work.session().scalar(select(func.count()).select_from(Fact)) == 0
        assert work.session().get(Duplicate, pair) is None
