"""Owners: a process is proven dead, not guessed."""

from __future__ import annotations

import os
import signal
import subprocess

from hub.kernel import owners


def test_the_present_process_is_alive() -> None:
    assert owners.is_here(owners.me())
    assert not owners.is_dead(owners.me())


def test_a_killed_process_is_dead_even_before_anybody_buried_it() -> None:
    child = subprocess.Popen(["sleep", "60"])
    owner = owners.name_of(child.pid)
    assert not owners.is_dead(owner)
    child.send_signal(signal.SIGKILL)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert owners.is_dead(owner)
    child.wait()
    assert owners.is_dead(owner)


def test_another_process_with_the_same_number_is_somebody_else() -> None:
    host, pid, start = owners.me().split(".")
    assert owners.is_dead(f"{host}.{pid}.{int(start) + 1}")


def test_an_owner_on_another_host_is_never_called_dead() -> None:
    assert not owners.is_dead("elsewhere.1.1")


def test_a_child_is_not_its_parent() -> None:
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(write, owners.me().encode())
        os._exit(0)
    os.waitpid(pid, 0)
    assert os.read(read, 200).decode().split(".")[1] == str(pid)
