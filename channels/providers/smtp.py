"""E-mail through a relay: Flask-Mail opens the line, the bulk path speaks on it."""

from __future__ import annotations

import functools
import os
import smtplib
import ssl
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

import flask_mail

from channels.providers.base import (
    Due,
    Envelope,
    MailParts,
    Notes,
    Outcome,
    Provider,
    State,
    Turn,
    side_by_side,
)
from channels.providers.headers import Unsendable
from channels.providers.mime import Composer, Letter
from channels.providers.relay import Broken, NotNoted, Relay
from hub.kernel.config import Config

_SMTPS = 465  # TCP: TLS from the first byte, RFC 8314
_FRUITLESS = 3  # lines that break in a row without one answer: the relay is not well
_FAR_LINES = 8
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """One account at one relay."""

    host: str
    port: int
    sender: str
    secret: str  # signs Message-IDs
    sender_name: str = ""
    user: str = ""
    password: str = ""
    starttls: bool = False
    lines: int = 1  # connections of one worker
    timeout_s: float = 30  # seconds for connecting, for a write and for each reply

    @classmethod
    def from_config(cls, config: Config) -> SmtpSettings:
        """The relay of this installation; in sandbox mode the peer on loopback."""
        settings = cls(
            host=config.smtp_host,
            port=config.smtp_port,
            sender=config.mail_from,
            secret=config.secret_key,
            sender_name=config.mail_from_name,
            user=config.smtp_user,
            password=config.smtp_password,
            starttls=config.smtp_tls and config.smtp_port != _SMTPS,
            lines=1 if config.smtp_host in _LOOPBACK else _FAR_LINES,
        )
        if not config.sandbox:
            return settings
        near = replace(settings, host="127.0.0.1", port=config.sandbox_smtp_port, lines=1)
        return replace(near, user="", password="", starttls=False)


class _BoundedConnection(flask_mail.Connection):
    """Flask-Mail's connection with a time-out and with certificates that are checked."""

    timeout_s: float = 30

    def configure_host(self) -> smtplib.SMTP | smtplib.SMTP_SSL:
        mail, context = self.mail, ssl.create_default_context()
        host: smtplib.SMTP | smtplib.SMTP_SSL
        if mail.use_ssl:
            host = smtplib.SMTP_SSL(
                mail.server, mail.port or _SMTPS, timeout=self.timeout_s, context=context
            )
        else:
            host = smtplib.SMTP(mail.server, mail.port or 0, timeout=self.timeout_s)
        try:
            if mail.use_tls:
                host.starttls(context=context)
            if mail.username and mail.password:
                host.login(mail.username, mail.password)
            host.ehlo_or_helo_if_needed()
        except BaseException:
            host.close()
            raise
        return host


class Smtp(Provider[MailParts]):
    """A relay; its lines stay open between batches, each process has its own."""

    name: ClassVar[str] = "smtp"
    channel: ClassVar[str] = "email"

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._composer = Composer(settings.sender, settings.sender_name, settings.secret)
        self._mail = flask_mail.Mail()
        self._mail.state = self._mail.init_mail(
            {
                "MAIL_SERVER": settings.host,
                "MAIL_PORT": settings.port,
                "MAIL_USERNAME": settings.user or None,
                "MAIL_PASSWORD": settings.password or None,
                "MAIL_USE_TLS": settings.starttls,
                "MAIL_USE_SSL": settings.port == _SMTPS,
            }
        )
        self._idle: list[Relay] = []
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._trouble = ""

    def send(
        self, envelopes: Iterable[Envelope[MailParts]], *, turn: Turn, journal: Notes
    ) -> Iterator[Outcome]:
        """Send what can be started in this turn; lines are shared out to threads."""
        due = Due(envelopes, turn)
        self._trouble = ""
        lines = min(self._settings.lines, len(due))
        yield from side_by_side(lambda: self._work(due, journal), lines)
        yield from due.rest("line" if self._trouble else "", self._trouble)

    def close(self) -> None:
        """Part politely from the relay."""
        while self._idle:
            line = self._idle.pop()
            line.quit() if self._process == os.getpid() else line.drop()

    def _work(self, due: Due[MailParts], journal: Notes) -> Iterator[Outcome]:
        """Use one line after the other until nothing is left to start."""
        fruitless = 0
        while not due.is_over and fruitless < _FRUITLESS:
            try:
                relay = self._line()
            except (OSError, smtplib.SMTPException) as error:
                self._trouble = str(error)
                return
            fruitless += 1
            for outcome in self._deliver(relay, due, journal):
                if outcome.state is not State.UNCERTAIN:
                    fruitless = 0
                yield outcome

    def _deliver(self, relay: Relay, due: Due[MailParts], journal: Notes) -> Iterator[Outcome]:
        refused: list[Outcome] = []
        is_sound = False
        try:
            yield from relay.deliver(lambda: self._next(due, refused), journal)
            is_sound = True
        except Broken as error:
            self._trouble = str(error)
            if isinstance(error, NotNoted):
                due.stop()
            if relay.announced and not due.give_back(relay.announced.envelope):
                number = relay.announced.envelope.delivery_id
                yield Outcome(number, State.RETRY, "", "line", str(error))
        finally:
            self._idle.append(relay) if is_sound else relay.drop()
        yield from refused

    def _next(self, due: Due[MailParts], refused: list[Outcome]) -> Letter | None:
        while envelope := due.take():
            try:
                return self._composer.letter(envelope)
            except Unsendable as error:
                number = envelope.delivery_id
                refused.append(Outcome(number, State.FAILED, "", error.code, str(error)))
        return None

    def _line(self) -> Relay:
        with self._lock:
            if self._process != os.getpid():  # forked: the open lines are the parent's
                self._process = os.getpid()
                while self._idle:
                    self._idle.pop().drop()
            while self._idle:
                if (line := self._idle.pop()).is_alive:
                    return line
                line.drop()
        connection = _BoundedConnection(self._mail)
        connection.timeout_s = self._settings.timeout_s
        return Relay(connection.configure_host(), self._settings.timeout_s)


@functools.cache
def smtp_for(settings: SmtpSettings) -> Smtp:
    """The provider of these settings: one in a process, so that its lines are kept."""
    return Smtp(settings)
