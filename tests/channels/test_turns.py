"""How long a worker goes on sending a claim: while its batch goes and nobody above waits."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from channels.deliveries import service, wire
from channels.deliveries.models import Attempt, Batch
from hub.kernel import runner, work
from hub.kernel.messages import MessageClass, post, post_to
from tests import make
from tests.channels.mailing import EVERYBODY, Mailbox, mailbox, states

__all__ = ["mailbox"]

MANY = 40


@pytest.fixture(autouse=True)
def short_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every message is a turn of its own: after each one somebody may step in."""
    monkeypatch.setattr(wire, "ACT_S", 0.0)


def to_all() -> int:
    with work.unit():
        for number in range(MANY):
            make.client(email=f"c{number}@mail.example", consent_to=("promotion",))
        return post_to(make.message(), EVERYBODY)


def the_batch() -> int:
    with work.unit(writes=False):
        return work.session().scalars(select(Batch.id).order_by(Batch.id)).first() or 0


def pause() -> None:
    batch = the_batch()
    with work.unit():
        service.pause(batch)


@pytest.mark.feature("M14")
def test_a_pause_is_heard_in_the_middle_of_a_claim(mailbox: Mailbox) -> None:
    mailbox.meanwhile[3] = pause
    to_all()
    runner.drain()
    assert 3 <= len(mailbox.mails) <= 5  # what was on the wire then arrives
    assert states()["queued"] == MANY - len(mailbox.mails)
    mailbox.meanwhile.clear()
    batch = the_batch()
    with work.unit():
        service.resume(batch)
    runner.drain()
    assert len(set(mailbox.to())) == len(mailbox.mails) == MANY


def test_a_code_does_not_wait_for_the_end_of_a_claim(mailbox: Mailbox) -> None:
    def ask_for_a_code() -> None:
        with work.unit():
            person = make.client(email="code@mail.example")
            post(make.message(klass=MessageClass.CODE), person)

    mailbox.meanwhile[3] = ask_for_a_code
    to_all()
    runner.drain()
    arrived = [address for mail in mailbox.mails for address in mail.rcpt_tos]
    assert arrived.index("code@mail.example") <= 6
    assert len(arrived) == MANY + 1


def test_while_nobody_waits_a_claim_is_sent_to_its_end(mailbox: Mailbox) -> None:
    to_all()
    runner.drain()
    assert len(mailbox.mails) == MANY
    with work.unit(writes=False):
        moments = work.session().scalar(select(func.count(Attempt.at.distinct())))
    assert moments == 1  # recorded together: one claim
