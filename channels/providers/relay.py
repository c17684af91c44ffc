"""One open line to a mail relay, spoken to in bulk: every reply read, mapped to its message.

Source: RFC 5321 (SMTP), RFC 2920 (pipelining).
"""

from __future__ import annotations

import contextlib
import select
import smtplib
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from channels.providers.base import Notes, Outcome, State
from channels.providers.mime import Letter

_CHUNK = 65536  # bytes
_LONGEST_REPLY = 65536  # bytes: more than that is no SMTP
_GO_AHEAD, _CLOSING = 354, 421
_TEMPORARY, _PERMANENT = 400, 500  # first codes of their class, RFC 5321 §4.2.1


class Broken(Exception):
    """The line is gone: closed, out of time, or no SMTP."""


class NotNoted(Broken):
    """The journal takes nothing: no message may be sent."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the relay answered to one command."""

    code: int
    text: str

    @property
    def is_good(self) -> bool:
        """Whether it took the command."""
        return self.code < _TEMPORARY

    def outcome(self, letter: Letter) -> Outcome:
        """What this answer makes of the message it ends."""
        state = State.FAILED if self.code >= _PERMANENT else State.RETRY
        if self.is_good:
            state = State.SENT
        raw = f"{self.code} {self.text}"
        return Outcome(letter.envelope.delivery_id, state, "", str(self.code), raw)


@lru_cache(maxsize=512)
def _parsed(line: bytes) -> tuple[Reply, bool]:
    """A line of a reply, and whether it is the last; a relay says the same ones again and again.

    Raises: Broken.
    """
    if not line[:3].isdigit():
        raise Broken("not a reply of SMTP")
    return Reply(int(line[:3]), line[4:].decode("utf-8", "replace")), line[3:4] != b"-"


class Relay:
    """A line that smtplib opened and signed in; from here on we speak on its socket."""

    def __init__(self, host: smtplib.SMTP, timeout_s: float) -> None:
        assert host.sock is not None
        self._host = host
        self._sock: socket.socket = host.sock
        self._timeout_s = timeout_s
        self._buffer = b""
        self._needs_reset = False
        self._current: Letter | None = None  # announced and awaited: the relay said 354
        self._is_handed_over = False  # the final dot of `_current` may be on the wire
        self.announced: Letter | None = None  # not begun when the line broke
        self.pipelining = host.has_extn("pipelining")
        with contextlib.suppress(OSError):
            self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @property
    def is_alive(self) -> bool:
        """Whether the idle line still stands: anything to read on it is a farewell."""
        try:
            return not select.select([self._sock], [], [], 0)[0]
        except (OSError, ValueError):
            return False

    def deliver(self, following: Callable[[], Letter | None], journal: Notes) -> Iterator[Outcome]:
        """Send what `following` gives until it gives none; one round trip for each message.

        Raises: Broken when the line is gone; then the one message whose last reply is missing
            was reported uncertain, and `announced` is the one that was not begun.
        """
        try:
            while True:
                self.announced = following()
                if self._current is None and self.announced is None:
                    return
                self._write(journal)
                if self._current is not None:
                    yield self._ended(self._current, journal)
                if self.announced is not None and (refusal := self._open(self.announced)):
                    yield refusal
        except (OSError, Broken) as error:
            if self._current is not None and self._is_handed_over:
                yield _lost(self._current, error)
            elif self._current is not None:
                self.announced = self._current
            raise error if isinstance(error, Broken) else Broken(str(error)) from error

    def _write(self, journal: Notes) -> None:
        """In one write: the content that is awaited, and what announces the message after it."""
        out = b""
        if self._current is not None:
            try:
                journal.about_to_send(self._current.envelope.delivery_id)
            except OSError as error:
                raise NotNoted(str(error)) from error
            self._is_handed_over = True
            out = self._current.content
        if self.pipelining and self.announced is not None:
            out += b"".join(self._commands(self.announced))
        if out:
            self._sock.sendall(out)

    def _commands(self, letter: Letter) -> list[bytes]:
        """What announces a message; RSET first when the one before was refused half-way."""
        opening = [
            b"MAIL FROM:<" + letter.sender + b">\r\n",
            b"RCPT TO:<" + letter.recipient + b">\r\n",
            b"DATA\r\n",
        ]
        return [b"RSET\r\n", *opening] if self._needs_reset else opening

    def _ended(self, letter: Letter, journal: Notes) -> Outcome:
        outcome = self._read().outcome(letter)
        journal.replied(outcome.delivery_id, outcome.code, outcome.provider_id)
        self._current, self._is_handed_over = None, False
        return outcome

    def _open(self, letter: Letter) -> Outcome | None:
        """Read what the relay says to an announced message; None when it awaits the content."""
        replies = self._announce(letter)
        if self._needs_reset:
            replies.pop(0)
        if any(reply.code == _CLOSING for reply in replies):
            raise Broken("the relay closes the line")
        refusal = next((reply for reply in replies if not reply.is_good), None)
        is_awaited = replies[-1].code == _GO_AHEAD
        self._needs_reset = refusal is not None and not is_awaited
        self.announced = None
        if refusal is None:
            self._current = letter
            return None
        if is_awaited:  # RFC 2920 §3.1: a relay may say 354 with no recipient left
            self._sock.sendall(b".\r\n")
            self._read()
        return refusal.outcome(letter)

    def _announce(self, letter: Letter) -> list[Reply]:
        commands = self._commands(letter)
        if self.pipelining:
            return [self._read() for _ in commands]
        replies: list[Reply] = []
        for command in commands:
            self._sock.sendall(command)
            replies.append(self._read())
            if not replies[-1].is_good:
                break
        return replies

    def _read(self) -> Reply:
        """The next reply, which may have several lines."""
        reply, is_last = _parsed(self._line())
        if is_last:
            return reply
        texts = [reply.text]
        while not is_last:
            reply, is_last = _parsed(self._line())
            texts.append(reply.text)
        return Reply(reply.code, " ".join(texts))

    def _line(self) -> bytes:
        end = self._buffer.find(b"\n")
        if end < 0:
            until = time.monotonic() + self._timeout_s
            while end < 0:
                chunk = self._sock.recv(_CHUNK)
                self._buffer += chunk
                if not chunk or len(self._buffer) > _LONGEST_REPLY or time.monotonic() > until:
                    raise Broken("closed" if not chunk else "no whole reply in time")
                end = self._buffer.find(b"\n")
        line, self._buffer = self._buffer[:end], self._buffer[end + 1 :]
        return line.rstrip(b"\r")

    def drop(self) -> None:
        """Let the line go without a word."""
        self._host.close()

    def quit(self) -> None:
        """Part politely."""
        with contextlib.suppress(OSError, smtplib.SMTPException):
            self._host.quit()
        self._host.close()


def _lost(letter: Letter, error: Exception) -> Outcome:
    return Outcome(letter.envelope.delivery_id, State.UNCERTAIN, letter.message_id, "", str(error))
