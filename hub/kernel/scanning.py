"""The scan port: what a virus scanner says of a file. Without a scanner all is clean."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clamav_client.clamd import (
    BufferTooLongError,
    ClamdError,
    ClamdNetworkSocket,
    ClamdUnixSocket,
)

from hub.kernel.errors import Unavailable

ANSWER_S = 60.0
PING_S = 5.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scanner said; `found` names what it found."""

    is_clean: bool
    found: str = ""


_address: list[str] = [""]


def bind(address: str) -> None:
    """Say where clamd listens: "host:port" or a socket's path; empty: there is none."""
    _address[:] = [address]


def is_configured() -> bool:
    """Whether files are scanned at all."""
    return bool(_address[0])


def scan(path: Path) -> Verdict:
    """Have a file scanned.

    Raises: Unavailable when clamd does not answer: the file waits.
    """
    if not _address[0]:
        return Verdict(is_clean=True)
    try:
        with _clamd(ANSWER_S) as clamd, path.open("rb") as file:
            status, found = clamd.instream(file).get("stream", ("ERROR", None))
    except BufferTooLongError:
        return Verdict(is_clean=False, found="larger than the scanner takes")
    except (OSError, ClamdError) as error:
        raise Unavailable("the virus scanner does not answer: files wait until it does") from error
    if status not in {"OK", "FOUND"}:
        raise Unavailable("the virus scanner could not read this file: it waits")
    return Verdict(is_clean=status == "OK", found=str(found or ""))


def ping() -> bool:
    """Whether clamd answers; True without one."""
    if not _address[0]:
        return True
    try:
        with _clamd(PING_S) as clamd:
            return bool(clamd.ping())
    except (OSError, ClamdError):
        return False


@contextlib.contextmanager
def _clamd(timeout_s: float) -> Iterator[ClamdNetworkSocket]:
    """A connection that is closed even where the library leaves it open: it was never made."""
    host, colon, port = _address[0].rpartition(":")
    clamd = (
        ClamdNetworkSocket(host, int(port), timeout_s)
        if colon and port.isdecimal()
        else ClamdUnixSocket(_address[0], int(timeout_s))
    )
    try:
        yield clamd
    finally:
        with contextlib.suppress(AttributeError):  # it fails before there is a socket
            clamd.clamd_socket.close()
