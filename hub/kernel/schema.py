"""One chain of migrations per module, run in the order of needs; append-only tables guarded."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, Table, inspect, text

from hub.kernel.base import Base, Scaled, UtcTime, append_only_tables, guards
from hub.kernel.errors import HubError
from hub.kernel.module import Module
from hub.kernel.modules import Modules

HEADER = '"""Tables of {name}, as they stand before version 1.0."""\n\n'


class NotMigrated(HubError):
    """The database and the code do not agree; the text says what to run."""

    status, code = 503, "not-migrated"


def tables_of(module: Module) -> list[Table]:
    """The module's tables: those whose name begins with the module's."""
    prefix = f"{module.name}_"
    return [table for name, table in Base.metadata.tables.items() if name.startswith(prefix)]


def steps(module: Module) -> list[Path]:
    """The module's migration files in order; the file's name is the version."""
    package = importlib.import_module(module.package or module.name)
    folder = Path(package.__path__[0]) / "migrations"
    return sorted(path for path in folder.glob("[0-9]*.py"))


def is_current(connection: Connection, modules: Modules) -> bool:
    """Whether every module is at its newest version."""
    return all(
        version_of(connection, module) == (steps(module) or [Path()])[-1].stem
        for module in modules.items
    )


def demand_current(connection: Connection, modules: Modules) -> None:
    """Go on only with tables that are the code's.

    Raises: NotMigrated.
    """
    if not is_current(connection, modules):
        raise NotMigrated("the tables are not those of this version: run `hub migrate`")


def upgrade(connection: Connection, modules: Modules) -> list[str]:
    """Run what is missing, module by module, and guard the append-only tables.

    Shape: names of the steps that ran.
    Raises: NotMigrated when an append-only table is left without its triggers.
    """
    ran: list[str] = []
    for module in modules.items:
        version = version_of(connection, module)
        for path in steps(module):
            if path.stem <= version:
                continue
            context = MigrationContext.configure(connection)
            with Operations.context(context):
                step = importlib.import_module(
                    f"{module.package or module.name}.migrations.{path.stem}"
                )
                step.upgrade()
            _set_version(connection, module, path.stem)
            ran.append(f"{module.name} {path.stem}")
    install_guards(connection)
    if missing := guards_missing(connection):
        raise NotMigrated(f"append-only tables without their triggers: {', '.join(missing)}")
    return ran


def differences(connection: Connection, module: Module) -> list[Any]:
    """What models and migrated tables of a module do not agree on."""
    return list(compare_metadata(_context(connection, module), Base.metadata))


def render(connection: Connection, module: Module) -> str:
    """The text of the module's one migration, from its models against an empty database."""
    context = _context(connection, module)
    operations = produce_migrations(context, Base.metadata).upgrade_ops
    if operations is None:
        raise NotMigrated(f"nothing to write for {module.name}")
    body = render_python_code(operations, migration_context=context, render_item=_render_item)
    imports = ["import sqlalchemy as sa", "from alembic import op"]
    kernel = [name for name in ("Scaled", "UtcTime", "BigInt", "Json") if f"{name}" in body]
    if kernel:
        imports.append(f"\nfrom hub.kernel.base import {', '.join(sorted(kernel))}")
    lines = [line for line in body.splitlines() if "commands auto generated" not in line]
    code = "\n".join(lines)
    doc = '    """Make the tables."""\n'
    return (
        HEADER.format(name=module.name)
        + "\n".join(imports)
        + f"\n\n\ndef upgrade() -> None:\n{doc}{code}\n"
    )


def _context(connection: Connection, module: Module) -> MigrationContext:
    prefix = f"{module.name}_"

    def own(item: Any, name: str | None, kind: str, *_: Any) -> bool:
        table = name if kind == "table" else item.table.name
        return bool(table and table.startswith(prefix) and table != f"{prefix}version")

    options = {"include_object": own, "compare_type": True, "render_item": _render_item}
    return MigrationContext.configure(
        connection,
        opts=options | {"target_metadata": Base.metadata, "sqlalchemy_module_prefix": "sa."},
    )


def _render_item(kind: str, item: Any, context: Any) -> Any:
    del context
    if kind != "type":
        return False
    if isinstance(item, Scaled):
        return f"Scaled({item.scale})"
    if isinstance(item, UtcTime):
        return "UtcTime()"
    names = {"BIGINT": "BigInt", "JSON": "Json"}
    if getattr(item, "_variant_mapping", None):
        return names.get(str(item).split("(")[0], False)
    return False


def version_of(connection: Connection, module: Module) -> str:
    """The version a module's tables are at; "" when it has none."""
    table = f"{module.name}_version"
    if not inspect(connection).has_table(table):
        return ""
    return connection.scalar(text(f"SELECT version FROM {table}")) or ""  # noqa: S608 - own name


def _set_version(connection: Connection, module: Module, version: str) -> None:
    table = f"{module.name}_version"
    connection.execute(text(f"CREATE TABLE IF NOT EXISTS {table} (version VARCHAR(255))"))
    connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - own name
    connection.execute(text(f"INSERT INTO {table} VALUES (:v)"), {"v": version})  # noqa: S608


def install_guards(connection: Connection) -> None:
    """Make the triggers and constraints of every table that exists."""
    here = set(inspect(connection).get_table_names())
    for table in append_only_tables():
        if table in here:
            for statement in _triggers(connection.dialect.name, table):
                connection.execute(text(statement))
    for table, statement in guards(connection.dialect.name):
        if table in here:
            connection.exec_driver_sql(statement)


def _triggers(dialect: str, table: str) -> Iterator[str]:
    if dialect == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    yield (
        "CREATE OR REPLACE FUNCTION kernel_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for verb, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        yield (
            f"CREATE OR REPLACE TRIGGER {table}_keep_{each.lower()} BEFORE {verb} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION kernel_append_only()"
        )


def guards_missing(connection: Connection) -> list[str]:
    """Append-only tables that lack a trigger: a fault to be mended before anything is written."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        parts = ("no_update", "no_delete")
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
        parts = ("keep_row", "keep_statement")
    found = set(connection.scalars(text(query)))
    here = set(inspect(connection).get_table_names())
    return [
        name
        for name in append_only_tables()
        if name in here and not found.issuperset(f"{name}_{part}" for part in parts)
    ]
