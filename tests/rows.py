"""A row of any table, with whatever it refers to: for tests that go over all tables."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Connection, Table, TypeDecorator, select

from hub.kernel import clock

_numbers = itertools.count(1)


def insert(connection: Connection, table: Table) -> Any:
    """Insert a row, and rows that it points to → its primary key."""
    values = {
        column.name: _value(connection, column)
        for column in table.columns
        if not (column.nullable or column.default or column.server_default)
        and not (
            column.primary_key and column.autoincrement is not False and not column.foreign_keys
        )
    }
    done = connection.execute(table.insert().values(**values))
    return done.inserted_primary_key[0] if done.inserted_primary_key else None


def _value(connection: Connection, column: Column[Any]) -> Any:
    for key in column.foreign_keys:
        target = key.column
        if target.table is column.table:
            return connection.scalar(select(target).limit(1))
        insert(connection, target.table)
        return connection.scalar(select(target).order_by(target.desc()).limit(1))
    kind = column.type
    if isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    return _plain(kind.python_type, next(_numbers))


def _plain(kind: type, number: int) -> Any:
    if kind is bool:
        return True
    if kind is str:
        return f"x{number}"[:16]
    if kind is datetime:
        return clock.now() + timedelta(days=number)
    if kind is date:
        return clock.now().date() + timedelta(days=number)
    return {dict: {}, list: [], bytes: b"x", Decimal: Decimal(number), float: 1.0}.get(kind, number)
