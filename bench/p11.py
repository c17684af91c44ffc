"""P11: `hub run` until it is ready, against one process that only makes the application.

Beside it: the memory of all its processes, each shared page counted once (PSS).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.figures import Figure, interleaved, ratio
from bench.house import ROOT, running, wait_until
from hub.kernel import demo

ROUNDS = 3
GOAL = 1.7
MEMORY_MB = 400.0
LOOKS = 20
MAKE = """
from hub.app import create_app
from hub.kernel.config import Config
create_app(Config.from_env())
"""

_memory: list[float] = []


def measure() -> list[Figure]:
    """Both figures from the same runs."""
    _memory.clear()
    _make()  # the first import reads the disk
    ours, floor = interleaved(ROUNDS, _start, _make)
    limit = [MEMORY_MB] * ROUNDS
    return [
        Figure(
            id="P11", better="lower", ours_raw=ours, floor_raw=floor, ratio=ratio(ours, floor),
            goal=GOAL, rounds=ROUNDS, sizes=[], unit="s",
        ),
        Figure(
            id="P11.pss", better="lower", ours_raw=list(_memory), floor_raw=limit,
            ratio=ratio(_memory, limit), goal=1.0, rounds=ROUNDS, sizes=[], unit="MB",
        ),
    ]  # fmt: skip


def _start() -> float:
    """Seconds until the pages answer; then its memory, once the demo data is in."""
    with running() as house:
        mark = house.config.data / demo.MARK
        wait_until(lambda: mark.is_file() and not mark.read_text(), 120, "the demo data")
        seen: list[list[int]] = []
        wait_until(lambda: _is_steady(house.process.pid, seen), 60, "steady processes")
        _memory.append(sum(map(_pss, seen[-1])))
        return house.ready_s


def _is_steady(root: int, seen: list[list[int]]) -> bool:
    """Whether no process came or went for a second: the one that fills the demo data is gone."""
    seen.append(_tree(root))
    return len(seen) > LOOKS and all(one == seen[-1] for one in seen[-LOOKS:])


def _make() -> float:
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        began = time.perf_counter()
        environment = os.environ | {"HUB_DATA": folder}
        subprocess.run(
            [sys.executable, "-c", MAKE], cwd=ROOT, env=environment, check=True,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        return time.perf_counter() - began


def _tree(root: int) -> list[int]:
    found, todo = [root], [root]
    while todo:
        pid = todo.pop()
        for listed in Path(f"/proc/{pid}/task").glob("*/children"):
            below = [int(child) for child in listed.read_text().split()]
            found += below
            todo += below
    return found


def _pss(pid: int) -> float:
    """Megabytes of one process, shared pages by their share."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8")
    line = next(line for line in text.splitlines() if line.startswith("Pss:"))
    return int(line.split()[1]) / 1024
