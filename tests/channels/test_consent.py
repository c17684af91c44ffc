"""Consent, suppression, unsubscribe and pace."""

from __future__ import annotations

import email
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from channels.consent import service as consent
from channels.consent.models import Consent
from channels.consent.rules import Source, Stop
from channels.deliveries import asking, dry_run, pace
from hub.clients import flags
from hub.clients.models import Address, Contact
from hub.kernel import clock, parameters, runner, store, work
from hub.kernel.errors import Invalid
from hub.kernel.messages import MessageClass, post, post_to
from hub.kernel.outbox import OutboxRow
from tests import make
from tests.channels.mailing import EVERYBODY, Mailbox, mailbox, states

__all__ = ["mailbox"]


@pytest.mark.feature("M11")
def test_one_click_unsubscribes_without_a_cookie_and_a_get_never_does(
    mailbox: Mailbox, app: Flask
) -> None:
    with work.unit():
        person = make.client(email="a@mail.example", consent_to=("promotion",))
        post(make.message(), person)
    runner.drain()
    raw = mailbox.mails[0].original_content
    assert raw is not None
    mail = email.message_from_bytes(raw)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = mail["List-Unsubscribe"].strip("<>")
    path = url.removeprefix(app.config["HUB"].public_url)
    browser = app.test_client(use_cookies=False)
    assert browser.get(path).status_code == 200
    assert why(person) == {"email": ""}
    answer = browser.post(path, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert why(person) == {"email": "consent_refused"}
    assert browser.post(path[:-1] + "x").status_code == 404


def why(person: int) -> dict[str, str]:
    with work.unit(writes=False):
        return dry_run.why(asking.of_message(make.message()), person)


@pytest.mark.feature("M05")
def test_the_ledger_keeps_every_statement_with_its_proof(app: Flask) -> None:
    del app
    with work.unit():
        person = make.client(email="a@mail.example", consent_to=("promotion",))
        address = make.session().scalar(
            select(Contact.address_id).where(Contact.client_id == person)
        )
        consent.withdraw(address, (MessageClass.PROMOTION,), source=Source.STAFF, proof="call 17")
        consent.state(
            consent.Statement(granted=True, classes=(MessageClass.PROMOTION,),
                              source=Source.STAFF, proof="form 3", wording="I agree."),
            select(Contact.address_id).where(Contact.client_id == person),
        )  # fmt: skip
    with work.unit(writes=False):
        rows = (
            work.session()
            .execute(select(Consent.granted, Consent.proof).order_by(Consent.id))
            .all()
        )
        assert [(row.granted, row.proof) for row in rows] == [
            (True, "note"), (False, "call 17"), (True, "form 3"),
        ]  # fmt: skip
    with pytest.raises(Invalid), work.unit():
        consent.state(
            consent.Statement(granted=True, source=Source.STAFF, proof="", wording=""),
            select(Contact.address_id),
        )


def said(address: int, granted: bool, days_ago: int) -> None:
    consent.state(
        consent.Statement(
            granted=granted, classes=(MessageClass.PROMOTION,), source=Source.STAFF,
            proof=f"{granted} {days_ago}", wording="I agree.",
            said_at=clock.now() - timedelta(days=days_ago),
        ),
        select(Address.id).where(Address.id == address),
    )  # fmt: skip


@pytest.mark.feature("M05")
@pytest.mark.parametrize(
    ("statements", "agrees"),
    [
        ([(False, 1), (True, 30)], False),
        ([(True, 1), (False, 30)], True),
        ([(True, 2), (False, 2)], False),
        ([(False, 2), (True, 2)], False),
        ([(True, 9), (False, 5), (True, 1)], True),
    ],
)
def test_the_newest_statement_counts_whenever_it_was_recorded(
    app: Flask, statements: list[tuple[bool, int]], agrees: bool
) -> None:
    del app
    with clock.set_to(clock.now()), work.unit():
        person = make.client(email="a@mail.example")
        address = address_of(person)
        for granted, days_ago in statements:
            said(address, granted, days_ago)
    with work.unit():
        now = work.session().scalar(select(flags.is_set("consent_promotion", Address.flags)))
        assert bool(now) is agrees
        assert flags.wrong("consent_promotion") == 0
        work.session().execute(update(Address).values(flags=0))
        assert flags.rebuild("consent_promotion") == int(agrees)


def address_of(person: int) -> int:
    found = work.session().scalar(select(Contact.address_id).where(Contact.client_id == person))
    assert found is not None
    return found


@pytest.mark.feature("M11")
def test_the_same_unsubscribe_link_again_writes_nothing_more(mailbox: Mailbox, app: Flask) -> None:
    with work.unit():
        person = make.client(email="a@mail.example", consent_to=("promotion",))
        post(make.message(), person)
    runner.drain()
    mail = email.message_from_bytes(mailbox.mails[0].original_content or b"")
    path = mail["List-Unsubscribe"].strip("<>").removeprefix(app.config["HUB"].public_url)
    browser = app.test_client(use_cookies=False)
    for _ in range(3):
        assert browser.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
        assert browser.post(path).status_code == 303
    with work.unit(writes=False):
        statements = work.session().scalars(select(Consent.granted).order_by(Consent.id))
        assert list(statements) == [True, False]
    with work.unit():
        said(address_of(person), granted=True, days_ago=0)
    assert browser.post(path).status_code == 303
    assert why(person) == {"email": "consent_refused"}


@pytest.mark.feature("M06")
def test_a_suppressed_address_gets_nothing_but_codes_until_its_time_is_over(app: Flask) -> None:
    del app
    with work.unit():
        person = make.client(email="a@mail.example", consent_to=("promotion", "service"))
        address = make.session().scalar(
            select(Contact.address_id).where(Contact.client_id == person)
        )
        consent.suppress(address, Stop.BOUNCED, days=3)
    with work.unit(writes=False):
        for klass in MessageClass:
            told = dry_run.why(asking.of_message(make.message(klass=klass)), person)
            assert told == {"email": "" if klass is MessageClass.CODE else "suppressed"}
    with clock.set_to(clock.now() + timedelta(days=4)), work.unit():
        consent.lift_expired()
    assert why(person) == {"email": ""}


@pytest.mark.feature("M09")
def test_the_pace_is_shared_and_an_empty_bucket_waits(mailbox: Mailbox) -> None:
    with work.unit():
        parameters.set_from("channels.email_rate", "1", valid_from=clock.now().date())
        pace.forget()
        for number in range(30):
            make.client(email=f"c{number}@mail.example", consent_to=("promotion",))
        post_to(make.message(), EVERYBODY)
    assert store.take("email", 20, rate=1, burst=20).tokens == 20
    runner.drain()
    assert mailbox.mails == []
    assert states() == {"queued": 30}
    store.give_back("email", 20, burst=20)
    with work.unit():
        work.session().execute(update(OutboxRow).values(due_at=clock.now()))
    runner.drain()
    reserve = 4  # a fifth of the bucket is kept for upper lanes
    assert 20 - reserve <= len(mailbox.mails) < 30
    pace.forget()
