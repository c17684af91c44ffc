"""A list as a file: CSV that spreadsheets open in Chinese and cannot be tricked by."""

from __future__ import annotations

import contextlib
import csv
import io
import re
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any
from zoneinfo import ZoneInfo

from flask import Response, current_app, send_file
from flask_babel import gettext as _
from sqlalchemy import Select

from hub.kernel import access, audit, clock, sentences, tracing, work
from hub.pages import formats
from hub.pages.lists import Column, Listing

IN_MEMORY = 1_000_000  # bytes before the file goes to disk
# Source: OWASP, CSV injection; full-width forms because Excel folds them.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

NO_NAME = re.compile(r"[^0-9A-Za-z-]")  # what a file's name does without


def neutral(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would compute it."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


@contextlib.contextmanager
def spooled() -> Iterator[IO[bytes]]:
    """A file to be filled and then sent from its start; the answer closes it."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - as it says
    try:
        yield file
    except BaseException:
        file.close()
        raise
    file.seek(0)


def watermark() -> str:
    """Who takes people's data away, when, by which request: it goes into the file itself."""
    actor = access.current()
    moment = clock.local_now().strftime("%Y-%m-%d %H:%M:%S")
    return f"# {actor.name} (user {actor.user_id}), {moment}, request {tracing.origin()}"


def csv_file(
    listing: Listing, base: Select[Any], args: Mapping[str, str], *,
    subject_id: int | None = None,
) -> Response:  # fmt: skip
    """Every row of the list as a download, written before the unit ends, and logged.

    Shape: `subject_id` says whose list it is, where the list belongs to one object.
    """
    zone = ZoneInfo(current_app.config["HUB"].zone)
    count = 0
    with spooled() as file:
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
        writer = csv.writer(text)
        if listing.of_people:
            writer.writerow([watermark()])
        writer.writerows([f"# {said}"] for said in _asked(listing, args).values())
        writer.writerow([neutral(head) for column in listing.columns for head in _heads(column)])
        try:
            for row in listing.export(base, args):
                count += 1
                writer.writerow(_line(listing, row, zone))
        finally:
            text.detach()
    note(listing, count, subject_id)
    then = _asked(listing, args)
    day = clock.today(current_app.config["HUB"].zone)
    name = "-".join([listing.name, *(then or [str(day)])])
    return send_file(file, mimetype="text/csv", as_attachment=True, download_name=f"{name}.csv")


def _asked(listing: Listing, args: Mapping[str, str]) -> dict[str, str]:
    """Of which day the list is, and as known when: for the file's name, and in words."""
    found = {}
    for each in listing.filters:
        if each.kind in {"day", "moment"} and (value := str(args.get(each.key, "")).strip()):
            found[f"{each.key}-{NO_NAME.sub('', value)}"] = f"{each.label} {value}"
    return found


def note(listing: Listing, count: int, subject_id: int | None) -> None:
    """Who took how many rows away: a read leaves no trace by itself."""
    work.aside(lambda: audit.append("exported", listing.name, subject_id, {"rows": count}))


def _heads(column: Column) -> Iterator[str]:
    yield str(column.label)
    if column.coded:
        yield _("%(column)s (code)", column=column.label)


def _line(listing: Listing, row: Any, zone: ZoneInfo) -> Iterator[str]:
    for column in listing.columns:
        value = getattr(row, column.key)
        yield _cell(column, value, zone)
        if column.coded:
            yield neutral(str(value))


def _cell(column: Column, value: Any, zone: ZoneInfo) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case datetime():
            return value.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
        case int() | Decimal() | date():
            return str(value)
    return neutral(_text(column, value))


def _text(column: Column, value: Any) -> str:
    if column.kind == "phone" and not column.open:
        return formats.masked_phone(str(value))
    if column.kind == "email" and not column.open:
        return formats.masked_email(str(value))
    if column.kind == "address" and not column.open:
        return formats.masked_address(str(value))
    if column.kind == "sentence":
        return sentences.shown(str(value))
    if column.shown is not None:
        return column.shown(value)
    return str(column.labels.get(value, value))
