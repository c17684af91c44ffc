"""Look at a file's bytes: what it is, its encoding, its delimiter. Pure."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hub.kernel.imports.kinds import Refused
from hub.kernel.sentences import N_

TEXT, BOOK = "csv", "xlsx"  # formats
ENCODINGS = ("utf-8", "gb18030", "windows-1252")
DELIMITERS = (",", "\t", ";", "|")
BOM = codecs.BOM_UTF8
SAMPLE_BYTES = 65_536
SURE_SHARE = 0.8  # of the characters beyond ASCII must be everyday Chinese


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is to be read.

    Shape: `sure` False: a person must choose the encoding, or which of the `sheets`; `skip` bytes
        of a mark to leave out.
    """

    encoding: str
    delimiter: str
    sure: bool = True
    skip: int = 0
    header: bool = True
    format: str = TEXT
    sheet: str = ""
    sheets: Sequence[str] = ()

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return {name: getattr(self, name) for name in Form.__slots__}


def refuse_foreign(head: bytes) -> None:
    """Refuse what is no table, saying what to do; a workbook is looked at when it is whole.

    Raises: Refused.
    """
    if not head.removeprefix(BOM).strip():
        raise Refused(N_("The file is empty. Choose a file with a header and at least one row."))
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(
            N_("This workbook is of an old kind, or has a password. Save it as XLSX without one.")
        )
    if head.startswith((b"%PDF", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf")):
        raise Refused(N_("This is no table of text. Save the table as “CSV UTF-8”."))
    if not is_book(head) and _is_utf16(head):
        raise Refused(
            N_("This is UTF-16 (“Unicode text”). Save the table as “CSV UTF-8” and upload that.")
        )


def _is_utf16(head: bytes) -> bool:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    sample = head[:4096]
    halves = (sample[0::2], sample[1::2])
    return len(sample) > 3 and any(h.count(0) > 0.4 * len(h) for h in halves)  # noqa: PLR2004


def is_book(head: bytes) -> bool:
    """Whether a file begins like a workbook."""
    return head.startswith(b"PK\x03\x04")


def form(head: bytes, *, is_utf8: bool, whole: bool) -> Form:
    """How to read a file that begins with `head`.

    Shape: `is_utf8` was found over the whole file; `whole` when head is all of it.
    """
    if head.startswith(BOM):
        return Form("utf-8", delimiter(_lenient(head[3:], "utf-8")), skip=3)
    if is_utf8:
        return Form("utf-8", delimiter(_lenient(head, "utf-8")))
    found, sure = _legacy(head, whole=whole)
    return Form(found, delimiter(_lenient(head, found)), sure=sure)


def _legacy(head: bytes, *, whole: bool) -> tuple[str, bool]:
    """GB18030 when it reads like Chinese; else a guess that a person must confirm."""
    decoder = codecs.getincrementaldecoder("gb18030")("strict")
    try:
        text = decoder.decode(head, final=whole)
    except UnicodeDecodeError:
        share = _chinese_share(head.decode("gb18030", "ignore"))
        return ("gb18030" if share >= SURE_SHARE else "windows-1252"), False
    share = _chinese_share(text)
    return ("gb18030" if share >= SURE_SHARE / 2 else "windows-1252"), share >= SURE_SHARE


def _chinese_share(text: str) -> float:
    """Share of everyday Chinese among the characters beyond ASCII.

    Source: GB/T 2312 level 1 (rows 16 to 55) and its punctuation (rows 1 to 3).
    """
    beyond = [character for character in text if character > "\x7f"]
    if not beyond:
        return 0.0
    encoded = (character.encode("gb18030", "replace") for character in beyond)
    usual = sum(
        len(code) == 2 and (0xB0 <= code[0] <= 0xD7 or code[0] <= 0xA3) and code[1] >= 0xA1  # noqa: PLR2004
        for code in encoded
    )
    return usual / len(beyond)


def _lenient(head: bytes, encoding: str) -> str:
    return head[:SAMPLE_BYTES].decode(encoding, "replace")


def delimiter(sample: str) -> str:
    """The delimiter that splits the sample into the most even columns; a comma if none does."""
    scores = {mark: _evenness(sample, mark) for mark in DELIMITERS}
    best = max(DELIMITERS, key=lambda mark: scores[mark])
    return best if scores[best] > (0.0, 0) else ","


def _evenness(sample: str, mark: str) -> tuple[float, int]:
    """Shape: (share of lines with the usual number of columns, that number)."""
    widths: Counter[int] = Counter()
    try:
        for row in csv.reader(io.StringIO(sample[:20_000]), delimiter=mark):
            if row:
                widths[len(row)] += 1
            if widths.total() >= 30:  # noqa: PLR2004
                break
    except csv.Error:
        return (0.0, 0)
    if not widths:
        return (0.0, 0)
    width, count = widths.most_common(1)[0]
    return (0.0, 0) if width == 1 else (round(count / widths.total(), 1), width)
