"""What was on a line when it broke, told from the server's side.

A message counts as *begun* when its body had begun to arrive and no reply was written, or the
reply was written and never read. Whether it was read the kernel tells: a socket closed with
unread data resets the line, one that was read to the end closes it in order. A client may also
die after it noted a message and before its first byte left; no server sees that, so every line
that broke adds at most one (`Tally.in_flight`).
"""

from __future__ import annotations

import asyncio
import socket


class Watch:
    """The state of one line."""

    def __init__(self) -> None:
        self.is_used = False  # messages come over it; a look-up's line is not counted
        self.is_parted = False  # the client said goodbye, or we closed an idle line
        self._is_arriving = False
        self._is_answered = False

    def body_arrives(self) -> None:
        """Bytes of a message came; whoever sends the next has read the reply before."""
        self.is_used = True
        self._is_arriving, self._is_answered = True, False

    def answers(self) -> None:
        """The reply to the message is written."""
        self._is_arriving, self._is_answered = False, True

    def part(self) -> None:
        """The line ends in order."""
        self.is_parted, self._is_answered = True, False

    def begun(self, error: Exception | None, transport: asyncio.BaseTransport | None) -> bool:
        """Whether a message was in flight when the line broke."""
        return self._is_arriving or (self._is_answered and _was_reset(error, transport))


def _was_reset(error: Exception | None, transport: asyncio.BaseTransport | None) -> bool:
    if error is not None:
        return True
    line = None if transport is None else transport.get_extra_info("socket")
    try:
        return line is not None and line.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0
    except OSError:
        return True
