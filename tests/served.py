"""The pages' real server on a test's database: granian, two processes."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hub.kernel.config import Config
from tests.servers import free_port, wait_for

ROOT = Path(__file__).parents[1]


class Served:
    """A server and the way to ask it."""

    def __init__(self, config: Config, port: int) -> None:
        self.port = port
        environment = {name: text for name, text in os.environ.items() if "HUB_" not in name}
        environment |= {
            "HUB_DATA": str(config.data), "HUB_REDIS_URL": config.redis_url, "HUB_LOCALE": "en",
            "HUB_PORT": str(port), "HUB_TESTING": "1", "HUB_SECRET_KEY": config.secret_key,
        }  # fmt: skip
        if not config.is_sqlite:
            environment["HUB_DATABASE_URL"] = config.database_url.replace("+psycopg", "")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hub", "web"], cwd=ROOT, env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def answers(self) -> bool:
        """Whether it serves by now."""
        assert self.process.poll() is None
        try:
            return self.ask("GET", "/healthz")[0] == 200
        except OSError:
            return False

    def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers in lower case, body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = None if body is None else json.dumps(body).encode()
        all_headers = {"Content-Type": "application/json"} | (headers or {})
        connection.request(method, path, sent, all_headers)
        answer = connection.getresponse()
        told = {name.lower(): text for name, text in answer.getheaders()}
        data = answer.read()
        connection.close()
        return answer.status, told, data


@contextmanager
def served(config: Config) -> Iterator[Served]:
    """The server while the block runs."""
    server = Served(config, free_port())
    try:
        wait_for(server.answers, "the server", 60)
        yield server
    finally:
        server.process.terminate()
        server.process.wait(30)
