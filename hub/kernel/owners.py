"""Who holds a claim: a process named so that anybody on its host can prove it dead."""

from __future__ import annotations

import os
import socket
from functools import lru_cache
from pathlib import Path


def name_of(pid: int) -> str:
    """`host.pid.start`: start is the kernel's start tick, so a reused pid is another owner."""
    return f"{socket.gethostname().replace('.', '-')}.{pid}.{_start(pid)}"


@lru_cache(maxsize=1)
def _mine(pid: int) -> str:
    return name_of(pid)


def me() -> str:
    """The present process as an owner."""
    return _mine(os.getpid())


def is_here(owner: str) -> bool:
    """Whether the owner runs, or ran, on this host."""
    return owner.split(".", maxsplit=1)[0] == socket.gethostname().replace(".", "-")


def is_dead(owner: str) -> bool:
    """Whether the owner is proven dead; False for an owner on another host."""
    if not is_here(owner):
        return False
    _, pid, start = owner.split(".")
    return _start(int(pid)) != int(start)


def _start(pid: int) -> int:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", errors="replace")
    except OSError:
        return 0
    fields = stat.rpartition(")")[2].split()
    return 0 if fields[0] in "ZX" else int(fields[19])
