"""Guessing second factors: bounded by network and by person, and no owner is shut out for ever."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from hub.accounts import limits
from hub.accounts.models import Attempt, User
from hub.kernel import access, clock, parameters, tally, work
from hub.kernel.audit import AuditRow
from tests import staff
from tests.accounts.factor_world import Armed, code_of, half_in, real, set_up

ZHOU = "zhou@firm.example"
HOME = "127.0.0.9"  # in the network where the fixture's sign-ins come from
At = Callable[[object], AbstractContextManager[None]]


def limit(**values: int) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        for name, value in values.items():
            parameters.set_from(f"accounts.{name}", str(value), valid_from=clock.firm_day())


def tries(
    browser: staff.Browser, address: str, count: int = 1, *, code: str = "000000"
) -> list[int]:
    """What trying a code so often from an address is answered."""
    where = {"REMOTE_ADDR": address}
    form = {"code": code}
    return [
        browser.post("/login/second", form, environ_overrides=where).status_code
        for _number in range(count)
    ]


def owner_comes_in(app: Flask, armed: Armed, address: str) -> bool:
    return tries(half_in(app), address, code=code_of(armed[0], steps=1)) == [302]


def refused() -> dict[tuple[str, ...], float]:
    return {key[1:]: value for key, value in tally.sums().items() if key[0] == "refused"}


@pytest.mark.feature("S19")
def test_many_networks_on_one_person_are_stopped_together(app: Flask, armed: Armed) -> None:
    limit(tries_per_mailbox=3, strange_tries_per_day=5)
    browser = half_in(app)
    assert tries(browser, "198.51.100.7", 4) == [422] * 3 + [429]
    assert tries(browser, "198.51.100.250") == [429]  # the same network
    assert tries(browser, "203.0.113.7", 3) == [422] * 2 + [429]
    assert tries(browser, "192.0.2.7", code=code_of(armed[0], steps=1)) == [429]


def test_one_network_on_many_people_is_stopped(app: Flask, armed: Armed) -> None:
    limit(tries_per_address=3)
    real("manager", email="wu@firm.example")
    other = staff.Browser(app)
    other.sign_in("wu@firm.example")
    set_up(other)
    assert tries(half_in(app), "198.51.100.7", 2) == [422] * 2
    wu = half_in(app, "wu@firm.example")
    assert tries(wu, "198.51.100.8", 2) == [422, 429]
    assert tries(wu, "203.0.113.7") == [422]


def test_whoever_guesses_elsewhere_shuts_nobody_out_where_he_is_known(
    app: Flask, armed: Armed
) -> None:
    limit(tries_per_mailbox=3, strange_tries_per_day=3, tries_per_address=3)
    guesser = half_in(app)
    assert tries(guesser, "198.51.100.7", 4) == [422] * 3 + [429]
    assert owner_comes_in(app, armed, HOME)


def test_a_network_where_he_is_known_is_no_way_to_guess_for_ever(
    app: Flask, armed: Armed, at: At
) -> None:
    limit(tries_per_mailbox=3)
    code = code_of(armed[0], steps=1)
    assert tries(half_in(app), HOME, 4) == [422] * 3 + [429]
    assert tries(half_in(app), HOME, code=code) == [429]
    with at(clock.now() + timedelta(minutes=15, seconds=5)):
        assert tries(half_in(app), HOME, code=code) == [302]


def test_one_guesser_shuts_his_own_network_alone(app: Flask, armed: Armed) -> None:
    limit(tries_per_mailbox=3)
    assert tries(half_in(app), "198.51.100.7", 4)[-1] == 429
    assert owner_comes_in(app, armed, "203.0.113.7")  # new to him, and open


@pytest.mark.parametrize(("days", "answer"), [(89, 302), (91, 429)])
def test_a_network_is_known_for_a_quarter(
    app: Flask, armed: Armed, at: At, days: int, answer: int
) -> None:
    limit(tries_per_mailbox=3, strange_tries_per_day=3)
    code = code_of(armed[0], steps=1)
    with at(clock.now() + timedelta(days=days)):
        assert tries(half_in(app), "198.51.100.7", 4)[-1] == 429
        assert tries(half_in(app), HOME, code=code) == [answer]


def test_tries_of_second_factors_are_kept_for_a_day(app: Flask, armed: Armed, at: At) -> None:
    tries(half_in(app), "198.51.100.7")
    now = clock.now()
    counts = []
    for hours in (23, 25):
        with at(now + timedelta(hours=hours)), work.unit():
            limits.purge()
            counts.append(work.session().scalar(select(func.count()).select_from(Attempt)))
    assert counts == [1, 0]


def test_guessing_codes_does_not_shut_the_passkeys(app: Flask, armed: Armed) -> None:
    limit(tries_per_mailbox=3, strange_tries_per_day=3)
    browser = half_in(app)
    where = {"REMOTE_ADDR": "198.51.100.7"}
    assert tries(browser, "198.51.100.7", 4)[-1] == 429
    headers = {"X-CSRFToken": browser.token}

    def key() -> int:
        return browser.client.post(
            "/login/passkey", json={"credential": {}}, headers=headers, environ_overrides=where
        ).status_code

    assert [key() for _number in range(4)] == [422] * 3 + [429]


def test_what_was_refused_is_counted_and_logged_without_the_code(app: Flask, armed: Armed) -> None:
    limit(tries_per_mailbox=3)
    tally.forget()
    before = refused()
    tries(half_in(app), "198.51.100.7", 5, code="918273")
    told = {key: value - before.get(key, 0) for key, value in refused().items()}
    assert told["sign-in", "wrong-factor"] == 3
    assert told["sign-in", "too-many"] == 2
    with work.unit(writes=False):
        zhou = work.session().scalars(select(User.id).where(User.email == ZHOU)).one()
        rows = work.session().scalars(
            select(AuditRow).where(AuditRow.subject_id == zhou, AuditRow.subject == "user")
        )
        told_of = [(row.verb, row.place, str(row.detail)) for row in rows]
    verbs = [verb for verb, place, _detail in told_of if place == "198.51.100.0/24"]
    assert verbs == ["sign-in-failed"] * 3 + ["tries-used-up"]
    assert not any("918273" in detail for _verb, _place, detail in told_of)
