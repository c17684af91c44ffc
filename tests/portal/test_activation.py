"""A client's first time in: what he must hold and know, and what a guesser learns."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.accounts.models import Code, User
from hub.kernel import clock, runner, work
from hub.kernel.audit import AuditRow
from tests import letters, staff
from tests.channels.mailing import Mailbox
from tests.portal.newcomer import MAIL, ask, client, prove, user_of

At = Callable[[datetime], AbstractContextManager[None]]


def test_an_imported_client_comes_in_by_a_code_and_four_signs(app: Flask, mailbox: Mailbox) -> None:
    client_id = client()
    browser = ask(app)
    answer = prove(browser, letters.code_for(mailbox, MAIL))
    assert answer.headers["Location"] == "/my/"
    page = browser.get("/my/").text
    assert "w***@mail.example" in page
    assert MAIL not in page
    assert "138****1234" in page
    assert browser.get("/").headers["Location"] == "/my/"
    user_id = user_of(client_id)
    with work.unit(writes=False):
        user = work.session().get_one(User, user_id)
        assert ([role.name for role in user.roles], user.email) == (["client"], MAIL)
        actor = staff.actor(user.id)
        assert actor.client_id == client_id
        verbs = (
            work.session().scalars(select(AuditRow.verb).where(AuditRow.subject == "client")).all()
        )
        assert "activated" in verbs


def test_he_signs_in_by_a_code_from_then_on(app: Flask, mailbox: Mailbox) -> None:
    client()
    prove(ask(app), letters.code_for(mailbox, MAIL))
    browser = staff.Browser(app)
    browser.get("/login/code")
    browser.post("/login/code", {"identity": MAIL})
    browser.get("/login/code/enter")
    code = letters.code_for(mailbox, MAIL)
    assert browser.post("/login/code/enter", {"code": code}).status_code == 302
    assert browser.get("/my/").status_code == 200


def plain(answer: TestResponse) -> str:
    return re.sub(r'value="[^"]*"|content="[^"]*"', "", answer.text)


def test_a_stranger_learns_nothing_from_any_answer(app: Flask, mailbox: Mailbox) -> None:
    client()
    known, unknown = ask(app), ask(app, "nobody@mail.example")
    pages = [plain(prove(browser, "000000", "1234")) for browser in (known, unknown)]
    code = letters.code_for(mailbox, MAIL)
    pages.append(plain(prove(known, code, "9999")))  # the right code, the wrong digits
    assert pages[0] == pages[1] == pages[2]
    assert mailbox.to() == [MAIL]


def test_wrong_digits_do_not_use_the_code_up_but_are_counted(app: Flask, mailbox: Mailbox) -> None:
    client_id = client()
    browser = ask(app)
    code = letters.code_for(mailbox, MAIL)
    for four in ("1111", "", "11010519491231002X", "02X"):
        assert prove(browser, code, four).status_code == 422
    assert prove(browser, code).status_code == 302
    assert user_of(client_id) is not None


def test_the_sixth_guess_fails_even_if_it_is_right(app: Flask, mailbox: Mailbox) -> None:
    client_id = client()
    browser = ask(app)
    code = letters.code_for(mailbox, MAIL)
    for number in range(5):
        assert prove(browser, code, f"{number:04}").status_code == 422
    assert prove(browser, code).status_code == 422
    assert user_of(client_id) is None


@pytest.mark.parametrize("contact", [MAIL, "nobody@mail.example"])
def test_a_contact_takes_ten_tries_a_day_whoever_asks(
    app: Flask, mailbox: Mailbox, at: At, contact: str
) -> None:
    client()
    start = clock.now()
    for quarter in range(2):
        with at(start + timedelta(minutes=16 * quarter)):
            browser = ask(app, contact)
            for number in range(5):
                prove(browser, "000000", f"{number:04}")
    browser = staff.Browser(app)
    browser.get("/activate/")
    with at(start + timedelta(hours=2)):
        answer = browser.post("/activate/", {"contact": contact})
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 0
    with at(start + timedelta(hours=25)):
        assert browser.post("/activate/", {"contact": contact}).status_code == 302


def test_a_contact_that_several_share_leads_to_him_whose_digits_fit(
    app: Flask, mailbox: Mailbox
) -> None:
    mother, son = client("110105194912310021"), client("110105198001010057")
    browser = ask(app)
    code = letters.code_for(mailbox, MAIL)
    assert prove(browser, code, "0057").status_code == 302
    assert user_of(mother) is None
    assert user_of(son) is not None


def test_two_who_share_contact_and_digits_are_told_apart_by_nobody(
    app: Flask, mailbox: Mailbox
) -> None:
    twins = client("110105198001010057"), client("220105198001010057")
    browser = ask(app)
    answer = prove(browser, letters.code_for(mailbox, MAIL), "0057")
    assert answer.status_code == 422
    assert "do not fit together" in answer.text
    assert [user_of(one) for one in twins] == [None, None]


def test_the_second_of_a_shared_contact_needs_another_one(app: Flask, mailbox: Mailbox) -> None:
    mother, son = client("110105194912310021"), client("110105198001010057")
    prove(ask(app), letters.code_for(mailbox, MAIL), "0021")
    browser = ask(app)
    answer = prove(browser, letters.code_for(mailbox, MAIL), "0057")
    assert answer.status_code == 422
    assert "another user has this e-mail address" in answer.text
    assert (user_of(mother) is None, user_of(son)) == (False, None)


def test_nobody_is_activated_twice(app: Flask, mailbox: Mailbox) -> None:
    client()
    prove(ask(app), letters.code_for(mailbox, MAIL))
    sent = len(mailbox.mails)
    ask(app)
    runner.drain()
    assert len(mailbox.mails) == sent


def test_a_client_without_an_id_number_cannot_activate(app: Flask, mailbox: Mailbox) -> None:
    client_id = client("")
    browser = ask(app)
    assert prove(browser, letters.code_for(mailbox, MAIL), "").status_code == 422
    assert user_of(client_id) is None


def test_a_code_to_sign_in_does_not_activate(app: Flask, mailbox: Mailbox) -> None:
    client()
    with work.unit():
        staff.user("broker", email=MAIL)
    browser = staff.Browser(app)
    browser.get("/login/code")
    browser.post("/login/code", {"identity": MAIL})
    code = letters.code_for(mailbox, MAIL)
    browser.get("/activate/")
    with browser.client.session_transaction() as session, work.unit(writes=False):
        number = work.session().scalars(select(Code.id)).one()
        session["activating"] = {"code": number, "who": ""}
    assert prove(browser, code).status_code == 422
