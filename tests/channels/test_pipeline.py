"""From a message to a mailbox: gates, states, pause, resume, and what a dead worker leaves."""

from __future__ import annotations

import email
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from sqlalchemy import select, update

from channels.consent import service as consent
from channels.consent.models import Consent
from channels.consent.rules import Source, Stop
from channels.deliveries import asking, dry_run, pace, prepare, progress, recovery, service, wire
from channels.deliveries.models import Batch, Delivery
from channels.providers.journal import Journal
from hub.clients.models import Client, Contact
from hub.kernel import clock, owners, parameters, runner, store, work
from hub.kernel.config import Config
from hub.kernel.errors import Conflict, Invalid
from hub.kernel.messages import Content, MessageClass, post, post_to
from hub.kernel.outbox import OutboxRow
from tests import make, servers


class Mailbox:
    """A real SMTP server that keeps what arrives."""

    def __init__(self) -> None:
        self.mails: list[Envelope] = []
        self.refuse: dict[str, str] = {}

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        del server, session
        self.mails.append(envelope)
        return "250 OK"

    def to(self) -> list[str]:
        return sorted(address for mail in self.mails for address in mail.rcpt_tos)


@pytest.fixture
def mailbox(app: Flask) -> Iterator[Mailbox]:
    box, port = Mailbox(), servers.free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    config: Config = app.config["HUB"]
    wire.bind(replace(config, sandbox_smtp_port=port))
    pace.forget()
    yield box
    wire.part()
    controller.stop()
    wire.bind(config)


EVERYBODY = select(Client.id).order_by(Client.id)


def states() -> dict[str, int]:
    with work.unit(writes=False):
        rows = work.session().execute(select(Delivery.state, Delivery.reason))
        return dict(Counter(f"{row.state} {row.reason}".strip() for row in rows))


@pytest.mark.feature("M01")
def test_a_message_leaves_when_its_cause_is_committed(mailbox: Mailbox) -> None:
    with work.unit():
        person = make.client(email="li@mail.example", consent_to=("promotion",))
        post(make.message(), person)
    runner.drain()
    assert mailbox.to() == ["li@mail.example"]
    assert states() == {"sent": 1}


@pytest.mark.feature("M01")
def test_nothing_leaves_when_its_cause_rolls_back(mailbox: Mailbox) -> None:
    with work.unit():
        person = make.client(email="li@mail.example", consent_to=("promotion",))
    with pytest.raises(RuntimeError, match="no"), work.unit():
        post(make.message(), person)
        raise RuntimeError("no")
    runner.drain()
    assert mailbox.mails == []
    assert states() == {}


@pytest.mark.feature("M02")
def test_each_recipient_ends_in_one_state_and_the_counts_add_up(mailbox: Mailbox) -> None:
    with work.unit():
        make.client(email="a@mail.example", consent_to=("promotion",))
        make.client(email="b@mail.example")
        make.client(sms="13800000001", consent_to=("promotion",))
        make.client(email="d@mail.example", consent_to=("promotion",))
        make.client(email="e@mail.example", consent_to=("promotion",))
        make.client(email="e@mail.example")
        stopped = make.client(email="f@mail.example", consent_to=("promotion",))
        address = make.session().scalar(
            select(Contact.address_id).where(Contact.client_id == stopped)
        )
        consent.suppress(address, Stop.BOUNCED)
        batch = post_to(make.message(), EVERYBODY)
    mailbox.refuse["d@mail.example"] = "550 no such user"
    runner.drain()
    assert mailbox.to() == ["a@mail.example", "e@mail.example"]
    assert states() == {
        "sent": 2, "failed refused": 1, "suppressed no_address": 1, "suppressed no_consent": 1,
        "suppressed same_address": 1, "suppressed suppressed": 1,
    }  # fmt: skip
    with work.unit(writes=False):
        counts = progress.counts(batch)
        assert counts["state"] == "done"
        assert counts["snapshot"] == 7 == sum(counts["states"].values())


@pytest.mark.feature("M19")
def test_the_dry_run_says_what_the_send_then_does(mailbox: Mailbox) -> None:
    with work.unit():
        make.client(
            email="a@mail.example", sms="13800000001", consent_to=("promotion",), city="上海"
        )
        make.client(email="a@mail.example", consent_to=("promotion",), city="北京")
        make.client(email="c@mail.example", consent_to=("promotion",))
        nobody = make.client()
    texts = {"zh": {"subject": "{{ city }}", "text": "x", "sms": "{{ city }}"}}
    words = make.message(content=Content(texts=texts), channels=("email", "sms"))
    with work.unit(writes=False):
        report = dry_run.run(asking.of_message(words), EVERYBODY)
        why = dry_run.why(asking.of_message(words), nobody)
    assert report.people == 4
    assert why == {"email": "no_address", "sms": "no_address"}
    forecast = Counter({f"{line.channel} {line.reason}": line.count for line in report.lines})
    with work.unit():
        post_to(words, EVERYBODY)
    runner.drain()
    with work.unit(writes=False):
        rows = work.session().execute(select(Delivery.channel, Delivery.reason)).all()
    assert Counter(f"{row.channel} {row.reason}" for row in rows) == forecast
    assert forecast["email same_address"] == 1
    assert forecast["email missing_variable"] == 1


