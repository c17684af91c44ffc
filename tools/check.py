"""Every static check, one after the other; all are run, the first fault does not hide the rest."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from tools.step import ROOT

BIN = Path(sys.executable).parent
CODE = ("hub", "channels", "campaigns", "complaints", "surveys", "forum", "tools", "tests", "bench")


def checks() -> Iterable[tuple[str, list[str | Path]]]:
    """Each check's name and its command."""
    here = [name for name in CODE if any((ROOT / name).rglob("*.py"))]
    yield "format", [BIN / "ruff", "format", "--check", "."]
    yield "lint", [BIN / "ruff", "check", "."]
    yield "types", [BIN / "mypy", "wsgi.py", *here]
    rooms = [name for name in here if any((ROOT / name).rglob("templates/**/*.html"))]
    if rooms:
        yield "templates", [BIN / "djlint", "--lint", "--quiet", *rooms]
    yield "contracts", [BIN / "lint-imports"]
    yield "sizes", [sys.executable, "-m", "tools.sizes"]


def main() -> int:
    """Run all; print what fails; 1 when one did."""
    failed = []
    # The checkers import the packages by name: the work tree is where they look.
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    for name, command in checks():
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        print(f"{name:10} {'ok' if done.returncode == 0 else 'FAILED'}", flush=True)
        if done.returncode:
            failed.append(name)
            print(done.stdout + done.stderr, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
