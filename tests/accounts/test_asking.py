"""Asking for codes: how often, by what address, and what a stranger cannot do to others."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from channels.deliveries.models import Delivery
from hub.accounts import service
from hub.accounts.models import User
from hub.accounts.rules import Identity, Locale
from hub.kernel import access, clock, parameters, runner, work
from tests import letters, staff
from tests.accounts.code_world import WHO, ask, client_user, enter
from tests.channels.mailing import Mailbox, mailbox

__all__ = ["mailbox"]


@pytest.mark.parametrize("email", [WHO, "nobody@mail.example"])
def test_a_code_asked_for_100_times_is_refused_whoever_it_is_for(
    app: Flask, mailbox: Mailbox, email: str
) -> None:
    client_user()
    browser = staff.Browser(app)
    browser.get("/login/code")
    answers = [browser.post("/login/code", {"identity": email}) for _ in range(100)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429] * 95
    assert all(0 < int(answer.headers["Retry-After"]) <= 900 for answer in answers[5:])
    runner.drain()
    assert len(mailbox.mails) <= 1  # all wishes but the last are void


def test_one_network_cannot_ask_for_many_people(app: Flask) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        parameters.set_from("accounts.asks_per_address", "5", valid_from=clock.firm_day())
    browser = staff.Browser(app)
    browser.get("/login/code")
    codes = [
        browser.post("/login/code", {"identity": f"a{number}@mail.example"}).status_code
        for number in range(7)
    ]
    assert codes == [302] * 5 + [429] * 2


def test_a_phone_is_read_as_people_write_it(app: Flask) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        user_id = service.enrol(Identity("sms", "+8613800001234"), "王芳", locale=Locale.ZH)
    ask(app, "138 0000 1234")
    runner.drain()
    with work.unit(writes=False):
        row = work.session().scalars(select(Delivery)).one()
        assert (row.channel, row.person_id) == ("sms", None)
        assert work.session().get_one(User, user_id).email is None


@pytest.mark.parametrize("typed", ["", "x", "@", "a" * 5_000, "138\0", "<script>"])
def test_what_is_no_address_is_told_so(app: Flask, typed: str) -> None:
    browser = staff.Browser(app)
    browser.get("/login/code")
    assert browser.post("/login/code", {"identity": typed}).status_code == 422


def test_a_stranger_shuts_no_way_in_to_others(app: Flask, mailbox: Mailbox) -> None:
    client_user()
    stranger = staff.Browser(app)
    stranger.get("/login")
    for _ in range(30):
        stranger.post("/login/password/x", {"password": "x"})
        stranger.post("/login/code", {"identity": "x"})
    browser = ask(app)
    assert enter(browser, letters.code_for(mailbox, WHO)).status_code == 302
