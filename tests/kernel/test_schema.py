"""Migrations: what they make is what the models say, on both databases."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, text

from hub.kernel import modules, schema, work
from hub.kernel.module import Module

pytestmark = pytest.mark.usefixtures("app")

CREATED = re.compile(r"""create_table\(\s*["'](\w+)["']""")


def connection() -> Connection:
    return work.session().connection()


def ours() -> list[Module]:
    return [item for item in modules.loaded().items if schema.tables_of(item)]


def test_models_and_migrated_tables_agree() -> None:
    with work.unit(writes=False):
        found = {item.name: schema.differences(connection(), item) for item in ours()}
    assert {name: parts for name, parts in found.items() if parts} == {}


def test_a_column_that_no_migration_made_is_named() -> None:
    with work.unit():
        connection().execute(text("ALTER TABLE kernel_audit ADD COLUMN more INTEGER"))
        kernel = next(item for item in ours() if item.name == "kernel")
        assert "more" in str(schema.differences(connection(), kernel))
        work.fail()


def test_every_table_is_made_by_its_own_modules_migrations() -> None:
    for item in ours():
        texts = [Path(step).read_text("utf-8") for step in schema.steps(item)]
        made = {name for one in texts for name in CREATED.findall(one)}
        assert made == {table.name for table in schema.tables_of(item)}


def test_an_upgrade_that_has_nothing_to_do_does_nothing() -> None:
    with work.unit():
        assert schema.upgrade(connection(), modules.loaded()) == []
        assert schema.is_current(connection(), modules.loaded())


def test_a_database_behind_the_code_is_told_from_a_current_one() -> None:
    with work.unit():
        connection().execute(text("DELETE FROM clients_version"))
        assert not schema.is_current(connection(), modules.loaded())
        work.fail()


def test_an_absent_modules_tables_stay_and_bother_nobody() -> None:
    loaded = modules.loaded()
    kernel = [item for item in loaded.items if item.name in {"kernel", "accounts", "pages", "web"}]
    with work.unit():
        assert schema.upgrade(connection(), modules.install(kernel)) == []
        assert inspect(connection()).has_table("channels_delivery")
