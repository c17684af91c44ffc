"""Suitability: a dated class that counts for two years, set by those who answer for it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from hub.clients import segments
from hub.clients import service as clients
from hub.clients.suitability import queries, service
from hub.clients.suitability.forms import Assessment
from hub.clients.suitability.rules import SuitabilityClass as Class
from hub.clients.suitability.rules import years_after
from hub.kernel import access, clock, parameters, work
from hub.kernel.dated import AsOf
from hub.kernel.errors import Conflict, Forbidden
from tests import make, programs, staff

MARCH = date(2024, 3, 1)
FORM = {"klass": "c3", "assessed_on": "2026-03-01", "source": "paper 2026-17"}


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def assessed(client_id: int, klass: Class, day: date, source: str = "paper") -> None:
    service.classify(client_id, Assessment(klass=klass, assessed_on=day, source=source))


def members(klass: str, on: date | None = None) -> list[int]:
    rule = {"field": "suitability", "op": "is", "value": klass}
    return list(work.session().scalars(segments.members(rule, AsOf(on) if on else None)))


def ending(on: date | None = None) -> list[int]:
    rule = {"field": "suitability_ending", "op": "known"}
    return list(work.session().scalars(segments.members(rule, AsOf(on) if on else None)))


@pytest.mark.parametrize(
    ("day", "years", "then"),
    [
        (date(2024, 3, 1), 2, date(2026, 3, 1)),
        (date(2024, 2, 29), 2, date(2026, 3, 1)),
        (date(2026, 3, 1), -2, date(2024, 3, 1)),
    ],
)
def test_years_after_a_day(day: date, years: int, then: date) -> None:
    assert years_after(day, years) == then


def test_a_class_counts_for_two_years_and_a_segment_asks_for_any_day(app: Flask) -> None:
    del app
    with work.unit(), access.acting(access.SYSTEM):
        client, _other = make.client(), make.client()
        with clock.set_to(at(date(2026, 2, 28))):
            assessed(client, Class.C3, MARCH)
            standing = queries.standing(client)
            assert standing is not None
            assert (standing.expires_on, standing.is_good) == (date(2026, 3, 1), True)
            assert members("c3") == [client]
            assert ending() == [client]
            assert ending(date(2024, 6, 1)) == []
            assert members("c3", on=date(2024, 2, 29)) == []
        with clock.set_to(at(date(2026, 3, 1))):
            standing = queries.standing(client)
            assert standing is not None
            assert not standing.is_good
            assert members("c3") == []
            assert ending() == []
            assert members("c3", on=date(2026, 2, 28)) == [client]
            parameters.set_from(queries.YEARS, "3", valid_from=date(2026, 3, 1))
            assert members("c3") == [client]


def test_the_same_class_found_again_is_good_anew_and_what_held_stays_known(app: Flask) -> None:
    del app
    with work.unit(), access.acting(access.SYSTEM):
        client = make.client()
        with clock.set_to(at(date(2026, 4, 1))):
            assessed(client, Class.C3, MARCH)
            assessed(client, Class.C3, date(2026, 3, 31), "paper again")
            standing = queries.standing(client)
            assert standing is not None
            assert (standing.is_good, standing.source) == (True, "paper again")
            assessed(client, Class.LOWEST, date(2026, 4, 1))
            assert members("c3") == []
            assert members("c1_lowest") == [client]
            assert members("c3", on=date(2026, 3, 31)) == [client]
            with pytest.raises(Conflict):
                assessed(client, Class.C5, MARCH)
            assessed(client, Class.C2, date(2026, 4, 1), "a slip mended")
            assert members("c2") == [client]
        classes = [fact.text for fact in queries.known(client) if fact.name == queries.CLASS]
        assert classes == ["c2", "c3"]


def test_compliance_sets_a_class_and_a_broker_does_not(app: Flask) -> None:
    with work.unit():
        user_id, compliance = staff.user("broker"), staff.user("compliance")
        mine = make.client()
        staff.tie(user_id, client=make.client(), serves=mine, branch="x")
        with access.acting(staff.actor(user_id)), pytest.raises(Forbidden):
            assessed(mine, Class.C5, MARCH)
    officer = staff.signed_in(app, compliance)
    assert "never assessed" in officer.get(f"/clients/{mine}").text
    bad = officer.post(f"/clients/{mine}/suitability", FORM | {"klass": "c9", "source": ""})
    assert bad.status_code == 422
    assert 'id="error-source"' in bad.text
    assert officer.post(f"/clients/{mine}/suitability", FORM).status_code == 303
    page = officer.get(f"/clients/{mine}").text
    assert 'data-suitability="c3"' in page
    assert "paper 2026-17" in page
    broker = staff.signed_in(app, user_id)
    assert 'data-suitability="c3"' in broker.get(f"/clients/{mine}").text
    assert broker.post(f"/clients/{mine}/suitability", FORM).status_code == 403


@pytest.mark.database("sqlite")
def test_a_client_sees_his_class_and_a_program_sets_it(app: Flask) -> None:
    with work.unit():
        user_id, client = staff.user("client"), make.client()
        clients.link_user(client, user_id)
    program = programs.of(app, "principal")
    assert program.get(f"/clients/{client}/suitability").status_code == 404
    made = program.post(f"/clients/{client}/suitability", FORM)
    assert made.status_code == 201
    assert program.get(f"/clients/{client}/suitability").json == made.json
    assert "C3, balanced" in staff.signed_in(app, user_id).get("/my/").text
