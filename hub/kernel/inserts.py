"""Insert what is new and leave what is there: one statement, the same on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Insert, Select, Table
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from hub.kernel import work


def insert_new(
    table: Table,
    by: Sequence[str],
    *,
    columns: Sequence[str] = (),
    rows: Select[Any] | None = None,
) -> Insert:
    """An INSERT into `table` that passes over rows whose unique columns `by` are taken.

    Shape: with `columns` and `rows`, an INSERT … SELECT; else its values come at execution.
    """
    make = sqlite_insert if work.dialect() == "sqlite" else pg_insert
    statement = make(table)
    if rows is not None:
        statement = statement.from_select(list(columns), rows, include_defaults=False)
    return statement.on_conflict_do_nothing(index_elements=list(by))
