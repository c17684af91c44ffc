"""One-time codes: who gets one, what it opens, what is left of it afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from channels.deliveries.models import Batch, Delivery
from hub.accounts import codes, service
from hub.accounts.models import Code
from hub.accounts.rules import Purpose
from hub.kernel import access, clock, runner, work
from hub.kernel.audit import AuditRow
from tests import letters, staff
from tests.accounts.code_world import WHO, ask, client_user, enter
from tests.channels.mailing import Mailbox, mailbox

__all__ = ["mailbox"]

At = Callable[..., AbstractContextManager[None]]


def refusals() -> list[str]:
    with work.unit(writes=False):
        rows = work.session().scalars(select(AuditRow).where(AuditRow.verb == "sign-in-failed"))
        return [f"{row.detail['via']}: {row.detail['reason']}" for row in rows]


def test_a_client_signs_in_by_a_code_alone(app: Flask, mailbox: Mailbox) -> None:
    client_user()
    browser = ask(app)
    code = letters.code_for(mailbox, WHO)
    answer = enter(browser, f" {code[:3]} {code[3:]} ")
    assert answer.status_code == 302
    assert browser.get("/my/").status_code == 200
    assert browser.get("/clients/").status_code == 403


def test_the_code_can_be_read_nowhere_once_it_is_sent(
    app: Flask, mailbox: Mailbox, capfd: pytest.CaptureFixture[str]
) -> None:
    client_user()
    ask(app)
    with work.unit(writes=False):
        assert work.session().scalars(select(Batch)).all() == []  # not made before it is sent
    code = letters.code_for(mailbox, WHO)
    assert letters.rows_that_hold(code) == []
    with work.unit(writes=False):
        batch = work.session().scalars(select(Batch)).one()
        assert (batch.state, batch.sealed) == ("done", None)
        assert work.session().scalars(select(Delivery)).one().person_id is None
    assert code not in "".join(capfd.readouterr())


def test_before_it_is_sent_the_code_stands_sealed(app: Flask, mailbox: Mailbox) -> None:
    client_user()
    mailbox.refuse[WHO] = "450 come back later"
    ask(app)
    runner.drain()
    with work.unit(writes=False):
        batch = work.session().scalars(select(Batch)).one()
        assert batch.sealed
        assert not re.search(r"\b\d{6}\b", str(batch.sealed))
        assert batch.variables == {"minutes": "9"}


def test_a_stranger_gets_the_same_answers_and_no_letter(app: Flask, mailbox: Mailbox) -> None:
    client_user()
    pages = []
    for email in (WHO, "nobody@mail.example"):
        browser = ask(app, email)
        page = browser.get("/login/code/enter").text + enter(browser, "000000").text
        pages.append(re.sub(r'value="[^"]+"|content="[^"]+"', "", page))
    assert pages[0] == pages[1]
    runner.drain()
    assert mailbox.to() == [WHO]


def test_a_code_is_good_once(app: Flask, mailbox: Mailbox) -> None:
    client_user()
    browser, thief = ask(app), staff.Browser(app)
    code = letters.code_for(mailbox, WHO)
    assert enter(browser, code).status_code == 302
    thief.get("/login/code")
    with thief.client.session_transaction() as session, work.unit(writes=False):
        number = work.session().scalars(select(Code.id)).one()
        session["asked"] = {"code": number, "who": "", "next": "/"}
    assert enter(thief, code).status_code == 422
    assert refusals() == ["code: wrong-code"]


def test_the_sixth_try_fails_even_with_the_right_code(app: Flask, mailbox: Mailbox) -> None:
    client_user()
    browser = ask(app)
    code = letters.code_for(mailbox, WHO)
    wrong = "000000" if code != "000000" else "111111"
    assert [enter(browser, wrong).status_code for _ in range(5)] == [422] * 5
    assert enter(browser, code).status_code == 422
    assert refusals() == ["code: wrong-code"] * 6


def test_a_new_code_voids_the_old_one(app: Flask, mailbox: Mailbox) -> None:
    client_user()
    first = ask(app)
    old = letters.code_for(mailbox, WHO)
    second = ask(app)
    new = letters.code_for(mailbox, WHO)
    assert enter(first, old).status_code == 422
    assert enter(second, new).status_code == 302


def test_a_code_of_ten_minutes_ago_opens_nothing(app: Flask, mailbox: Mailbox, at: At) -> None:
    client_user()
    start = clock.now()
    with at(start):
        browser = ask(app)
        code = letters.code_for(mailbox, WHO)
    with at(start + timedelta(minutes=10)):
        assert enter(browser, code).status_code == 422


def test_a_code_that_could_not_leave_in_time_never_leaves(
    app: Flask, mailbox: Mailbox, at: At
) -> None:
    client_user()
    start = clock.now()
    mailbox.refuse[WHO] = "450 come back later"
    with at(start):
        ask(app)
        runner.drain()
    mailbox.refuse.clear()
    for minutes in (2, 11, 60):
        if minutes == 2:
            with work.unit():  # its next try would come after its time
                work.session().execute(
                    update(Delivery).values(due_at=start + timedelta(minutes=30))
                )
        with at(start + timedelta(minutes=minutes)):
            runner.drain()
    assert mailbox.mails == []


def test_a_wish_for_a_code_that_waited_too_long_makes_none(
    app: Flask, mailbox: Mailbox, at: At
) -> None:
    client_user()
    start = clock.now()
    with at(start):
        ask(app)
    with at(start + timedelta(minutes=11)):
        runner.drain()
    assert mailbox.mails == []
    with work.unit(writes=False):
        assert work.session().scalars(select(Code.mark)).one() is None


def test_a_locked_user_gets_no_code_and_no_way_in(app: Flask, mailbox: Mailbox) -> None:
    user_id = client_user()
    browser = ask(app)
    code = letters.code_for(mailbox, WHO)
    with work.unit(), access.acting(access.SYSTEM):
        service.lock(user_id)
    assert enter(browser, code).status_code == 422
    ask(app)
    runner.drain()
    assert len(mailbox.mails) == 1


def test_of_many_who_use_one_code_at_once_one_comes_in(app: Flask, mailbox: Mailbox) -> None:
    client_user()
    ask(app)
    code = letters.code_for(mailbox, WHO)
    with work.unit(writes=False):
        code_id = work.session().scalars(select(Code.id)).one()

    def use(_number: int) -> bool:
        try:
            with work.unit():
                codes.use(code_id, Purpose.SIGN_IN, code)
        except codes.WrongCode:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(use, range(24))) == 1
