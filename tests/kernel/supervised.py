"""A supervisor over real children that note their pids: `python -m tests.kernel.supervised`."""

from __future__ import annotations

import os
import signal
import sys
import time
from functools import partial
from pathlib import Path

from hub.kernel import owners, pulse
from hub.kernel.processes import Again, Child, die_with
from hub.kernel.supervisor import Supervisor


def note(folder: Path, name: str, text: str) -> None:
    with (folder / name).open("a") as file:
        file.write(f"{text}\n")


def sleeper(folder: Path, name: str) -> None:
    note(folder, name, owners.me())
    signal.pause()


def stubborn(folder: Path) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    note(folder, "stubborn", owners.me())
    while True:
        signal.pause()


def parent_of_one(folder: Path) -> None:
    me = os.getpid()
    if not os.fork():
        die_with(me)
        note(folder, "grandchild", owners.me())
    else:
        note(folder, "parent", owners.me())
    signal.pause()


def stuck(folder: Path) -> None:
    note(folder, "stuck", owners.me())
    pulse.beat()
    time.sleep(3600)


def idle(folder: Path) -> None:
    note(folder, "idle", owners.me())
    pulse.beat()
    pulse.rest()
    time.sleep(3600)


def fail_once(folder: Path, owner: str) -> None:
    note(folder, "recovered", owner)
    if not (folder / "failed").exists():
        note(folder, "failed", owner)
        raise RuntimeError("the database is locked")


def main() -> None:
    folder, wanted = Path(sys.argv[1]), sys.argv[2].split(",")
    recover = fail_once if "fail_once" in wanted else lambda to, owner: note(to, "recovered", owner)
    keeper = Supervisor(partial(recover, folder), stuck_s=1.0)
    known = {
        "worker": Child(name="worker", work=partial(sleeper, folder, "worker"), owns=True),
        "other": Child(name="other", work=partial(sleeper, folder, "other")),
        "program": Child(name="program", command=("/bin/sleep", "3600")),
        "stubborn": Child(name="stubborn", work=partial(stubborn, folder)),
        "parent": Child(name="parent", work=partial(parent_of_one, folder)),
        "stuck": Child(name="stuck", work=partial(stuck, folder), owns=True),
        "idle": Child(name="idle", work=partial(idle, folder)),
        "once": Child(name="once", work=partial(note, folder, "once", "done"), again=Again.NEVER),
        "late": Child(name="late", work=partial(sleeper, folder, "late"), last=True),
    }
    keeper.add(*(known[name] for name in wanted if name in known))
    try:
        keeper.keep()
    finally:
        keeper.stop()
    note(folder, "stopped", str(os.getpid()))


if __name__ == "__main__":
    main()
