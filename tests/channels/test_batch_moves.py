"""Pause, resume, cancel, resend, and what a dead worker or relay leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from channels.deliveries import claims, pace, progress, records, recovery, service, slicing, wire
from channels.deliveries.claims import Claimed
from channels.deliveries.models import Batch, Delivery
from channels.providers.base import Outcome
from channels.providers.base import State as Told
from channels.providers.journal import Journal
from hub.clients.models import Contact
from hub.kernel import clock, owners, rescue, runner, work
from hub.kernel.config import Config
from hub.kernel.errors import Conflict, Invalid
from hub.kernel.messages import Content, post_to
from tests import make
from tests.channels.mailing import EVERYBODY, Mailbox, mailbox, scheduled, states

__all__ = ["mailbox"]


@pytest.mark.feature("M14")
def test_pause_stops_and_resume_goes_on_without_skipping_or_doubling(mailbox: Mailbox) -> None:
    with work.unit():
        for number in range(30):
            make.client(email=f"c{number}@mail.example", consent_to=("promotion",))
        batch = post_to(make.message(), EVERYBODY)
        slicing.slice_gates(batch)
        slicing.slice_gates(batch, after=10**9)
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
        work.session().execute(update(Batch).values(state="sending", due_at=clock.now()))
    journal = Journal(recovery.journal_of(owner))
    journal.about_to_send(ids[0])
    journal.replied(ids[0], "250", "<id@hub>")
    journal.about_to_send(ids[1])
    rescue.recover(owner)
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


@pytest.mark.feature("M14")
def test_a_batch_paused_before_its_time_waits_for_it_when_resumed(mailbox: Mailbox) -> None:
    batch = scheduled(3)
    with work.unit():
        service.pause(batch)
    with work.unit():
        service.resume(batch)
    runner.drain()
    assert mailbox.mails == []
    with clock.set_to(clock.now() + timedelta(days=2)):
        runner.drain()
    assert states() == {"sent": 3}


@pytest.mark.feature("M14")
def test_cancelling_while_the_gates_are_asked_accounts_for_everybody(mailbox: Mailbox) -> None:
    with work.unit():
        make.client(email="a@mail.example", consent_to=("promotion",))
        make.client(email="b@mail.example")
        batch = post_to(make.message(), EVERYBODY)
    with work.unit():
        service.cancel(batch)
    runner.drain()
    assert mailbox.mails == []
    assert states() == {"cancelled": 1, "suppressed no_consent": 1}
    with work.unit(writes=False):
        assert progress.counts(batch)["snapshot"] == 2


def test_a_batch_whose_gate_is_gone_is_held_and_goes_on_where_it_stopped(mailbox: Mailbox) -> None:
    with work.unit():
        make.client(email="a@mail.example", consent_to=("promotion",))
        batch = post_to(make.message(), EVERYBODY)
        work.session().get_one(Batch, batch).gates = ["no_address", "gone"]
    runner.drain()
    assert states() == {}
    with work.unit():
        assert work.session().get_one(Batch, batch).state == "held"
        work.session().get_one(Batch, batch).gates = ["no_address", "no_consent"]
        service.resume(batch)
    runner.drain()
    assert mailbox.to() == ["a@mail.example"]


@pytest.mark.feature("M14")
def test_what_was_on_its_way_when_a_batch_was_cancelled_ends_cancelled_too(
    mailbox: Mailbox,
) -> None:
    batch = sending(5)
    claimed = claim_all(batch)
    with work.unit():
        service.cancel(batch)
    unsent = [wire.Said(Outcome(row.id, Told.UNSENT)) for row in claimed.rows[:3]]
    later = [wire.Said(Outcome(row.id, Told.RETRY)) for row in claimed.rows[3:]]
    with work.unit():
        records.record(claimed, unsent + later)
    assert mailbox.mails == []
    assert states() == {"cancelled": 5}


def test_a_contact_taken_away_meanwhile_gets_nothing(mailbox: Mailbox) -> None:
    batch = sending(2)
    with work.unit():
        gone = work.session().scalars(select(Contact)).first()
        work.session().delete(gone)
    claim = claim_all(batch)
    assert len(claim.rows) == 1
    assert states() == {"submitting": 1, "suppressed no_address": 1}
    assert mailbox.mails == []


def test_a_far_worker_whose_lease_is_over_leaves_only_those_claims_uncertain(app: Flask) -> None:
    del app
    sending(2)
    with work.unit():
        first, second = work.session().scalars(select(Delivery).order_by(Delivery.id))
        for row, hours in ((first, -1), (second, 1)):
            row.state, row.owner = "submitting", "elsewhere.1.2"
            row.lease_until = clock.now() + timedelta(hours=hours)
    with work.unit():
        recovery.look_for_dead()
    assert states() == {"uncertain host_lost": 1, "submitting": 1}


def sending(count: int) -> int:
    """A batch that is being sent, all of it queued."""
    batch = scheduled(count)
    with work.unit():
        work.session().get_one(Batch, batch).state = "sending"
    return batch


def claim_all(batch: int) -> Claimed:
    part = {"batch_id": batch, "first": 0, "last": 10**9}
    ready = claims.ready(**part)
    assert isinstance(ready, claims.Ready)
    with work.unit():
        claimed = claims.claim(owners.me(), ready=ready, **part)
    assert isinstance(claimed, Claimed)
    return claimed
