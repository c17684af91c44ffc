"""One child process: forked from here or a program of its own, never outliving its parent."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from hub.kernel import owners
from hub.kernel.pulse import Pulse

PR_SET_PDEATHSIG = 1
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 30.0
STEADY_S = 60.0  # a child that lived this long has earned a quick restart
WATCHED = (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

_libc = ctypes.CDLL(None, use_errno=True)


class Again(StrEnum):
    """What follows a child's end."""

    ALWAYS = "always"
    UNTIL_DONE = "until done"  # started again until it exits with 0
    NEVER = "never"


@dataclass(slots=True, eq=False)
class Child:
    """A process to be kept.

    Shape: `work` runs in a fork, else `command` in a fresh interpreter or program; `owns`
        says that its claims must be recovered before it is replaced; `last` stops after all
        others; `farewell` is the signal it gets from the kernel when the supervisor dies.
    """

    name: str
    work: Callable[[], None] | None = None
    command: tuple[str, ...] = ()
    again: Again = Again.ALWAYS
    owns: bool = False
    last: bool = False
    farewell: int = signal.SIGKILL
    pulse: Pulse = field(default_factory=Pulse)
    pid: int = 0
    owner: str = ""
    started_s: float = 0.0
    due_s: float = 0.0
    pause_s: float = FIRST_PAUSE_S
    deaths: int = 0
    held_by: Child | None = None  # a recovery that must be over first

    @property
    def may_start(self) -> bool:
        """Whether it is down and its time has come."""
        return not self.pid and self.held_by is None and self.due_s <= time.monotonic()

    def start(self) -> None:
        """Start it in a process group of its own, so that Ctrl-C reaches the supervisor alone."""
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        self.pid = os.fork()
        if not self.pid:
            self._live(parent)
        self.owner = owners.name_of(self.pid)
        self.started_s = time.monotonic()

    def ended(self) -> None:
        """Note its end, and when to start it again: sooner the longer it lived."""
        now = time.monotonic()
        if now - self.started_s > STEADY_S:
            self.pause_s = FIRST_PAUSE_S
        self.pid, self.deaths = 0, self.deaths + 1
        self.pulse.set(0.0)
        self.due_s = now + self.pause_s
        self.pause_s = min(LONGEST_PAUSE_S, self.pause_s * 2)

    def send(self, number: int) -> None:
        """Signal the child; when killing, everything in its group."""
        if not self.pid:
            return
        try:
            os.kill(self.pid, number)
            if number == signal.SIGKILL:
                os.killpg(self.pid, number)
        except ProcessLookupError:
            return  # it ended meanwhile, or has no group yet; the next look reaps it

    def _live(self, parent: int) -> None:
        """Be the child; never returns into the supervisor's code."""
        code = 1
        try:
            self._settle_in(parent)
            if self.work is None:
                os.execv(self.command[0], self.command)  # noqa: S606 - no shell is the point
            self.work()
            code = 0
        except SystemExit as leave:
            code = leave.code if isinstance(leave.code, int) else int(leave.code is not None)
        except BaseException:  # noqa: BLE001 - the last frame of this process
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _settle_in(self, parent: int) -> None:
        os.setpgid(0, 0)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
        die_with(parent, self.farewell)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        self.pulse.take()


def die_with(parent: int, number: int = signal.SIGKILL) -> None:
    """Have the kernel signal this process when its parent ends, however that ends.

    Source: prctl(2), PR_SET_PDEATHSIG; kept over exec, not over fork.
    """
    if _libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:
        os._exit(1)  # it ended before we asked


def ending(status: int) -> str:
    """What a wait status says, in words."""
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        return f"exit {code}"
    return f"killed by {signal.Signals(-code).name}"
