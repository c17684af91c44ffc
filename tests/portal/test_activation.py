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
from hub.clients.models import Client
from hub.kernel import access, clock, modules, runner, work
from hub.kernel.audit import AuditRow
from hub.portal import proof
from tests import letters, make, staff
from tests.channels.mailing import Mailbox, mailbox

__all__ = ["mailbox"]

At = Callable[[datetime], AbstractContextManager[None]]
MAIL = "wang@mail.example"

numbers: dict[int, str] = {}


@pytest.fixture(autouse=True)
def papers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Id numbers, until the client book keeps them itself."""
    numbers.clear()
    monkeypatch.setattr(
        proof.papers, "ends_with", lambda client, four: numbers.get(client, "").endswith(four)
    )


def client(number: str = "11010519491231002X", email: str = MAIL) -> int:
    with work.unit():
        client_id = make.client(name="王芳", email=email, sms="13800001234")
    numbers[client_id] = number
    return client_id


def ask(app: Flask, contact: str = MAIL) -> staff.Browser:
    browser = staff.Browser(app)
    browser.get("/activate/")
    assert browser.post("/activate/", {"contact": contact}).status_code == 302
    browser.get("/activate/prove")
    return browser


def prove(browser: staff.Browser, code: str, four: str = "002x") -> TestResponse:
    return browser.post("/activate/prove", {"code": code, "four": four})


def user_of(client_id: int) -> int | None:
    with work.unit(writes=False):
        return work.session().get_one(Client, client_id).user_id


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
        session["activating"] = work.session().scalars(select(Code.id)).one()
    assert prove(browser, code).status_code == 422


def test_an_agent_gives_a_client_who_lost_his_phone_another_address(
    app: Flask, mailbox: Mailbox
) -> None:
    with work.unit():
        client_id = make.client(name="王芳", email=MAIL, sms="13800001234", branch="浦东")
        agent_id, operator_id = staff.user("agent"), staff.user("operator")
    numbers[client_id] = "11010519491231002X"
    browser = ask(app)
    prove(browser, letters.code_for(mailbox, MAIL))
    agent = staff.signed_in(app, agent_id)
    path = f"/clients/{client_id}/access/address"
    assert agent.post(path, {"contact": "1"}).status_code == 404
    operator = staff.signed_in(app, operator_id)
    operator.post(f"/users/{agent_id}/scope", {"branches": "浦东"})
    page = agent.get(f"/clients/{client_id}").text
    phone = re.findall(r'<option value="(\d+)">\+86\*\*\*\*1234', page)
    assert phone
    assert agent.post(path, {"contact": phone[0]}).status_code == 303
    assert browser.get("/my/").status_code == 302
    user_id = user_of(client_id)
    with work.unit(writes=False):
        assert work.session().get_one(User, user_id).phone == "+8613800001234"
        rows = work.session().scalars(select(AuditRow).where(AuditRow.verb == "address-changed"))
        assert [(row.actor_id, row.detail["by"]) for row in rows] == [(agent_id, "desk")]


def test_an_erased_client_signs_in_no_more_and_is_found_nowhere(
    app: Flask, mailbox: Mailbox
) -> None:
    client_id = client()
    browser = ask(app)
    prove(browser, letters.code_for(mailbox, MAIL))
    user_id = user_of(client_id)
    holders = [item for item in modules.loaded().items if item.personal_data is not None]
    with work.unit(), access.acting(access.SYSTEM):
        for item in reversed(holders):
            assert item.personal_data is not None
            item.personal_data.erase(client_id)
    assert browser.get("/my/").status_code == 302
    assert letters.rows_that_hold(MAIL, "王芳", "+8613800001234") == []
    with work.unit(writes=False):
        assert work.session().get_one(User, user_id).active is False


def test_the_firm_has_no_way_into_the_portal_nor_a_client_into_the_firm(
    app: Flask, mailbox: Mailbox
) -> None:
    with work.unit():
        broker_id = staff.user("broker")
    assert staff.signed_in(app, broker_id).get("/my/").status_code == 404
    client()
    browser = ask(app)
    prove(browser, letters.code_for(mailbox, MAIL))
    menu = browser.get("/my/").text
    for path in ("/clients/", "/users/", "/search", "/segments/"):
        assert f'href="{path}"' not in menu, path
    assert browser.get("/clients/").status_code == 403
