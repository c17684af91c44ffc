"""What PostgreSQL knows of the size of tables that an import fills.

A plan made while a table was empty reads all of it for every row, until somebody counts it anew.
"""

from __future__ import annotations

from sqlalchemy import func, select, table, text
from sqlalchemy.sql import column

from hub.kernel import work
from hub.kernel.base import table_of
from hub.kernel.imports.kinds import Kind
from hub.kernel.imports.models import Row

_known = table("pg_class", column("oid"), column("reltuples"))


def renew(item: Kind, lines: int, done: int) -> None:
    """Have tables counted anew of which the database knows less than half.

    Shape: `lines` of the file are staged, `done` of them taken over.
    """
    if work.dialect() != "postgresql":
        return
    _count(table_of(Row).name, lines)
    for model in item.fills:
        _count(table_of(model).name, done)


def _count(name: str, rows: int) -> None:
    known = select(_known.c.reltuples).where(_known.c.oid == func.to_regclass(name))
    if 2 * (work.session().scalar(known) or 0) < rows:
        work.session().execute(text(f'ANALYZE "{name}"'))
