"""The file of refused rows: as they came, with the reason, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterable
from typing import IO

from flask_babel import gettext

from hub.kernel.imports.models import Import
from hub.kernel.imports.queries import reject_rows
from hub.kernel.sentences import shown

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
SPOOL_BYTES = 4_194_304
PAGE_ROWS = 2_000


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; the import takes the mark away again."""
    return f"'{cell}" if cell.startswith(DANGEROUS) else cell


def write(row: Import) -> IO[bytes]:
    """The reject file, at its first byte: UTF-8 with a mark, so that spreadsheets read it."""
    raw = tempfile.SpooledTemporaryFile(SPOOL_BYTES)  # noqa: SIM115 - the caller closes it
    text = io.TextIOWrapper(raw, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([*map(harmless, row.header), gettext("Line"), gettext("Reason")])
    after = -1
    while page := reject_rows(row.id, after, PAGE_ROWS):
        writer.writerows(_lines(page, len(row.header)))
        after = page[-1][0]
    text.flush()
    text.detach()
    raw.seek(0)
    return raw


def _lines(page: Iterable[tuple[int, int, str, str]], width: int) -> Iterable[list[object]]:
    for _, line, cells_json, reasons in page:
        cells = [harmless(cell) for cell in json.loads(cells_json)]
        cells += [""] * (width - len(cells))
        why = "; ".join(shown([text, args]) for _, text, args in json.loads(reasons))
        # What stands beyond the header comes after the reason: a row is kept whole.
        yield [*cells[:width], line, why, *cells[width:]]
