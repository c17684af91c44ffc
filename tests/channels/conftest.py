"""The sandbox for tests of the wire."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.channels.peers import Peers, config_for


@pytest.fixture
def peers(tmp_path: Path) -> Iterator[Peers]:
    """A running sandbox."""
    running = Peers(config_for(tmp_path))
    yield running
    running.stop()
