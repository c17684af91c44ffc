"""Append-only tables: every one is attacked, on both databases, in every way there is."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, Connection, text
from sqlalchemy.exc import DBAPIError

from hub.kernel import schema, work
from hub.kernel.base import Base, append_only_tables
from tests import rows

pytestmark = pytest.mark.usefixtures("app")

ATTACKS = {
    "update": "UPDATE {table} SET {column} = {column}",
    "delete": "DELETE FROM {table}",
    "replace": "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    "overwrite": (
        "INSERT INTO {table} SELECT * FROM {table} WHERE true"
        " ON CONFLICT ({column}) DO UPDATE SET {column} = excluded.{column}"
    ),
    "truncate": "TRUNCATE {table} CASCADE",
}
ONLY = {"replace": "sqlite", "truncate": "postgresql"}


def connection() -> Connection:
    return work.session().connection()


def key_of(table: str) -> Column[object]:
    return next(iter(Base.metadata.tables[table].primary_key))


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_append_only_table_gives_way(attack: str) -> None:
    assert append_only_tables()
    for table in append_only_tables():
        with work.unit():
            rows.insert(connection(), Base.metadata.tables[table])
        with work.unit():
            if ONLY.get(attack, work.dialect()) != work.dialect():
                return
            statement = ATTACKS[attack].format(table=table, column=key_of(table).name)
            with pytest.raises(DBAPIError, match="append-only"):
                connection().execute(text(statement))


def test_a_missing_trigger_is_named() -> None:
    for table in append_only_tables():
        with work.unit():
            assert schema.guards_missing(connection()) == []
            sqlite = work.dialect() == "sqlite"
            trigger = f"{table}_no_delete" if sqlite else f"{table}_keep_row ON {table}"
            connection().execute(text(f"DROP TRIGGER {trigger}"))
            assert schema.guards_missing(connection()) == [table]
            work.fail()


@pytest.mark.database("postgresql")
def test_a_disabled_trigger_is_named() -> None:
    with work.unit():
        connection().execute(text("ALTER TABLE kernel_audit DISABLE TRIGGER ALL"))
        assert schema.guards_missing(connection()) == ["kernel_audit"]


def test_an_upgrade_puts_the_triggers_back() -> None:
    with work.unit():
        sqlite = work.dialect() == "sqlite"
        trigger = "kernel_audit_no_update" if sqlite else "kernel_audit_keep_row ON kernel_audit"
        connection().execute(text(f"DROP TRIGGER {trigger}"))
        schema.install_guards(connection())
        assert schema.guards_missing(connection()) == []
