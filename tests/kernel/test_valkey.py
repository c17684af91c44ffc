"""The embedded Valkey, started as the supervisor starts it."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from hub.kernel import valkey
from tests.servers import wait_for


@contextmanager
def started(data: Path) -> Iterator[valkey.Valkey]:
    server = valkey.prepare(data)
    process = subprocess.Popen(server.child().command)
    try:
        wait_for(server.answers, "Valkey")
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_it_answers_only_with_its_password_and_shows_it_nowhere(tmp_path: Path) -> None:
    with started(tmp_path) as server:
        assert server.port < 32_768
        with redis.Redis(port=server.port) as stranger, pytest.raises(redis.AuthenticationError):
            stranger.ping()
        assert server.password not in " ".join(server.child().command)
        for name in ("redis.url", "valkey/valkey.conf"):
            assert (tmp_path / name).stat().st_mode & 0o077 == 0


def test_what_was_written_is_there_after_a_restart_under_the_same_address(tmp_path: Path) -> None:
    with started(tmp_path) as first, redis.Redis.from_url(first.url) as client:
        client.set("kept", "yes")
    with started(tmp_path) as second, redis.Redis.from_url(second.url) as client:
        assert client.get("kept") == b"yes"
    assert second.url == first.url
    assert valkey.is_ours(tmp_path, first.url)
    assert not valkey.is_ours(tmp_path, "redis://elsewhere/0")


def test_another_port_is_chosen_when_the_last_one_is_taken(tmp_path: Path) -> None:
    first = valkey.prepare(tmp_path)
    taker = f"import socket; s = socket.create_server(('127.0.0.1', {first.port})); input()"
    process = subprocess.Popen([sys.executable, "-c", taker], stdin=subprocess.PIPE)
    try:
        wait_for(lambda: not valkey.is_free(first.port), "the taker")
        with started(tmp_path) as second:
            assert second.port != first.port
            assert second.password == first.password
    finally:
        process.communicate(b"\n")


def test_a_folder_with_quotes_and_spaces_is_no_trouble(tmp_path: Path) -> None:
    folder = tmp_path / 'the "hub" \\ data'
    folder.mkdir()
    with started(folder) as server, redis.Redis.from_url(server.url) as client:
        client.set("a", 1)
    assert (folder / "valkey" / "appendonlydir").is_dir()
