"""PostgreSQL between two tests: emptied where that is enough, made anew where it is not."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg import sql

# What a test may have changed beside rows: then the database is copied from its template.
_SHAPE = """
SELECT (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_trigger WHERE tgenabled = 'O'),
       (SELECT count(*) FROM pg_constraint), (SELECT count(*) FROM pg_attribute)
"""
_ALONE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
_GROWN = """
SELECT relname FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
  AND pg_relation_size(oid) > 65536
"""
_USED = """
SELECT sequencename, last_value FROM pg_sequences
WHERE schemaname = 'public' AND last_value > 0
"""


@dataclass(frozen=True)
class Seed:
    """A database as it was made: its shape, and how far each sequence was."""

    shape: tuple[int, ...]
    used: dict[str, int]


_seeds: dict[str, Seed] = {}


def fresh(admin: str, name: str, template: str) -> None:
    """A new database `name`, as `template` is."""
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")


def keep_seed(url: str) -> None:
    """Remember what stands in a database that was just made."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA seed")
        for table in _filled(connection):
            name = sql.Identifier(table)
            copy = "CREATE TABLE seed.{} AS SELECT * FROM public.{}"
            connection.execute(sql.SQL(copy).format(name, name))
        _seeds[url] = Seed(_shape(connection), _used(connection))


def emptied(url: str) -> bool:
    """Bring a database back to what `keep_seed` saw; False when rows alone were not changed."""
    seed = _seeds[url]
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(_ALONE)
            if _shape(connection) != seed.shape:
                return False
            # No trigger and no foreign key speaks: append-only tables are emptied, too.
            connection.execute("SET session_replication_role = replica")
            connection.execute("SET lock_timeout = '5s'")
            with connection.transaction():
                _empty(connection, seed.used)
    except psycopg.Error:
        return False
    return True


def _shape(connection: psycopg.Connection[tuple[int, ...]]) -> tuple[int, ...]:
    row = connection.execute(_SHAPE).fetchone()
    assert row is not None
    return row


def _filled(connection: psycopg.Connection[tuple[int, ...]]) -> list[str]:
    """The tables that hold a row."""
    tables = [str(name) for (name,) in connection.execute(_TABLES)]
    asks = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT 1 FROM public.{})").format(
            sql.Literal(table), sql.Identifier(table)
        )
        for table in tables
    ]
    return [str(name) for (name,) in connection.execute(sql.SQL(" UNION ALL ").join(asks))]


def _used(connection: psycopg.Connection[tuple[int, ...]]) -> dict[str, int]:
    return {str(name): int(last) for name, last in connection.execute(_USED)}


def _empty(connection: psycopg.Connection[tuple[int, ...]], before: dict[str, int]) -> None:
    """Small tables are deleted row by row, which is faster; grown ones get a new file."""
    filled = _filled(connection)
    grown = {str(name) for (name,) in connection.execute(_GROWN)}
    small = [sql.Identifier("public", table) for table in filled if table not in grown]
    large = [sql.Identifier("public", table) for table in filled if table in grown]
    steps = [sql.SQL("DELETE FROM {}").format(table) for table in small]
    if large:
        steps.append(sql.SQL("TRUNCATE {} CASCADE").format(sql.SQL(", ").join(large)))
    for sequence, last in _used(connection).items():
        if sequence in before:
            again = sql.SQL("SELECT setval({}, {})")
            steps.append(again.format(sql.Literal(sequence), sql.Literal(before[sequence])))
        elif last:
            steps.append(sql.SQL("ALTER SEQUENCE {} RESTART").format(sql.Identifier(sequence)))
    seeds = "SELECT tablename FROM pg_tables WHERE schemaname = 'seed'"
    for (table,) in connection.execute(seeds).fetchall():
        name = sql.Identifier(str(table))
        steps.append(sql.SQL("INSERT INTO public.{} SELECT * FROM seed.{}").format(name, name))
    connection.execute(sql.SQL("; ").join(steps))
