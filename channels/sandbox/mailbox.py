"""A mail relay that keeps what it is given; it offers PIPELINING and fails on demand."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from typing import AnyStr

from aiosmtpd.smtp import SMTP, Envelope, Session

from channels.sandbox.faults import Faults, Kind, Peer
from channels.sandbox.store import Mail, Store
from channels.sandbox.watch import Watch

_MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([^>\r\n]+)>", re.IGNORECASE | re.MULTILINE)
_HEAD = 16384  # bytes looked at for the Message-ID
_LARGEST = 50 * 1024 * 1024  # bytes of a message

logging.getLogger("mail.log").setLevel(logging.ERROR)  # it would note every recipient


class Line(SMTP):
    """One SMTP connection; knows what was on it when it broke."""

    def __init__(self, faults: Faults, store: Store, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            _Desk(faults, store),
            data_size_limit=_LARGEST,
            enable_SMTPUTF8=True,
            hostname="sandbox.localhost",
            ident="sandbox",
            loop=loop,
        )
        self._store = store
        self._watch = Watch()
        self._awaits_body = False

    async def push(self, status: AnyStr) -> None:
        """Reply; the reply after 354 is the one that ends a message."""
        if status[:3] in {"354", b"354"}:
            self._awaits_body = True
        elif self._awaits_body:
            self._awaits_body = False
            self._watch.answers()
        await super().push(status)

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        if self._awaits_body:
            self._watch.body_arrives()
        super().data_received(data)

    async def smtp_QUIT(self, arg: str) -> None:  # noqa: N802  # aiosmtpd's name
        """Part."""
        self._watch.part()
        await super().smtp_QUIT(arg)

    def connection_lost(self, error: Exception | None) -> None:
        """Note what was on the line."""
        begun = self._watch.begun(error, self.transport)
        if begun or (self._watch.is_used and not self._watch.is_parted):
            self._store.add_broken("mail", begun=begun)
        super().connection_lost(error)

    def break_off(self) -> None:
        """Break the line without a reply."""
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()

    def _timeout_cb(self) -> None:
        self._watch.part()
        super()._timeout_cb()  # type: ignore[no-untyped-call]


class _Desk:
    """What the relay does with each command."""

    def __init__(self, faults: Faults, store: Store) -> None:
        self._faults, self._store = faults, store

    async def handle_EHLO(  # noqa: N802  # aiosmtpd's name
        self, _: SMTP, session: Session, __: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        if self._faults.pipelining:
            responses.insert(1, "250-PIPELINING")  # the first line names the host
        return responses

    async def handle_RCPT(  # noqa: N802  # the same
        self, server: Line, _: Session, envelope: Envelope, address: str, __: list[str]
    ) -> str:
        if fault := self._faults.take(Peer.MAIL, address, Kind.REFUSE):
            return f"{fault.code or 550} refused by order"
        if self._faults.take(Peer.MAIL, address, Kind.BUSY):
            await server.push("421 busy by order")
            server.break_off()
            raise asyncio.CancelledError
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  # the same
        self, server: Line, _: Session, envelope: Envelope
    ) -> str:
        recipient = envelope.rcpt_tos[0]
        lost = self._faults.take(Peer.MAIL, recipient, Kind.LOSE)
        if not lost:
            self._keep(envelope)
        if lost or self._faults.take(Peer.MAIL, recipient, Kind.DROP):
            server.break_off()
            raise asyncio.CancelledError
        await self._faults.dawdle(Peer.MAIL, recipient)
        return "250 2.0.0 kept"

    def _keep(self, envelope: Envelope) -> None:
        raw = envelope.original_content or b""
        found = _MESSAGE_ID.search(raw, 0, _HEAD)
        at = time.time()
        key = found.group(1).decode("ascii", "replace") if found else f"none-{at}-{id(envelope)}"
        for recipient in envelope.rcpt_tos:
            self._store.add_mail(Mail(at, envelope.mail_from or "", recipient, key, raw))
