"""pytest plugin: writes which feature rows each test proves, and lets no skip pass in CI."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Generator
from typing import Any

import pytest

from tools.step import ROOT

_rows: list[dict[str, Any]] = []  # one run a process


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the report goes; none without the option."""
    parser.addoption("--feature-report", metavar="FILE", help="write outcomes and feature ids")


def pytest_configure(config: pytest.Config) -> None:
    """Drop the old report: it must not outlive a run that broke off."""
    target = config.getoption("--feature-report")
    if target and not hasattr(config, "workerinput"):
        (ROOT / target).unlink(missing_ok=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test's ids to its reports, which also travel between processes."""
    for item in items:
        ids = {str(name) for mark in item.iter_markers("feature") for name in mark.args}
        item.user_properties += [("feature", name) for name in sorted(ids)]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    """Turn a skip into a failure in CI."""
    return _unskipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    """Do the same for a whole file that skips itself."""
    return _unskipped((yield))


def _unskipped(report: Any) -> Any:
    if report.outcome == "skipped" and not hasattr(report, "wasxfail") and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and CI may skip nothing: {report.longrepr}"
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep a test's outcome: its call, or whatever broke before or after it."""
    if report.when == "call" or report.outcome != "passed":
        ids = [value for name, value in report.user_properties if name == "feature"]
        _rows.append(
            {
                "id": report.nodeid,
                "outcome": "xfailed" if hasattr(report, "wasxfail") else report.outcome,
                "features": ids,
                "seconds": round(report.duration, 3),
            }
        )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the report."""
    target = session.config.getoption("--feature-report")
    if target and not hasattr(session.config, "workerinput"):
        path = ROOT / target
        path.parent.mkdir(parents=True, exist_ok=True)
        state = {"commit": _git("rev-parse", "HEAD"), "changed": bool(_git("status", "-s"))}
        path.write_text(json.dumps(state | {"tests": _rows}, indent=1), "utf-8")


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()
