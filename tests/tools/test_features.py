"""The feature report and what is read out of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tools import features
from tools.step import ROOT

SUITE = """
import pytest

@pytest.mark.feature("S01", "S02")
def test_one(): pass

@pytest.mark.feature("S02")
def test_two(): assert False

@pytest.mark.feature("S03")
def test_three(): pytest.skip("no database")
"""


def report_of(folder: Path, *, ci: str) -> dict[str, object]:
    (folder / "test_sample.py").write_text(SUITE)
    target = folder / "report.json"
    subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tools.pytest_features", "--feature-report",
         str(target), "-c", "/dev/null", "--rootdir", str(folder), "-W", "ignore", str(folder)],
        cwd=ROOT, env=os.environ | {"CI": ci}, check=False, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    report: dict[str, object] = json.loads(target.read_text())
    return report


def test_a_row_is_proven_only_when_all_its_tests_passed(tmp_path: Path) -> None:
    said = features.lines(["S01", "S02", "S03", "S04"], report_of(tmp_path, ci=""))
    assert said == [
        "S01 proven 1 test",
        "S02 open (1 of 2 tests do not pass)",
        "S03 open (1 of 1 tests do not pass)",
        "S04 open",
        "1 of 4 proven",
    ]


def test_a_skipped_test_fails_in_ci(tmp_path: Path) -> None:
    outcomes = features.verdicts(report_of(tmp_path, ci="true"))
    assert outcomes["S03"] == ["failed"]
    assert features.verdicts(report_of(tmp_path, ci=""))["S03"] == ["skipped"]


def test_a_mark_without_a_row_is_named() -> None:
    report = {"tests": [{"features": ["X99"], "outcome": "passed"}]}
    assert features.lines(["S01"], report)[1] == "X99 is marked by a test but stands in no row"
