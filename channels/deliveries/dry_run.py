"""Who will not get it, and why: the gates asked without writing anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, literal, select

from channels.deliveries.gating import SAME_ADDRESS, Ask, answers, once_per_address
from hub.kernel import work


@dataclass(frozen=True, slots=True)
class Line:
    """How many recipients of a channel stop at a gate; reason "" counts those who get it."""

    channel: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Report:
    """The dry run of a message.

    Shape: `people` in the audience; `lines` per channel and reason, largest first.
    """

    people: int
    lines: tuple[Line, ...]

    def reached(self, channel: str) -> int:
        """How many will get it by `channel`."""
        return sum(line.count for line in self.lines if line.channel == channel and not line.reason)

    @property
    def stopped(self) -> tuple[Line, ...]:
        """The lines of those who will not get it."""
        return tuple(line for line in self.lines if line.reason)


def run(ask: Ask, audience: Select[Any]) -> Report:
    """Ask every gate about `audience` (a select of client ids)."""
    source = audience.with_only_columns(
        audience.selected_columns[0].label("person_id")
    ).subquery("audience")
    rows = answers(ask, source).subquery("rows")
    counted = select(rows.c.channel, rows.c.reason, func.count().label("n")).group_by(
        rows.c.channel, rows.c.reason
    )
    found = {(row.channel, row.reason): row.n for row in work.session().execute(counted)}
    if once_per_address(ask):
        for channel, doubles in _doubles(rows):
            found[channel, ""] -= doubles
            found[channel, SAME_ADDRESS] = doubles
    people = sum(found.values()) // max(1, len(ask.channels))
    lines = [Line(channel, reason, n) for (channel, reason), n in found.items() if n]
    return Report(people, tuple(sorted(lines, key=lambda line: (line.channel, -line.count))))


def _doubles(rows: Any) -> list[tuple[str, int]]:
    """Per channel, how many open recipients share an address with an earlier one."""
    open_rows = select(
        rows.c.channel, (func.count() - func.count(rows.c.address_id.distinct())).label("n")
    )
    open_rows = open_rows.where(rows.c.reason == "", rows.c.shared).group_by(rows.c.channel)
    return [(row.channel, row.n) for row in work.session().execute(open_rows) if row.n]


def why(ask: Ask, person_id: int) -> dict[str, str]:
    """For one person: channel → the first gate that stops it, "" when none does."""
    source = select(literal(person_id).label("person_id")).subquery("audience")
    rows = work.session().execute(answers(ask, source))
    return {row.channel: row.reason for row in rows}
