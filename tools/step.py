"""One step of the set-up: done when its inputs changed or its output is gone, else left alone."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAMPS = ROOT / ".stamps"
LOG = STAMPS / "setup.log"


class Trouble(Exception):
    """Something a person must do first: one readable line."""


@dataclass(frozen=True)
class Step:
    """Work to be done once for a state of its inputs.

    Shape: `inputs` are files or folders whose content counts, `facts` other text that counts;
        `outputs` must exist for the step to be done.
    """

    name: str
    title: str
    do: Callable[[], None]
    inputs: tuple[Path, ...] = ()
    outputs: tuple[Path, ...] = ()
    facts: str = ""


def take(steps: Iterable[Step]) -> None:
    """Do what is missing, in order, saying each step in one line.

    Raises: Trouble when a step cannot go on.
    """
    for step in steps:
        stamp, state = STAMPS / step.name, _state(step)
        known = stamp.read_text("utf-8") if stamp.is_file() else ""
        if known == state and all(path.exists() for path in step.outputs):
            continue
        STAMPS.mkdir(exist_ok=True)
        stamp.unlink(missing_ok=True)
        start = time.monotonic()
        _say(f"{step.title} …")
        step.do()
        stamp.write_text(_state(step), "utf-8")
        _say(f"{step.title} … {time.monotonic() - start:.0f} s\n")


def call(command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> None:
    """Run a program quietly: its words go to the log, and to the person if it fails.

    Raises: Trouble with the program's last lines.
    """
    words = [str(word) for word in command]
    STAMPS.mkdir(exist_ok=True)
    with LOG.open("ab") as log:
        log.write(f"$ {' '.join(words)}\n".encode())
        log.flush()
        begin = log.tell()
        done = subprocess.run(
            words,
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            check=False,
        )
    if done.returncode:
        tail = LOG.read_bytes()[begin:].decode("utf-8", "replace").strip().splitlines()[-15:]
        text = "\n    ".join(tail)
        raise Trouble(f"`{' '.join(words[:4])} …` failed (all of it: {LOG}):\n    {text}")


def _state(step: Step) -> str:
    digest = hashlib.sha256(step.facts.encode())
    for path in _files(step.inputs):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def _files(inputs: Iterable[Path]) -> Iterable[Path]:
    for path in inputs:
        if path.is_dir():
            yield from sorted(inner for inner in path.rglob("*") if inner.is_file())
        elif path.is_file():
            yield path


def _say(text: str) -> None:
    """A terminal shows the step while it runs and its time after; a log gets one line."""
    if sys.stdout.isatty():
        sys.stdout.write(f"\r\033[K{text}")
    elif text.endswith("\n"):
        sys.stdout.write(text)
    sys.stdout.flush()
