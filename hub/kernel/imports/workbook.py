"""Workbooks (XLSX): opened without trust, their sheets, and each cell as the text it stands for."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Callable
from datetime import datetime, time
from typing import IO, Any, TypeVar

from openpyxl import load_workbook

from hub.kernel.imports.kinds import Refused
from hub.kernel.sentences import N_

T = TypeVar("T")

MB = 1024 * 1024
# What a part of the file may unpack to: sheets are streamed, the rest is held in memory.
SHEET_MB, WORDS_MB, OTHER_MB = 1_024, 64, 16
_HELD = ("[Content_Types]", "xl/workbook", "xl/styles", "xl/theme/", "xl/_rels/", "docProps/")
EXACT = 10**15  # a number of a workbook has 15 digits; what is longer has lost its last ones
_ZEROS = re.compile(r"0{2,}")
DAMAGED = N_(
    "The workbook cannot be read. Open it in a spreadsheet, save it as XLSX or as “CSV UTF-8” and "
    "upload that file."
)
TOO_LARGE = N_(
    "The workbook unpacks to more than %(most)s MB. Save the sheet as “CSV UTF-8” and upload that."
)
NO_SHEET = N_("The workbook has no sheet with cells.")


def opened(file: IO[bytes], *, results: bool = True) -> Any:
    """The workbook, its sheets streamed; `results` of formulas, else the formulas.

    Raises: Refused, saying what to do.
    """
    guarded(lambda: _refuse_bombs(file))
    return guarded(lambda: load_workbook(file, read_only=True, data_only=results, keep_links=False))


def guarded(step: Callable[[], T]) -> T:
    """Do something with a workbook that may be broken in any way.

    Raises: Refused.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and the like, which nobody reads here
            return step()
    except Refused:
        raise
    except Exception as error:
        raise Refused(DAMAGED) from error


def sheets(file: IO[bytes]) -> list[str]:
    """Names of the sheets, those that are shown first.

    Raises: Refused.
    """
    book = opened(file)
    found = sorted(book.worksheets, key=lambda sheet: sheet.sheet_state != "visible")
    names = [str(sheet.title) for sheet in found]
    book.close()
    if not names:
        raise Refused(NO_SHEET)
    return names


def _refuse_bombs(file: IO[bytes]) -> None:
    """No part is unpacked that says it is too large; what says less than it has is cut off."""
    with zipfile.ZipFile(file) as archive:
        for part in archive.infolist():
            most = _most_mb(part.filename)
            if most is not None and part.file_size > most * MB:
                raise Refused(TOO_LARGE, most=most)


def _most_mb(name: str) -> int | None:
    if name.startswith("xl/worksheets/"):
        return SHEET_MB
    if name == "xl/sharedStrings.xml":
        return WORDS_MB
    return OTHER_MB if name.startswith(_HELD) else None


def text_of(cell: Any) -> str:
    """A cell as the text it stands for: whole numbers without a point, days as 2026-03-31."""
    match cell.value:
        case None:
            text = ""
        case bool() as truth:
            text = str(truth).upper()
        case int() | float() as number:
            text = _number(number, cell.number_format)
        case datetime() as moment:
            text = _moment(moment)
        case other:
            text = str(other)
    return text


def _number(number: float, pattern: str | None) -> str:
    """A number as a spreadsheet shows it; one that lost digits looks shortened, and is refused."""
    if abs(number) >= EXACT or number != int(number):
        return format(float(number), ".15g")
    text = str(int(number))
    # A number of clients or of an identity card is often shown with zeros before it.
    return text.zfill(len(pattern)) if pattern and _ZEROS.fullmatch(pattern) else text


def _moment(moment: datetime) -> str:
    is_day = moment.time() == time()
    return moment.date().isoformat() if is_day else moment.isoformat(" ", "seconds")
