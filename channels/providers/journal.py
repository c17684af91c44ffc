"""What one worker handed to the wire: a local file that survives kill -9 of its owner.

One write per entry and no fsync: the kernel keeps what a dead process wrote. If the host is
lost the file may be behind, so then the whole claim is uncertain and the file is not asked.
"""

from __future__ import annotations

import logging
import os
import re
from dataclasses import dataclass
from pathlib import Path

# An entry begins its own line, so that one torn by a full disk spoils no other.
_ENTRY = re.compile(rb"^(?:S (\d+)|R (\d+) (\S*) (\S*));$", re.MULTILINE)
_UNSAFE = re.compile(r"[^A-Za-z0-9._@+-]")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Noted:
    """The last thing noted about a delivery."""

    is_replied: bool
    code: str = ""
    provider_id: str = ""


class Journal:
    """Appends to one worker's file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        self._handle = os.open(path, flags, 0o600)

    def about_to_send(self, delivery_id: int) -> None:
        """Note that the next write may hand the message over.

        Raises: OSError when the disk does not take it; then the message must not be sent.
        """
        entry = b"\nS %d;" % delivery_id
        if os.write(self._handle, entry) != len(entry):
            raise OSError("the journal took only a part of an entry")

    def replied(self, delivery_id: int, code: str, provider_id: str) -> None:
        """Note the provider's answer; a full disk here only makes the recovery more careful."""
        answer = f"{_UNSAFE.sub('', code)} {_UNSAFE.sub('', provider_id)}"
        try:
            os.write(self._handle, f"\nR {delivery_id} {answer};".encode())
        except OSError as error:
            _log.warning("journal: a reply was not noted: %s", error)

    def clear(self) -> None:
        """Forget everything: call it when all outcomes are recorded."""
        os.ftruncate(self._handle, 0)

    def close(self) -> None:
        """Let the file go."""
        os.close(self._handle)


def read(path: Path) -> dict[int, Noted]:
    """The last state noted for each delivery; a torn entry counts as not written.

    Shape: delivery id → Noted; empty when the file does not exist.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return {}
    found: dict[int, Noted] = {}
    for sent, replied, code, provider_id in _ENTRY.findall(raw):
        if sent:
            found[int(sent)] = Noted(is_replied=False)
        else:
            found[int(replied)] = Noted(True, code.decode(), provider_id.decode())
    return found
