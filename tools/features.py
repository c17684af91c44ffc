"""Which rows of docs/features.md the last `make test` proved: all marked tests passed."""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from tools.step import ROOT

LIST = ROOT / "docs" / "features.md"
REPORT = ROOT / "build" / "report.json"
ROW = re.compile(r"^\|\s*([A-Z]\d{2,3})\s*\|", re.MULTILINE)


def ids(path: Path) -> list[str]:
    """The ids of all rows, in the page's order."""
    return list(dict.fromkeys(ROW.findall(path.read_text("utf-8"))))


def verdicts(report: dict[str, Any]) -> dict[str, list[str]]:
    """Feature id → outcomes of the tests that carry it."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for test in report["tests"]:
        for name in test["features"]:
            found[name].append(test["outcome"])
    return found


def lines(names: list[str], report: dict[str, Any]) -> list[str]:
    """What is printed: one line a row, the sum last."""
    outcomes = verdicts(report)
    said, proven = [], 0
    for name in names:
        tests = outcomes.get(name, [])
        holds = bool(tests) and set(tests) == {"passed"}
        proven += holds
        broken = sum(1 for outcome in tests if outcome != "passed")
        why = f" ({broken} of {len(tests)} tests do not pass)" if broken else ""
        plural = "test" if len(tests) == 1 else "tests"
        said.append(f"{name} proven {len(tests)} {plural}" if holds else f"{name} open{why}")
    unknown = sorted(set(outcomes) - set(names))
    said += [f"{name} is marked by a test but stands in no row" for name in unknown]
    return [*said, f"{proven} of {len(names)} proven"]


def main() -> int:
    """Print the verdicts, and which commit they are of."""
    if not REPORT.is_file():
        print("No report of a finished `make test` is there: run it first.", file=sys.stderr)
        return 1
    report = json.loads(REPORT.read_text("utf-8"))
    changed = " with uncommitted changes" if report["changed"] else ""
    print(f"make test at commit {report['commit'][:12]}{changed}, {len(report['tests'])} tests")
    print("\n".join(lines(ids(LIST), report)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
