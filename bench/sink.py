"""`smtp-sink` of Debian's postfix: a mail server in C that throws everything away."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tools.debian import SINK, smtp_sink

LIBRARIES = ("usr/lib/postfix", "usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu")


@contextlib.contextmanager
def running(port: int) -> Iterator[None]:
    """The sink on loopback, as another user when we are root."""
    program = smtp_sink()
    if program is None:
        raise RuntimeError("no smtp-sink: `make bench` sets it up")
    own = [str(Path(SINK) / folder) for folder in LIBRARIES]
    environment = os.environ | {"LD_LIBRARY_PATH": ":".join(own)}
    who = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([program, *who, f"127.0.0.1:{port}", "256"], env=environment)
    try:
        ends = time.monotonic() + 10
        while time.monotonic() < ends:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield
    finally:
        process.terminate()
        process.wait(10)
