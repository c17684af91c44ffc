"""The readers there are, by the format of a file."""

from __future__ import annotations

from hub.kernel.imports.book_reading import BookReader
from hub.kernel.imports.csv_reading import CsvReader
from hub.kernel.imports.reading import Reader
from hub.kernel.imports.sniff import BOOK, TEXT

_READERS: dict[str, Reader] = {TEXT: CsvReader(), BOOK: BookReader()}


def reader_for(name: str) -> Reader:
    """The reader of a format."""
    return _READERS[name]
