"""From a message to a mailbox: gates, states, counts."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import select

from channels.consent import service as consent
from channels.consent.rules import Stop
from channels.deliveries import asking, dry_run, progress
from channels.deliveries.models import Delivery
from hub.clients.models import Contact
from hub.kernel import runner, work
from hub.kernel.messages import Content, post, post_to
from tests import make
from tests.channels.mailing import EVERYBODY, Mailbox, mailbox, states

__all__ = ["mailbox"]


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
