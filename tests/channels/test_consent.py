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
from hub.clients.models import Contact
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
        parameters.set_from("channels.email_rate", "10", valid_from=clock.now().date())
        pace.forget()
        for number in range(30):
            make.client(email=f"c{number}@mail.example", consent_to=("promotion",))
        post_to(make.message(), EVERYBODY)
    assert store.take("email", 20, rate=10, burst=20).tokens == 20
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
