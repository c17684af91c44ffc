"""What arrived at the peers: an own SQLite file, written by their process, read by the pages."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import astuple, dataclass
from pathlib import Path

FILE = "sandbox.db"  # in the data folder

_TABLES = """
CREATE TABLE IF NOT EXISTS mail (
  id INTEGER PRIMARY KEY, at REAL NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL,
  key TEXT NOT NULL, raw BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS mail_key ON mail (key);
CREATE INDEX IF NOT EXISTS mail_recipient ON mail (recipient, id);
CREATE TABLE IF NOT EXISTS sms (
  id INTEGER PRIMARY KEY, at REAL NOT NULL, sid TEXT NOT NULL UNIQUE, sender TEXT NOT NULL,
  recipient TEXT NOT NULL, body TEXT NOT NULL, callback TEXT NOT NULL, key TEXT NOT NULL,
  segments INTEGER NOT NULL, status TEXT NOT NULL, error_code INTEGER);
CREATE INDEX IF NOT EXISTS sms_key ON sms (key);
CREATE INDEX IF NOT EXISTS sms_recipient ON sms (recipient, id);
CREATE TABLE IF NOT EXISTS broken (
  id INTEGER PRIMARY KEY, at REAL NOT NULL, peer TEXT NOT NULL, begun INTEGER NOT NULL);
"""
_MAIL = "INSERT INTO mail (at, sender, recipient, key, raw) VALUES (?, ?, ?, ?, ?)"
_SMS = (
    "INSERT INTO sms (at, sid, sender, recipient, body, callback, key, segments, status,"
    " error_code) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_STATUS = "UPDATE sms SET status = ?, error_code = ? WHERE sid = ?"
_BROKEN = "INSERT INTO broken (at, peer, begun) VALUES (?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail that was accepted.

    Shape: `key` tells deliveries apart: the Message-ID.
    """

    at: float
    sender: str
    recipient: str
    key: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Sms:
    """A text message that was accepted.

    Shape: `key` tells deliveries apart: the address of its status reports.
    """

    at: float
    sid: str
    sender: str
    recipient: str
    body: str
    callback: str
    key: str
    segments: int
    status: str = "queued"
    error_code: int | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """What a peer counted.

    Shape: `arrived` distinct deliveries; `copies` all messages; `begun` messages whose body had
        begun to arrive and whose reply was not read when the line broke; `broken` lines that
        ended without a farewell.
    """

    arrived: int
    copies: int
    begun: int
    broken: int

    @property
    def duplicated(self) -> int:
        """Copies beyond the first of each delivery."""
        return self.copies - self.arrived

    @property
    def in_flight(self) -> int:
        """`begun`, and at most one more for each line that was open when it broke."""
        return self.begun + self.broken


def opened(path: Path, *, reads: bool = False) -> sqlite3.Connection:
    """The peers' file; with `reads` nothing can be written.

    Raises: FileNotFoundError when it is to be read and the peers never ran.
    """
    if reads and not path.is_file():
        raise FileNotFoundError(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    if reads:
        connection.execute("PRAGMA query_only = 1")
    else:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA secure_delete = ON")  # a person's messages are overwritten
        connection.executescript(_TABLES)
    return connection


class Store:
    """Writes in small groups: what was added is in the file after `flush`."""

    def __init__(self, path: Path) -> None:
        self._file = opened(path)
        self._mail: list[Mail] = []
        self._sms: list[Sms] = []
        self._status: list[tuple[str, int | None, str]] = []
        self._broken: list[tuple[float, str, int]] = []

    def add_mail(self, mail: Mail) -> None:
        """An e-mail arrived."""
        self._mail.append(mail)

    def add_sms(self, sms: Sms) -> None:
        """A text message arrived."""
        self._sms.append(sms)

    def set_status(self, sid: str, status: str, error_code: int | None = None) -> None:
        """A text message went on."""
        self._status.append((status, error_code, sid))

    def add_broken(self, peer: str, *, begun: bool) -> None:
        """A line ended without a farewell."""
        self._broken.append((time.time(), peer, int(begun)))

    def flush(self) -> sqlite3.Connection:
        """Write what was added in one transaction; gives the connection, to read from it."""
        if self._mail or self._sms or self._status or self._broken:
            self._file.execute("BEGIN IMMEDIATE")
            self._file.executemany(_MAIL, map(astuple, self._mail))
            self._file.executemany(_SMS, map(astuple, self._sms))
            self._file.executemany(_STATUS, self._status)
            self._file.executemany(_BROKEN, self._broken)
            self._file.execute("COMMIT")
            for rows in (self._mail, self._sms, self._status, self._broken):
                rows.clear()
        return self._file

    def empty(self) -> None:
        """Throw everything away."""
        self.flush().executescript("DELETE FROM mail; DELETE FROM sms; DELETE FROM broken;")

    def close(self) -> None:
        """Write the rest and let the file go."""
        self.flush()
        self._file.close()


def tally(connection: sqlite3.Connection, peer: str) -> Tally:
    """Count a peer, "mail" or "sms"."""
    table = {"mail": "mail", "sms": "sms"}[peer]
    counted = f"SELECT count(DISTINCT key), count(*) FROM {table}"  # noqa: S608  # a literal
    arrived, copies = connection.execute(counted).fetchone()
    lines = "SELECT coalesce(sum(begun), 0), count(*) FROM broken WHERE peer = ?"
    begun, broken = connection.execute(lines, (peer,)).fetchone()
    return Tally(arrived, copies, begun, broken)
