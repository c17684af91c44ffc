"""Port: turn a file into records, a stretch at a time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import IO, Any, Protocol

from hub.kernel.imports.sniff import Form
from hub.kernel.sentences import N_

MAX_RECORD_BYTES = 524_288  # a longer line is refused unread: it is no row of a table
MAX_CELL_CHARACTERS = 32_767  # what a cell of a spreadsheet holds
MAX_COLUMNS = 200
MAX_ROWS_READ = 5_000  # of one step

Reason = tuple[str, str, dict[str, Any]]  # field ("" = the line), msgid, args


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where reading goes on: always the first byte of a line."""

    byte: int = 0
    line: int = 1
    seq: int = 0
    inside_long: bool = False  # in the middle of a line that is too long

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return {name: getattr(self, name) for name in Cursor.__slots__}


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its cells, or why it cannot be read."""

    line: int
    cells: list[str]
    reasons: tuple[Reason, ...] = ()


@dataclass(slots=True)
class Stretch:
    """What one step has read."""

    cursor: Cursor
    records: list[Record] = field(default_factory=list)
    notices: list[Any] = field(default_factory=list)  # [msgid, args] pairs worth knowing


class Source(Protocol):
    """A file to read; `key` is the same as long as it is this reading of it."""

    @property
    def size(self) -> int:
        """Its bytes."""
        ...

    @property
    def key(self) -> str:
        """Of this reading."""
        ...

    def window(self, byte: int) -> bytes:
        """The bytes from one on, more than the longest record has."""
        ...

    def whole(self) -> IO[bytes]:
        """All of it, to be read anywhere; the caller closes it."""
        ...


class Reader(Protocol):
    """Reads one file format, resumable at any record.

    Shape: a cursor's `byte` grows to the file's size, and reaches it with the last record.
    """

    def read(self, source: Source, cursor: Cursor, *, form: Form) -> Stretch:
        """Read whole records from `cursor` on.

        Raises: Refused when the file cannot be read at all.
        """
        ...

    def fit(self, record: Record, width: int) -> Record:
        """The record with as many cells as the header, or refused."""
        ...


def judged(line: int, cells: list[str]) -> Record:
    """A record of these cells, refused when one is too long or cannot be stored."""
    if len(max(cells, key=len)) > MAX_CELL_CHARACTERS:
        place = next(i for i, c in enumerate(cells) if len(c) > MAX_CELL_CHARACTERS)
        text = N_("column %(column)s has %(count)s characters, at most %(most)s are taken")
        values = {
            "column": place + 1, "count": len(cells[place]), "most": MAX_CELL_CHARACTERS,
        }  # fmt: skip
        return Record(line, [cell[:100] for cell in cells[:MAX_COLUMNS]], (("", text, values),))
    if any("\0" in cell for cell in cells):
        clean = [cell.replace("\0", "") for cell in cells]
        return Record(line, clean, (("", N_("the line holds a NUL character"), {}),))
    return Record(line, cells)


def ragged(record: Record, width: int) -> Record:
    """The record, refused when it has not as many cells as the header."""
    count = len(record.cells)
    if record.reasons or count == width:
        return record
    if count > width and not any(record.cells[width:]):
        return replace(record, cells=record.cells[:width])
    if count > width:
        text = N_("%(count)s columns where the header has %(width)s: is a quote missing?")
    else:
        text = N_("only %(count)s columns where the header has %(width)s")
    reason: Reason = ("", text, {"count": count, "width": width})
    return Record(record.line, record.cells[:MAX_COLUMNS], (reason,))
