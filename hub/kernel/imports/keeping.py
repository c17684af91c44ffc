"""How long imports stay: what was staged for weeks, the file of a finished one as proof."""

from __future__ import annotations

import secrets
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, delete, exists, select

from hub.kernel import clock, outbox, parameters, work
from hub.kernel.base import table_of
from hub.kernel.imports.models import WORKING, Import, Line, Part, Row, State
from hub.kernel.imports.passes import clear
from hub.kernel.module import Keep
from hub.kernel.parameters import Parameter

JOB = "imports.sweep"
STAGED = Parameter(
    name="imports.keep_staged_days", title=_("What an import has staged stays for"), kind="int",
    default=30, unit="days", low=Decimal(1), high=Decimal(3_650),
)  # fmt: skip
FILES = Parameter(
    name="imports.keep_file_days", title=_("Files that were taken over stay for"), kind="int",
    default=3_650, unit="days", low=Decimal(31), high=Decimal(36_500),
)  # fmt: skip
PARAMETERS = (STAGED, FILES)
RETENTION = (
    Keep(table="imports_line", title=_("Lines of imported files"), job=JOB, days=STAGED.name),
    Keep(table="imports_row", title=_("Checked rows of imports"), job=JOB, days=STAGED.name),
    Keep(table="imports_part", title=_("Imported files, as proof"), job=JOB, days=FILES.name),
)
_PARTS = 20  # of 256 KB, a unit
_SWEPT = -1  # in place of the count of lines


def sweep() -> None:
    """Job: take away a slice of what nobody needs any more; comes back while something is left.

    Staged lines and rows go some weeks after the last change; the bytes of a file stay for years
    when it was taken over, and go with the rest when it was not.
    """
    if _sweep_staged() or _sweep_file():
        outbox.defer(JOB, secrets.token_hex(8))


def _sweep_staged() -> bool:
    row = _oldest(Import.lines > _SWEPT, Import.state.not_in(WORKING), days=STAGED)
    if row is None:
        return False
    if not (clear(row.id, Row) or clear(row.id, Line) or _clear_parts(row, {State.DONE})):
        row.lines = _SWEPT
        if row.state not in {State.DONE, State.FAILED}:
            row.state = State.CANCELLED
    return True


def _sweep_file() -> bool:
    has_parts = exists().where(Part.import_id == Import.id)
    row = _oldest(Import.state == State.DONE, has_parts, days=FILES)
    return row is not None and _clear_parts(row, set())


def _oldest(*conditions: ColumnElement[bool], days: Parameter) -> Import | None:
    old = clock.now() - timedelta(days=parameters.get(days.name))
    query = select(Import).where(Import.changed_at < old, *conditions)
    found: Import | None = work.session().scalar(query.order_by(Import.id).limit(1))
    return found


def _clear_parts(row: Import, stay: set[Any]) -> bool:
    if row.state in stay:
        return False
    parts = table_of(Part)
    some = select(parts.c.id).where(parts.c.import_id == row.id).limit(_PARTS)
    found = work.session().scalars(some).all()
    work.session().execute(delete(parts).where(parts.c.id.in_(found)))
    return bool(found)
