"""What is counted and logged while something is turned away."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.kernel import tally, work
from hub.kernel.audit import AuditRow


@dataclass
class Noted:
    """What was counted and logged meanwhile."""

    counted: dict[tuple[str, str], float] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)

    def reasons(self) -> list[tuple[int, str]]:
        """Status and reason of each request that was turned away."""
        return [
            (line["status"], line["reason"]) for line in self.logs("request") if "reason" in line
        ]

    def logs(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["event"] == event]


def sums() -> dict[tuple[str, str], float]:
    return {(key[1], key[2]): value for key, value in tally.sums().items() if key[0] == "refused"}


@contextlib.contextmanager
def watched() -> Iterator[Noted]:
    before, noted = sums(), Noted()
    with structlog.testing.capture_logs() as lines:
        yield noted
    noted.lines = [dict(line) for line in lines]
    noted.counted = {
        key: value - before.get(key, 0)
        for key, value in sums().items()
        if value > before.get(key, 0)
    }


def audited(verb: str) -> list[dict[str, Any]]:
    with work.unit(writes=False):
        found = work.session().scalars(select(AuditRow.detail).where(AuditRow.verb == verb))
        return list(found)


def told(answer: TestResponse) -> tuple[int, str]:
    """Status and reason of a problem that says no more to whoever has no right to know."""
    body = answer.get_json()
    assert answer.content_type == "application/problem+json"
    return answer.status_code, body["title"]
