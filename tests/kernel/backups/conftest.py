"""Two installations: one with data, one that is empty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from hub.kernel import modules, work
from hub.kernel.backups import shelf
from hub.kernel.config import Config


@pytest.fixture
def config(app: Flask) -> Iterator[Config]:
    found: Config = app.config["HUB"]
    before = modules.loaded()
    for kept in shelf.kept():
        kept.path.unlink()
    yield found
    work.bind_again(app)
    modules.install(before.items)


@pytest.fixture
def empty(tmp_path: Path, config: Config) -> Config:
    """Another installation, whose data folder is empty."""
    data = tmp_path / "new"
    data.mkdir()
    return replace(config, data=data, database_url=f"sqlite:///{data}/hub.db")
