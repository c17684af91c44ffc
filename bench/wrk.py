"""`wrk` of Debian: as many requests as fit through open connections, and how long each took."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass

from tools.debian import wrk

CONNECTIONS = 32
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1_000.0, "m": 60_000.0}  # in ms
_SHARE = re.compile(r"^\s+(50|99)%\s+([\d.]+)(us|ms|s|m) *$", re.MULTILINE)
_RATE = re.compile(r"^Requests/sec:\s+([\d.]+)$", re.MULTILINE)
_WRONG = re.compile(r"^\s*(Socket errors:.*|Non-2xx.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Load:
    """What came of a stretch of load.

    Units: requests a second, ms.
    """

    rate: float
    p50: float
    p99: float


def load(url: str, cookie: str, *, seconds: int) -> Load:
    """Ask for one page through 32 connections, each anew as soon as it is answered.

    Raises: RuntimeError when a request failed.
    """
    program = wrk()
    if program is None:
        raise RuntimeError("no wrk: `make bench` sets it up")
    said = subprocess.run(
        [program, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s", "--latency",
         "-H", f"Cookie: {cookie}", url],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return read(said.stdout)


def read(said: str) -> Load:
    """What wrk printed.

    Raises: RuntimeError when a request failed, or when it printed something else.
    """
    if wrong := _WRONG.search(said):
        raise RuntimeError(wrong[1])
    rate = _RATE.search(said)
    shares = {found[1]: float(found[2]) * _UNITS[found[3]] for found in _SHARE.finditer(said)}
    if rate is None or shares.keys() != {"50", "99"}:
        raise RuntimeError(f"wrk printed no figures: {said}")
    return Load(float(rate[1]), shares["50"], shares["99"])
