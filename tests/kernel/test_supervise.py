"""The supervisor with real processes and real signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hub.kernel import owners
from tests.servers import wait_for

ROOT = Path(__file__).parents[2]


class Run:
    """A supervisor process and what its children noted."""

    def __init__(self, folder: Path, wanted: str) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "tests.kernel.supervised", str(folder), wanted]
        with (folder / "words").open("wb") as words:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=words, stderr=words)

    def notes(self, name: str) -> list[str]:
        path = self.folder / name
        return path.read_text().splitlines() if path.exists() else []

    def wait_notes(self, name: str, count: int = 1) -> list[str]:
        wait_for(lambda: len(self.notes(name)) >= count, f"{count} × {name}")
        return self.notes(name)

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def children(self) -> list[int]:
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]


@contextmanager
def running(folder: Path, wanted: str) -> Iterator[Run]:
    run = Run(folder, wanted)
    try:
        yield run
    finally:
        if run.process.poll() is None:
            run.process.kill()
            run.process.wait()


def kill(owner: str) -> None:
    os.kill(int(owner.split(".")[1]), signal.SIGKILL)


def is_gone(pid: int) -> bool:
    path = Path(f"/proc/{pid}/stat")
    try:
        return path.read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_a_killed_worker_is_recovered_once_and_then_replaced(tmp_path: Path) -> None:
    with running(tmp_path, "worker,other") as run:
        (first,) = run.wait_notes("worker")
        kill(first)
        assert run.wait_notes("worker", 2)[1] != first
        assert run.notes("recovered") == [first]
        assert owners.is_dead(first)
        assert len(run.notes("other")) == 1
        assert run.end() == 0
        assert run.notes("recovered") == [first]
    assert "worker ended (killed by SIGKILL): starting it again" in (tmp_path / "words").read_text()


def test_a_worker_waits_until_its_recovery_succeeds(tmp_path: Path) -> None:
    with running(tmp_path, "worker,fail_once") as run:
        (first,) = run.wait_notes("worker")
        kill(first)
        run.wait_notes("worker", 2)
        assert run.notes("recovered") == [first, first]


def test_a_child_that_owns_nothing_is_replaced_without_recovery(tmp_path: Path) -> None:
    with running(tmp_path, "other") as run:
        (first,) = run.wait_notes("other")
        kill(first)
        run.wait_notes("other", 2)
        assert run.notes("recovered") == []


def test_a_stuck_worker_is_killed_and_recovered_and_an_idle_one_is_left(tmp_path: Path) -> None:
    with running(tmp_path, "stuck,idle") as run:
        first = run.wait_notes("stuck")[0]
        run.wait_notes("stuck", 2)
        assert run.notes("recovered")[0] == first
        assert len(run.notes("idle")) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_everything(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path, "worker,other,program,parent,late") as run:
        for name in ("worker", "other", "grandchild", "late"):
            run.wait_notes(name)
        wait_for(lambda: len(run.children()) == 5, "five children")
        pids = run.children()
        grandchild = int(run.notes("grandchild")[0].split(".")[1])
        run.process.send_signal(number)
        assert run.process.wait(30) == 0
        assert run.notes("stopped")
        wait_for(lambda: all(is_gone(pid) for pid in [*pids, grandchild]), "their end")


def test_a_second_ctrl_c_kills_what_does_not_listen(tmp_path: Path) -> None:
    with running(tmp_path, "stubborn") as run:
        (owner,) = run.wait_notes("stubborn")
        run.process.send_signal(signal.SIGINT)
        wait_for(lambda: not run.notes("stopped"), "the first")
        while run.process.poll() is None:
            run.process.send_signal(signal.SIGINT)
            try:
                run.process.wait(0.2)
            except subprocess.TimeoutExpired:
                continue
        assert owners.is_dead(owner)
        assert run.notes("stopped")


def test_no_orphan_is_left_when_the_supervisor_itself_is_killed(tmp_path: Path) -> None:
    with running(tmp_path, "worker,program,stubborn,parent") as run:
        for name in ("worker", "stubborn", "grandchild"):
            run.wait_notes(name)
        wait_for(lambda: len(run.children()) == 4, "four children")
        pids = [*run.children(), int(run.notes("grandchild")[0].split(".")[1])]
        run.process.kill()
        run.process.wait()
        wait_for(lambda: all(is_gone(pid) for pid in pids), "their end")


def test_a_dead_childs_own_children_go_with_it(tmp_path: Path) -> None:
    with running(tmp_path, "parent") as run:
        (owner,) = run.wait_notes("parent")
        (grandchild,) = run.wait_notes("grandchild")
        kill(owner)
        run.wait_notes("parent", 2)
        assert owners.is_dead(grandchild)


def test_what_runs_once_is_not_started_again(tmp_path: Path) -> None:
    with running(tmp_path, "once,other") as run:
        run.wait_notes("once")
        (other,) = run.wait_notes("other")
        kill(other)
        run.wait_notes("other", 2)
        assert run.notes("once") == ["done"]
        assert run.end() == 0
