"""Keeps children alive: reaps, recovers what a dead one held, starts again, stops in order."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from functools import partial

import click

from hub.kernel.processes import WATCHED, Again, Child, ending

LOOK_S = 0.5  # between looks when no signal comes
QUICK_LOOK_S = 0.02  # while something is awaited
GRACE_S = 10.0  # from SIGTERM to SIGKILL
STUCK_S = 300.0  # a busy child without a step for so long is dead in all but name


class Supervisor:
    """The children of one installation; single-threaded, woken by signals."""

    def __init__(self, recover: Callable[[str], None], *, stuck_s: float = STUCK_S) -> None:
        self.children: list[Child] = []
        self.is_stopping = False
        self._recover = recover
        self._stuck_s = stuck_s
        # Blocked once and taken by sigtimedwait: no handler runs between two lines of ours.
        signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)

    def add(self, *children: Child) -> None:
        """Keep children from now on; they are started at the next look."""
        self.children += children

    def until(self, reached: Callable[[], bool], seconds: float) -> bool:
        """Look after the children until `reached`; False when time ran out or a stop was asked."""
        ends = time.monotonic() + seconds
        while not reached():
            if self.is_stopping or time.monotonic() > ends:
                return False
            self.look(QUICK_LOOK_S)
        return not self.is_stopping

    def keep(self) -> None:
        """Look after the children until a stop is asked."""
        while not self.is_stopping:
            self.look(LOOK_S)

    def look(self, wait_s: float) -> None:
        """One round: take a signal, reap, kill what is stuck, start what is due."""
        for child in self.children:
            if child.may_start and not self.is_stopping:
                child.start()
        found = signal.sigtimedwait(WATCHED, wait_s)
        if found is not None and found.si_signo != signal.SIGCHLD:
            self.is_stopping = True
        self._reap()
        for child in self.children:
            if child.pid and child.pulse.silent_s() > self._stuck_s:
                click.echo(f"{child.name} has made no step for {self._stuck_s:.0f} s: killed")
                child.send(signal.SIGKILL)

    def stop(self) -> None:
        """End all: asked first, then killed; the last ones after all others are gone."""
        self.is_stopping = True
        self._stop([child for child in self.children if not child.last])
        self._stop([child for child in self.children if child.last])

    def _stop(self, children: list[Child]) -> None:
        for child in children:
            child.send(signal.SIGTERM)
        if not self._gone(children, GRACE_S):
            names = ", ".join(child.name for child in children if child.pid)
            click.echo(f"still busy, killed: {names}")
            for child in children:
                child.send(signal.SIGKILL)
            self._gone(children, GRACE_S)

    def _gone(self, children: list[Child], seconds: float) -> bool:
        """Wait for children to end; a second Ctrl-C cuts the wait short."""
        ends = time.monotonic() + seconds
        while any(child.pid for child in children):
            left = ends - time.monotonic()
            if left <= 0:
                return False
            found = signal.sigtimedwait(WATCHED, min(left, QUICK_LOOK_S))
            self._reap()
            if found is not None and found.si_signo == signal.SIGINT:
                return False
        return True

    def _reap(self) -> None:
        while True:
            try:
                found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if found is None:
                return
            _sweep(found.si_pid)  # before its number is given back
            _, status = os.waitpid(found.si_pid, 0)
            for child in [child for child in self.children if child.pid == found.si_pid]:
                self._buried(child, status)

    def _buried(self, child: Child, status: int) -> None:
        """Decide what follows an end; the child is reaped, so its death is proven."""
        owner = child.owner
        child.ended()
        is_done = status == 0 and child.again is not Again.ALWAYS
        if is_done or child.again is Again.NEVER:
            self._dismiss(child)
        if is_done or self.is_stopping:
            return
        follows = "" if child.again is Again.NEVER else ": starting it again"
        click.echo(f"{child.name} ended ({ending(status)}){follows}")
        if child.owns:
            child.held_by = self._recovery(owner)

    def _recovery(self, owner: str) -> Child:
        """A child that puts right what the dead one held; tried until the database takes it."""
        work = partial(self._recover, owner)
        recovery = Child(name=f"recovery of {owner}", work=work, again=Again.UNTIL_DONE)
        self.children.append(recovery)
        return recovery

    def _dismiss(self, done: Child) -> None:
        self.children.remove(done)
        for child in self.children:
            if child.held_by is done:
                child.held_by = None


def _sweep(group: int) -> None:
    """Kill what a dead child left running in its process group."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
