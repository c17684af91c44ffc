"""What the sandbox's peers got: gone after its days, and gone with its person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from channels.sandbox import keeping, queries
from channels.sandbox.store import FILE, Mail, Sms, Store
from hub.clients import erasure
from hub.kernel import access, clock, parameters, runner, work
from hub.kernel.config import Config
from tests import make
from tests.clients.test_erasure import holders_of

DAY_S = 86_400
NAME, MAILBOX, PHONE = "甄别离", "find.me@example.org", "+8613800001234"
OTHER = "other@example.org"


@pytest.fixture
def store(app: Flask) -> Iterator[Store]:
    config: Config = app.config["HUB"]
    for path in config.data.glob(f"{FILE}*"):
        path.unlink()
    store = Store(config.data / FILE)
    yield store
    store.close()


def path(app: Flask) -> Path:
    config: Config = app.config["HUB"]
    return config.data / FILE


def arrive(
    store: Store, *, days_ago: float = 0, mailbox: str = MAILBOX, phone: str = PHONE
) -> None:
    at = clock.now().timestamp() - days_ago * DAY_S
    raw = f"Subject: {NAME}\r\n\r\nDear {NAME}".encode()
    store.add_mail(Mail(at, "service@hub.example", mailbox, f"{mailbox}-{at}", raw))
    store.add_sms(
        Sms(at, f"SM{at}{phone}", "+10000", phone, f"{NAME} hello", "", f"{phone}-{at}", 1)
    )
    store.flush()


def recipients(app: Flask) -> list[str]:
    found = [line.recipient for line in queries.mailbox(path(app))]
    return sorted(found + [thread.number for thread in queries.threads(path(app))])


def test_messages_of_long_ago_go_and_the_firm_says_after_how_many_days(
    app: Flask, store: Store
) -> None:
    arrive(store, days_ago=31)
    arrive(store, days_ago=9, mailbox=OTHER, phone="+8613900000000")
    with work.unit():
        keeping.purge()
    assert recipients(app) == ["+8613900000000", OTHER]
    with work.unit(), access.acting(access.SYSTEM):
        parameters.set_from(keeping.DAYS.name, "7", valid_from=clock.firm_day())
    with work.unit():
        keeping.purge()
    assert recipients(app) == []


def test_a_full_slice_is_followed_by_the_next(
    app: Flask, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "SLICE", 2)
    for number in range(5):
        arrive(store, days_ago=40 + number)
    arrive(store, mailbox=OTHER)
    with work.unit():
        keeping.purge()
    runner.drain()
    assert recipients(app) == [PHONE, OTHER]


def test_where_the_peers_never_ran_there_is_nothing_to_do(app: Flask) -> None:
    for old in path(app).parent.glob(f"{FILE}*"):
        old.unlink()
    with work.unit():
        keeping.purge()
        keeping.forget([MAILBOX])
    assert not path(app).exists()


@pytest.mark.feature("S93")
def test_after_a_wipe_no_message_no_log_and_no_index_gives_the_person_back(
    app: Flask, store: Store, capfd: pytest.CaptureFixture[str]
) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        client = make.client(name=NAME, email=MAILBOX, sms=PHONE, consent_to=("promotion",))
        make.client(name="Somebody else", email=OTHER)
    runner.drain()
    arrive(store, mailbox=MAILBOX.upper())
    arrive(store, days_ago=3)
    arrive(store, mailbox=OTHER, phone="+8613900000000")
    traces = (NAME, MAILBOX, PHONE.removeprefix("+86"))
    assert holders_of(app, *traces)
    with work.unit(), access.acting(access.SYSTEM):
        erasure.erase(client)
    runner.drain()
    assert recipients(app) == ["+8613900000000", OTHER]
    assert holders_of(app, *traces) == []
    said = "".join(capfd.readouterr())
    assert [trace for trace in traces if trace in said] == []
    kept = b"".join(file.read_bytes() for file in path(app).parent.glob(f"{FILE}*"))
    assert MAILBOX.encode() not in kept.lower()
    assert PHONE.encode() not in kept
    assert OTHER.encode() in kept
