"""The gallery on a port of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.serving import make_server

from hub.app import create_app
from hub.kernel import modules
from hub.kernel.config import Config
from tests.web import gallery


@pytest.fixture
def gallery_app(tmp_path: Path, redis_url: str) -> Iterator[Flask]:
    """An application of pages and web alone, with somebody signed in."""
    before = modules._loaded[:]
    config = Config(
        data=tmp_path, redis_url=redis_url, modules=("pages", "web"), locale="en", testing=True
    )
    app = create_app(config.settled())
    gallery.install(app)
    yield app
    modules._loaded[:] = before


@pytest.fixture
def address(gallery_app: Flask) -> Iterator[str]:
    """Where the gallery answers."""
    server = make_server("127.0.0.1", 0, gallery_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
