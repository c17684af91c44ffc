"""Who will not get it, and why: the gates asked without writing anything."""

from __future__ import annotations

from typing import Any

from sqlalchemy import FromClause, Select, func, literal, select

from channels.deliveries.gating import SAME_ADDRESS, Ask, answers, once_per_address
from hub.kernel import work
from hub.kernel.reports import Line, Report


def run(ask: Ask, audience: Select[Any]) -> Report:
    """Ask every gate about `audience` (a select of client ids)."""
    rows = answers(ask, _source(audience)).subquery("rows")
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


def _source(audience: Select[Any]) -> FromClause:
    return audience.with_only_columns(
        audience.selected_columns[0].label("person_id"), maintain_column_froms=True
    ).subquery("audience")


def _doubles(rows: Any) -> list[tuple[str, int]]:
    """Per channel, how many open recipients share an address with an earlier one."""
    open_rows = select(
        rows.c.channel, (func.count() - func.count(rows.c.address_id.distinct())).label("n")
    )
    open_rows = open_rows.where(rows.c.reason == "", rows.c.shared).group_by(rows.c.channel)
    return [(row.channel, row.n) for row in work.session().execute(open_rows) if row.n]


def people(ask: Ask, audience: Select[Any], *, channel: str, reason: str) -> Select[Any]:
    """Select of person_id and address_id: whom `reason` stops on `channel`.

    Shape: reason "" selects those who will get it.
    """
    rows = answers(ask, _source(audience)).subquery("rows")
    here = select(rows.c.person_id, rows.c.address_id).where(rows.c.channel == channel)
    if not once_per_address(ask) or reason not in {"", SAME_ADDRESS}:
        return here.where(rows.c.reason == reason)
    place = func.row_number().over(partition_by=rows.c.address_id, order_by=rows.c.person_id)
    numbered = (
        here.add_columns(place.label("place")).where(rows.c.reason == "").subquery("numbered")
    )
    first = numbered.c.place == 1
    return select(numbered.c.person_id, numbered.c.address_id).where(
        first if not reason else ~first
    )


def why(ask: Ask, person_id: int) -> dict[str, str]:
    """For one person: channel → the first gate that stops it, "" when none does."""
    source = select(literal(person_id).label("person_id")).subquery("audience")
    rows = work.session().execute(answers(ask, source))
    return {row.channel: row.reason for row in rows}
