"""Guessing passwords: counted, refused, forgotten; it stalls nobody's writing."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask_security.utils import get_hmac
from passlib.hash import argon2  # type: ignore[import-untyped]
from sqlalchemy import func, select, update

from hub.accounts import limits
from hub.accounts.models import Attempt, User
from hub.kernel import doors, store, work
from hub.kernel.errors import TooMany
from tests import staff

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
At = Callable[[datetime], AbstractContextManager[None]]


def make_user(email: str) -> int:
    with work.unit():
        return staff.user("manager", email=email)


def guess(app: Flask, email: str, *, address: str = "127.0.0.1") -> int:
    browser = staff.Browser(app)
    browser.get("/login")
    form = {"email": email, "password": "not this one"}
    where = {"REMOTE_ADDR": address}
    return browser.post("/login", form, environ_overrides=where).status_code


def counted() -> int:
    with work.unit(writes=False):
        return work.session().scalar(select(func.count()).select_from(Attempt)) or 0


def test_the_eleventh_guess_is_refused_whether_the_account_exists_or_not(app: Flask) -> None:
    make_user("zhou@firm.example")
    pages = []
    for email in ("zhou@firm.example", "nobody@firm.example"):
        for _ in range(10):
            assert guess(app, email) == 422
        answer = staff.Browser(app).sign_in(email.upper())
        assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 900
        pages.append(re.sub(r'value="[^"]+"', "", answer.text.split("<main")[1]))
    assert pages[0] == pages[1]
    assert counted() == 20


def test_the_right_password_waits_too_and_works_when_the_window_is_over(app: Flask, at: At) -> None:
    make_user("zhou@firm.example")
    with at(NOON):
        for _ in range(10):
            guess(app, "zhou@firm.example")
        assert staff.Browser(app).sign_in("zhou@firm.example").status_code == 429
    with at(NOON + timedelta(minutes=15, seconds=1)):
        assert staff.Browser(app).sign_in("zhou@firm.example").status_code == 302
        with work.unit():
            limits.purge()
    assert counted() == 0


def test_signing_in_is_no_failure(app: Flask) -> None:
    make_user("zhou@firm.example")
    for _ in range(12):
        assert staff.Browser(app).sign_in("zhou@firm.example").status_code == 302
    assert counted() == 0


def test_one_address_trying_many_mailboxes_is_stopped(app: Flask) -> None:
    for number in range(100):
        with work.unit():
            address = limits.tried(f"a{number}", "2001:db8::1", secret="x")
        with work.unit(writes=False):
            limits.begin(address)
    with work.unit(writes=False), pytest.raises(TooMany):
        limits.begin(limits.tried("another", "2001:db8::ffff:2", secret="x"))
    with work.unit(writes=False):
        limits.begin(limits.tried("another", "2001:db8:0:1::1", secret="x"))


def test_it_counts_without_redis(app: Flask) -> None:
    make_user("zhou@firm.example")
    store.bind("redis://127.0.0.1:1/0")
    statuses = [guess(app, "zhou@firm.example") for _ in range(11)]
    assert statuses == [422] * 10 + [429]


def test_the_table_of_tries_names_nobody(app: Flask) -> None:
    guess(app, "zhou@firm.example")
    with work.unit(writes=False):
        rows = str(work.session().execute(select(Attempt.mailbox, Attempt.address)).all())
    assert "zhou" not in rows
    assert "127.0.0.1" not in rows


def test_a_password_is_checked_without_the_lock_on_the_database(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_user("zhou@firm.example")
    lock = doors.lock_of(app, "signin.enter_by_password")
    assert lock is not None
    assert lock.reads
    checked: list[str] = []
    found = User.verify_and_update_password

    def check(user: User, password: str) -> bool:
        work.apart(lambda: checked.append("somebody else wrote meanwhile"))
        return bool(found(user, password))

    monkeypatch.setattr(User, "verify_and_update_password", check)
    assert staff.Browser(app).sign_in("zhou@firm.example").status_code == 302
    assert checked == ["somebody else wrote meanwhile"]


def test_a_password_hashed_by_old_rules_is_hashed_anew_at_sign_in(app: Flask) -> None:
    user_id = make_user("zhou@firm.example")
    with work.unit():
        other = argon2.using(rounds=1, memory_cost=128, parallelism=1)
        old = other.hash(get_hmac(staff.PASSWORD))
        work.session().execute(update(User).where(User.id == user_id).values(password=old))
    assert staff.Browser(app).sign_in("zhou@firm.example").status_code == 302
    with work.unit(writes=False):
        now = work.session().scalars(select(User.password).where(User.id == user_id)).one()
    assert now != old
    assert staff.Browser(app).sign_in("zhou@firm.example").status_code == 302
