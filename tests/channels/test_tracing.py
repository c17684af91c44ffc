"""From a request to the mailbox: one id all the way, counted, and nobody named in the log."""

from __future__ import annotations

import json

import pytest
import structlog
from sqlalchemy import select

from channels.deliveries.models import Batch
from hub.kernel import outbox, runner, tally, tracing, work
from hub.kernel.messages import post, post_to
from hub.kernel.outbox import OutboxRow
from tests import make
from tests.channels.mailing import EVERYBODY, Mailbox, mailbox

__all__ = ["mailbox"]

REQUEST = "edge-7f3a.0001"
PEOPLE = {
    "name": "王小明", "email": "wang.xiaoming@mail.example", "sms": "13800138000",
}  # fmt: skip


def test_a_message_and_its_jobs_know_the_request_behind_them(mailbox: Mailbox) -> None:
    with tracing.following(REQUEST), work.unit():
        make.client(email="li@mail.example", consent_to=("promotion",))
        post_to(make.message(), EVERYBODY)
    runner.drain()
    assert mailbox.to() == ["li@mail.example"]
    with work.unit(writes=False):
        assert work.session().scalars(select(Batch.origin)).all() == [REQUEST]
        sent = select(OutboxRow.origin).where(OutboxRow.job.startswith("channels."))
        assert set(work.session().scalars(sent)) == {REQUEST}


def test_what_the_provider_said_and_the_gates_stopped_is_counted(mailbox: Mailbox) -> None:
    tally.forget()
    with work.unit():
        make.client(email="a@mail.example", consent_to=("promotion",))
        make.client(email="b@mail.example", consent_to=("promotion",))
        make.client(email="c@mail.example")
        post_to(make.message(), EVERYBODY)
    mailbox.refuse["b@mail.example"] = "550 no such user"
    runner.drain()
    sums = tally.sums()
    assert sums["provider", "email", "sent"] == 1
    assert sums["provider", "email", "failed"] == 1
    stopped = {key[2]: value for key, value in sums.items() if key[0] == "suppressed"}
    assert sum(stopped.values()) == 1


@pytest.mark.parametrize("trouble", ["", "550 no such user wang.xiaoming@mail.example"])
def test_no_line_of_the_log_names_who_got_a_message(mailbox: Mailbox, trouble: str) -> None:
    if trouble:
        mailbox.refuse[PEOPLE["email"]] = trouble
    with structlog.testing.capture_logs(
        processors=[structlog.contextvars.merge_contextvars]
    ) as lines:
        with tracing.following(REQUEST), work.unit():
            person = make.client(**PEOPLE, consent_to=("promotion",))
            post(make.message(), person)
            outbox.defer("channels.send", "broken", batch_id=10**9, first=1, last=2)
        runner.drain()
    told = json.dumps(lines, default=str, ensure_ascii=False)
    failed = [line for line in lines if line["event"] == "job_failed"]
    assert failed
    assert all(line["request_id"] == REQUEST for line in failed)
    for trace in PEOPLE.values():
        assert trace not in told
