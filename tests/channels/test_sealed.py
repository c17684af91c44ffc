"""Secret words of a message: sealed, in time, gone afterwards."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from channels.deliveries import pace, secrets, wire
from channels.deliveries.models import Attempt, Batch
from channels.deliveries.service import Poster
from hub.kernel import access, clock, runner, work
from hub.kernel.errors import Conflict, Invalid
from hub.kernel.messages import Content, MessageClass, move, post, post_to_address, resend_failed
from tests import letters, make
from tests.channels.mailing import Mailbox, mailbox, states
from tests.channels.peers import Peers, config_for

__all__ = ["mailbox"]

TO = "someone@mail.example"
SECRET = "the-secret-4711"


def wish(**fields: Any) -> Any:
    texts = {"zh": {"subject": "码", "text": "{{ code }}", "sms": "验证码 {{ code }}"}}
    usual: dict[str, Any] = {
        "klass": MessageClass.CODE, "content": Content(texts=texts), "secret": {"code": SECRET},
        "valid_s": 600,
    }  # fmt: skip
    return make.message(**(usual | fields))


def queue(**fields: Any) -> int:
    with work.unit():
        return post_to_address(wish(**fields), TO)


def sealed() -> list[bool]:
    with work.unit(writes=False):
        return [text is not None for text in work.session().scalars(select(Batch.sealed))]


def test_it_arrives_and_stands_nowhere(app: Flask, mailbox: Mailbox) -> None:
    queue()
    assert letters.rows_that_hold(SECRET) == []  # nor before
    assert sealed() == [True]
    assert SECRET in letters.last(mailbox, TO)
    assert letters.rows_that_hold(SECRET) == []
    assert sealed() == [False]


def test_a_provider_who_repeats_it_is_not_quoted(app: Flask, mailbox: Mailbox) -> None:
    mailbox.refuse[TO] = f"550 I will not take {SECRET}"
    queue()
    runner.drain()
    assert states() == {"failed refused": 1}
    with work.unit(writes=False):
        assert "I will not take ***" in work.session().scalars(select(Attempt.raw)).one()
    assert letters.rows_that_hold(SECRET) == []


def test_a_code_to_a_client_goes_by_post_as_well(app: Flask, mailbox: Mailbox) -> None:
    with work.unit():
        post(wish(), make.client(email=TO))
    assert SECRET in letters.last(mailbox, TO)
    assert sealed() == [False]


def test_a_try_that_would_come_too_late_is_the_last(app: Flask, mailbox: Mailbox, at: Any) -> None:
    mailbox.refuse[TO] = "450 later"
    start = clock.now()
    with at(start):
        queue(valid_s=5)  # the next try is half a minute away
        runner.drain()
    assert states() == {"expired too_late": 1}
    assert sealed() == [False]


@pytest.mark.parametrize("pause", [False, True])
def test_what_waited_past_its_time_is_never_sent(
    app: Flask, mailbox: Mailbox, at: Any, *, pause: bool
) -> None:
    start = clock.now()
    with at(start):
        batch = queue()
        if pause:
            with work.unit(), access.acting(access.SYSTEM):
                move(batch, "pause")
    with at(start + timedelta(seconds=601)):
        if pause:
            with work.unit(), access.acting(access.SYSTEM):
                move(batch, "resume")
        runner.drain()
    assert mailbox.mails == []
    assert states() == {"expired too_late": 1}
    assert sealed() == [False]


def test_a_paused_code_is_ended_by_the_clock_alone(app: Flask, at: Any) -> None:
    start = clock.now()
    with at(start):
        batch = queue()
        with work.unit():
            move(batch, "pause")
    with at(start + timedelta(seconds=601)), work.unit(), access.acting(access.SYSTEM):
        secrets.expire()
    assert states() == {"expired too_late": 1}
    assert sealed() == [False]


def test_a_code_is_never_sent_a_second_time(app: Flask, mailbox: Mailbox) -> None:
    mailbox.refuse[TO] = "550 no"
    batch = queue()
    runner.drain()
    with pytest.raises(Conflict, match="second time"), work.unit():
        resend_failed(batch)


def test_only_codes_go_to_an_address_that_is_nobodys(app: Flask) -> None:
    with pytest.raises(Invalid), work.unit():
        post_to_address(make.message(), TO)


def test_a_cancelled_code_is_forgotten(app: Flask) -> None:
    batch = queue()
    with work.unit():
        move(batch, "cancel")
    assert sealed() == [False]


def test_no_page_of_a_batch_shows_who_got_a_code(app: Flask, mailbox: Mailbox) -> None:
    batch = queue()
    runner.drain()
    with work.unit(writes=False), access.acting(access.SYSTEM):
        assert work.session().execute(Poster().recipients(batch)).all() == []


@pytest.mark.database("sqlite")
def test_a_code_by_text_tells_the_carrier_how_long_it_is_good(app: Flask, tmp_path: Path) -> None:
    peers = Peers(config_for(tmp_path, secret_key=app.config["HUB"].secret_key))
    settings = app.config["HUB"]
    wire.bind(peers.config.settled())
    pace.forget()
    try:
        with work.unit():
            post_to_address(wish(channels=("sms",)), "13800001234")
        runner.drain()
        rows = peers.rows("SELECT body, recipient FROM sms")
        assert [(row["recipient"], SECRET in row["body"]) for row in rows] == [
            ("+8613800001234", True)
        ]
    finally:
        wire.part()
        wire.bind(settings)
        peers.stop()
    assert letters.rows_that_hold(SECRET) == []
