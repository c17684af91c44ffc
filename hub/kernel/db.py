"""Flask-SQLAlchemy bound to the base. Imported by app and work alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, event

from hub.kernel.base import Base
from hub.kernel.config import Config

db = SQLAlchemy(metadata=Base.metadata)

BUSY_TIMEOUT_MS = 10_000


def bind(app: Flask, config: Config, begins: Callable[[str], list[str]]) -> None:
    """Give `app` its engine.

    Shape: `begins(dialect)` → the statements that open a transaction of the present unit.
    """
    app.config["SQLALCHEMY_DATABASE_URI"] = config.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _options(config)
    db.init_app(app)
    with app.app_context():
        _listen(db.engine, begins)


def _options(config: Config) -> dict[str, Any]:
    # An error's text reaches logs and the outbox: it must not bring along what was written.
    found: dict[str, Any] = {"hide_parameters": True}
    if config.is_sqlite:
        wait = {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
        return found | {"connect_args": wait}
    return found | {"pool_size": 4, "max_overflow": 12, "pool_pre_ping": True}


def _listen(engine: Engine, begins: Callable[[str], list[str]]) -> None:
    dialect = engine.dialect.name
    if dialect == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)

    def begin(connection: Any) -> None:
        for statement in begins(dialect):
            connection.exec_driver_sql(statement)

    event.listen(engine, "begin", begin)


def _prepare_sqlite(connection: sqlite3.Connection, record: object) -> None:
    del record
    connection.isolation_level = None  # the unit of work says when a transaction begins
    for pragma in (
        "journal_mode=WAL",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        "synchronous=NORMAL",
        "cache_size=-32768",
        "mmap_size=268435456",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")
