"""The world tests run in: real databases, a real Valkey, the whole application."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from flask import Flask

from hub.app import create_app
from hub.kernel import clock, modules, runner, schema, store, work
from hub.kernel.base import Base
from hub.kernel.config import Config
from hub.kernel.db import db
from tests import databases, servers
from tests.browser import browser as browser

DATABASES = ("sqlite", "postgresql")


def pytest_addoption(parser: pytest.Parser) -> None:
    """What `make quick` asks for."""
    words = "each test on one of its databases, always the same one; fuzzing asks less"
    parser.addoption("--brief", action="store_true", help=words)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test of the application on both databases, unless it says which."""
    if "database" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("database")
        names = marker.args if marker else DATABASES
        if metafunc.config.getoption("brief"):
            names = (names[crc32(metafunc.definition.nodeid.encode()) % len(names)],)
        metafunc.parametrize("database", names, indirect=True)


# The files that take longest, the longest first: of two processes neither is left alone with one.
LONG = (
    "test_api_fuzz", "test_walk", "test_every_page", "test_levels", "test_office",
    "test_troubles", "test_roles", "test_pages", "test_client_book", "test_browser",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long files, in every process alike."""
    rank = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(LONG)))


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Valkey of this test process."""
    server = servers.start_valkey(tmp_path_factory.mktemp("valkey"))
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL of this test process."""
    # Not in pytest's own folder: any other session that starts closes that to all but root.
    with tempfile.TemporaryDirectory(prefix="hub-postgres-") as folder:
        server = servers.start_postgres(Path(folder))
        yield server.url
        server.stop()


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """Which database this run of the test uses."""
    return str(request.param)


class World:
    """One application per database, a fresh copy of the migrated template per test."""

    def __init__(self, folder: Path, redis_url: str) -> None:
        self.folder = folder
        self.redis_url = redis_url
        self.apps: dict[str, Flask] = {}

    def app(self, database: str, request: pytest.FixtureRequest) -> Flask:
        """The application on an empty, migrated database."""
        admin = request.getfixturevalue("postgres_url") if database == "postgresql" else ""
        if database not in self.apps:
            self.apps[database] = self._make(database, admin)
        app = self.apps[database]
        config: Config = app.config["HUB"]
        work.bind_again(app)
        store.bind(config.redis_url)
        store.client().flushdb()
        with app.app_context():
            db.engine.dispose()
        if admin:
            if not databases.emptied(_test_url(admin)):
                databases.fresh(admin, "hub_test", "hub_template")
        else:
            for path in config.data.glob("hub.db*"):
                path.unlink()
            shutil.copy(self.folder / "template.db", config.data / "hub.db")
        return app

    def _make(self, database: str, admin: str) -> Flask:
        data = self.folder / database
        data.mkdir(exist_ok=True)
        if admin:
            databases.fresh(admin, "hub_test", "template0")
        url = _test_url(admin) if admin else ""
        config = Config(
            data=data, database_url=url, redis_url=self.redis_url, testing=True, locale="en"
        ).settled()
        app = create_app(config)
        with work.unit():
            connection = work.session().connection()
            schema.upgrade(connection, modules.loaded())
            Base.metadata.create_all(connection)  # what test modules bring along
            schema.install_guards(connection)
        with app.app_context():
            db.engine.dispose()
        if admin:
            databases.keep_seed(url)
            databases.fresh(admin, "hub_template", "hub_test")
        else:
            _checkpoint(data / "hub.db")
            shutil.copy(data / "hub.db", self.folder / "template.db")
        return app


def _test_url(admin: str) -> str:
    """The address of the tests' own database on a server."""
    return admin.replace("/postgres", "/hub_test")


def _checkpoint(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory, redis_url: str) -> Iterator[World]:
    """The applications of this test process."""
    world = World(tmp_path_factory.mktemp("world"), redis_url)
    yield world
    store.bind("")
    for app in world.apps.values():
        with app.app_context():
            db.engine.dispose()


def _settled(app: Flask) -> None:
    """Wait for the last request of a browser: no unit outlives its test."""
    with app.app_context():
        pool: Any = db.engine.pool
        ends = time.monotonic() + 10
        while pool.checkedout() and time.monotonic() < ends:
            time.sleep(0.02)
        assert pool.checkedout() == 0, "a unit of this test was never closed"


@pytest.fixture
def app(world: World, database: str, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The whole application on an empty database."""
    app = world.app(database, request)
    loaded = modules.loaded()
    yield app
    modules.install(loaded.items)
    _settled(app)


@pytest.fixture
def drain(app: Flask) -> object:
    """Run every job that is due."""
    del app
    return runner.drain


@pytest.fixture
def at(request: pytest.FixtureRequest) -> object:
    """Hold the clock: `with at(moment): …`."""
    del request

    def hold(moment: datetime) -> AbstractContextManager[None]:
        return clock.set_to(moment)

    return hold
