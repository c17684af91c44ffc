"""A real mailbox behind the relay, and what the tests of deliveries ask."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from sqlalchemy import select

from channels.deliveries import pace, wire
from channels.deliveries.models import Delivery
from hub.clients.models import Client
from hub.kernel import clock, runner, work
from hub.kernel.config import Config
from hub.kernel.messages import post_to
from tests import make, servers


class Mailbox:
    """A real SMTP server that keeps what arrives."""

    def __init__(self) -> None:
        self.mails: list[Envelope] = []
        self.refuse: dict[str, str] = {}
        self.meanwhile: dict[int, Callable[[], None]] = {}  # after so many mails, in a thread

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd names it
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        del server, session
        self.mails.append(envelope)
        if act := self.meanwhile.get(len(self.mails)):
            await asyncio.to_thread(act)
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


def scheduled(count: int) -> int:
    """A batch whose gates have answered, waiting for its time."""
    with work.unit():
        for number in range(count):
            make.client(email=f"c{number}@mail.example", consent_to=("promotion",))
        tomorrow = clock.now() + timedelta(days=1)
        batch = post_to(make.message(at=tomorrow), EVERYBODY)
    runner.drain()
    return batch
