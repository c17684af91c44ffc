"""Set up what a command needs and is missing: `python3 -m tools.setup run|check|quick|test|bench`.

Idempotent: a step is taken when its inputs changed or its output is gone; nothing to do, no word.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from tools import debian, front, python
from tools.step import STAMPS, Step, Trouble, take

BROWSER = Step("browser", "Chromium", debian.need_browser)
FONT = Step("font", "A Chinese font", debian.need_cjk_font)
SINK = Step("sink", "smtp-sink of postfix", debian.need_smtp_sink)
LOAD = Step("load", "wrk", debian.need_wrk)


def run() -> list[Step]:
    """What `make run` needs."""
    return [*python.steps(dev=False), *front.steps(), *python.translations()]


def check() -> list[Step]:
    """What the static checks need: no bundle."""
    return python.steps(dev=True)


def quick() -> list[Step]:
    """What every test but the browser's needs; PostgreSQL comes with the packages."""
    return [*python.steps(dev=True), *front.steps(), *python.translations()]


def test() -> list[Step]:
    """What all tests need."""
    _recheck(BROWSER.name, gone=debian.browser() is None)
    _recheck(FONT.name, gone=not debian.has_cjk_font())
    return [*quick(), BROWSER, FONT]


def bench() -> list[Step]:
    """What the benchmarks need."""
    _recheck(SINK.name, gone=debian.smtp_sink() is None)
    _recheck(LOAD.name, gone=debian.wrk() is None)
    return [*quick(), SINK, LOAD]


PROFILES: dict[str, Callable[[], list[Step]]] = {
    "run": run,
    "check": check,
    "quick": quick,
    "test": test,
    "bench": bench,
}


def main(words: list[str]) -> int:
    """Take the steps of one profile, or resolve the locks."""
    try:
        python.check_version()
        if words == ["lock"]:
            take(python.steps(dev=True)[:1])
            python.lock()
        elif len(words) == 1 and words[0] in PROFILES:
            take(PROFILES[words[0]]())
        else:
            raise Trouble(f"python3 -m tools.setup {'|'.join([*PROFILES, 'lock'])}")
    except Trouble as trouble:
        sys.stderr.write(f"\n{trouble}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped; the same command goes on from here.\n")
        return 130
    return 0


def _recheck(stamp: str, *, gone: bool) -> None:
    """A system package may be taken away behind our back."""
    if gone:
        (STAMPS / stamp).unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
