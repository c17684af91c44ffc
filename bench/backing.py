"""What a measurement stands on: Valkey, a database, the application on it."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.house import wait_until
from hub.app import create_app
from hub.kernel import modules, schema, valkey, work
from hub.kernel.config import Config
from hub.kernel.db import db
from tests import servers


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A Valkey as `hub run` starts it."""
    server = valkey.prepare(folder)
    command = server.child().command
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        wait_until(server.answers, 20, "Valkey")
        try:
            yield server.url
        finally:
            process.terminate()


@contextlib.contextmanager
def application(database: str) -> Iterator[Config]:
    """The application of this process on an empty, migrated SQLite or PostgreSQL."""
    with contextlib.ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="hub-bench-")))
        url = held.enter_context(redis(folder))
        settings = {"HUB_DATA": str(folder), "HUB_REDIS_URL": url}
        if database == "postgresql":
            settings["HUB_DATABASE_URL"] = held.enter_context(postgres())
        config = Config.from_env(settings)
        app = create_app(config)
        with work.unit():
            schema.upgrade(work.session().connection(), modules.loaded())
        try:
            yield config
        finally:
            with app.app_context():
                db.engine.dispose()


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL that does not wait for its disk, so that a figure is not the disk's."""
    with tempfile.TemporaryDirectory(prefix="hub-postgres-") as folder:
        server = servers.start_postgres(Path(folder))
        try:
            yield server.url
        finally:
            server.stop()