@pytest.mark.feature("M14")
def test_pause_stops_and_resume_goes_on_without_skipping_or_doubling(mailbox: Mailbox) -> None:
    with work.unit():
        for number in range(30):
            make.client(email=f"c{number}@mail.example", consent_to=("promotion",))
        batch = post_to(make.message(), EVERYBODY)
        prepare.slice_gates(batch)
        prepare.slice_gates(batch, after=10**9)
        service.pause(batch, "a look first")
    runner.drain()
    assert mailbox.mails == []
    with work.unit():
        make.client(email="late@mail.example", consent_to=("promotion",))
        service.resume(batch)
    runner.drain()
    assert len(mailbox.to()) == len(set(mailbox.to()))
    assert states() == {"sent": 30}


@pytest.mark.feature("M14")
def test_cancel_ends_what_is_queued_for_good(mailbox: Mailbox) -> None:
    batch = scheduled(5)
    with work.unit():
        service.cancel(batch)
    runner.drain()
    assert mailbox.mails == []
    assert states() == {"cancelled": 5}
    with pytest.raises(Conflict), work.unit():
        service.resume(batch)


def scheduled(count: int) -> int:
    """A batch whose gates have answered, waiting for its time."""
    with work.unit():
        for number in range(count):
            make.client(email=f"c{number}@mail.example", consent_to=("promotion",))
        tomorrow = clock.now() + timedelta(days=1)
        batch = post_to(make.message(at=tomorrow), EVERYBODY)
    runner.drain()
    return batch


def test_the_same_cause_is_sent_once(mailbox: Mailbox) -> None:
    del mailbox
    with work.unit():
        make.client(email="a@mail.example", consent_to=("promotion",))
        words = make.message()
        post_to(words, EVERYBODY)
    with pytest.raises(Conflict), work.unit():
        post_to(words, EVERYBODY)


def test_what_a_dead_worker_left_is_sent_uncertain_or_queued_again(
    mailbox: Mailbox, app: Flask
) -> None:
    batch = scheduled(3)
    owner = f"{owners.me().split('.')[0]}.999999.1"
    assert owners.is_dead(owner)
    with work.unit():
        ids = sorted(work.session().scalars(select(Delivery.id)))
        work.session().execute(update(Delivery).values(state="submitting", owner=owner))
        work.session().execute(update(Batch).values(state="sending"))
    journal = Journal(recovery.journal_of(owner))
    journal.about_to_send(ids[0])
    journal.replied(ids[0], "250", "<id@hub>")
    journal.about_to_send(ids[1])
    runner.recover(owner)
    assert states() == {"sent": 1, "uncertain reply_lost": 1, "queued": 1}
    assert not recovery.journal_of(owner).exists()
    with work.unit():
        work.session().execute(update(Batch).values(state="paused"))
        service.resume(batch)
    runner.drain()
    assert states() == {"sent": 2, "uncertain reply_lost": 1}
    assert len(mailbox.mails) == 1


def test_a_relay_that_is_away_loses_nothing_and_says_why(app: Flask) -> None:
    config: Config = app.config["HUB"]
    wire.bind(replace(config, sandbox_smtp_port=1))
    pace.forget()
    with work.unit():
        make.client(email="a@mail.example", consent_to=("promotion",))
        batch = post_to(make.message(), EVERYBODY)
    runner.drain()
    assert states() == {"queued": 1}
    with work.unit(writes=False):
        assert "refused" in progress.counts(batch)["why"].lower()
    wire.bind(config)


def test_resend_goes_to_failed_ones_only(mailbox: Mailbox) -> None:
    mailbox.refuse["b@mail.example"] = "550 no such user"
    with work.unit():
        make.client(email="a@mail.example", consent_to=("promotion",))
        make.client(email="b@mail.example", consent_to=("promotion",))
        batch = post_to(make.message(), EVERYBODY)
    runner.drain()
    mailbox.refuse.clear()
    with work.unit():
        assert service.resend_failed(batch) == 1
    runner.drain()
    assert mailbox.to() == ["a@mail.example", "b@mail.example"]
    assert states() == {"sent": 2}


def test_a_template_that_cannot_be_read_is_refused_before_anything_is_stored(app: Flask) -> None:
    del app
    texts = {"zh": {"subject": "{{ name", "text": "x"}}
    with pytest.raises(Invalid, match="subject"), work.unit():
        post_to(make.message(content=Content(texts=texts)), EVERYBODY)


@pytest.mark.feature("M11")
def test_one_click_unsubscribes_without_a_cookie_and_a_get_never_does(
    mailbox: Mailbox, app: Flask
) -> None:
    with work.unit():
        person = make.client(email="a@mail.example", consent_to=("promotion",))
        post(make.message(), person)
    runner.drain()
    mail = email.message_from_bytes(mailbox.mails[0].original_content)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = mail["List-Unsubscribe"].strip("<>")
    path = url.removeprefix(app.config["HUB"].public_url)
    browser = app.test_client(use_cookies=False)
    assert browser.get(path).status_code == 200
    assert why(person) == {"email": ""}
    answer = browser.post(path, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert why(person) == {"email": "no_consent"}
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
    grant = store.take("email", 495, rate=10, burst=500)
    assert grant.tokens == 495
    runner.drain()
    assert mailbox.mails == []
    assert states() == {"queued": 30}
    store.give_back("email", 495, burst=500)
    with work.unit():
        work.session().execute(update(OutboxRow).values(due_at=clock.now()))
    runner.drain()
    assert states() == {"sent": 30}
    pace.forget()
