"""What the sandbox's pages show, read from the peers' file."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from channels.sandbox.store import opened

PAGE = 50  # rows
_URL = re.compile(r"<(https?://[^>\s]+)>")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the mailbox."""

    id: int
    at: datetime
    recipient: str
    subject: str


@dataclass(frozen=True, slots=True)
class Opened:
    """One e-mail as its reader sees it.

    Shape: `unsubscribe` is the one-click address, or empty.
    """

    id: int
    at: datetime
    sender: str
    recipient: str
    subject: str
    text: str
    html: str
    unsubscribe: str
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Thread:
    """A pretend phone and the last message it got."""

    number: str
    at: datetime
    body: str
    count: int


@dataclass(frozen=True, slots=True)
class Bubble:
    """One text message on a phone."""

    at: datetime
    sender: str
    body: str
    segments: int
    status: str
    error_code: int | None


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """The peers' file; an empty one when they never ran."""
    try:
        file = opened(path, reads=True)
    except FileNotFoundError:
        file = opened(Path(":memory:"))
    try:
        yield file
    finally:
        file.close()


def mailbox(path: Path, sought: str = "", before: int = 0) -> list[Line]:
    """The newest e-mails; one more than a page says that there are older ones.

    Shape: `sought` part of the recipient's address; `before` an id, for the page after it.
    """
    sql = (
        "SELECT id, at, recipient, substr(raw, 1, 8192) AS head FROM mail"
        " WHERE (? = '' OR instr(lower(recipient), lower(?)) > 0) AND (? = 0 OR id < ?)"
        " ORDER BY id DESC LIMIT ?"
    )
    with _reading(path) as file:
        rows = file.execute(sql, (sought, sought, before, before, PAGE + 1)).fetchall()
    return [
        Line(row["id"], _moment(row["at"]), row["recipient"], str(_parsed(row["head"])["Subject"]))
        for row in rows
    ]


def mail(path: Path, number: int) -> Opened | None:
    """One e-mail; None when there is none of this id."""
    with _reading(path) as file:
        row = file.execute("SELECT * FROM mail WHERE id = ?", (number,)).fetchone()
    if row is None:
        return None
    message = _parsed(row["raw"])
    is_one_click = "List-Unsubscribe-Post" in message
    found = _URL.search(str(message["List-Unsubscribe"] or "")) if is_one_click else None
    return Opened(
        id=row["id"],
        at=_moment(row["at"]),
        sender=str(message["From"] or row["sender"]),
        recipient=row["recipient"],
        subject=str(message["Subject"] or ""),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        unsubscribe=found.group(1) if found else "",
        headers=tuple((name, str(value)) for name, value in message.items()),
    )


def threads(path: Path, sought: str = "") -> list[Thread]:
    """The phones, the one that got the newest message first."""
    sql = (
        "SELECT recipient, at, body, n FROM sms JOIN (SELECT max(id) AS last, count(*) AS n FROM"
        " sms WHERE ? = '' OR instr(recipient, ?) > 0 GROUP BY recipient ORDER BY last DESC"
        " LIMIT ?) ON id = last ORDER BY id DESC"
    )
    with _reading(path) as file:
        rows = file.execute(sql, (sought, sought, PAGE)).fetchall()
    return [Thread(row["recipient"], _moment(row["at"]), row["body"], row["n"]) for row in rows]


def bubbles(path: Path, number: str) -> list[Bubble]:
    """What a phone got, newest first."""
    sql = (
        "SELECT at, sender, body, segments, status, error_code FROM sms WHERE recipient = ?"
        " ORDER BY id DESC LIMIT ?"
    )
    with _reading(path) as file:
        rows = file.execute(sql, (number, PAGE)).fetchall()
    return [Bubble(_moment(row["at"]), *tuple(row)[1:]) for row in rows]


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return "" if part is None else str(part.get_content())
