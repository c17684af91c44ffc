"""`make bench` runs all, `make bench ID=P1` one; exit 1 only when a figure could not be taken."""

from __future__ import annotations

import importlib
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from bench import figures
from bench.figures import Figure


def main(wanted: list[str]) -> int:
    """Run the benchmarks named, or all; print the table, write results.json."""
    names = [path.stem for path in sorted(Path(__file__).parent.glob("p[0-9]*.py"))]
    chosen = [name for name in names if not wanted or name.upper() in wanted]
    failed = False
    for name in chosen:
        measure: Callable[[], list[Figure]] = importlib.import_module(f"bench.{name}").measure
        try:
            rows = measure()
        except Exception:  # noqa: BLE001 - one figure that cannot be taken leaves the others
            traceback.print_exc()
            failed = True
            continue
        figures.write(rows)
        print(figures.table(rows), flush=True)
    return 1 if failed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main([word.upper() for word in sys.argv[1:]]))
