"""Who will not get it, and why: the gates asked without writing anything."""

from __future__ import annotations

from typing import Any

from sqlalchemy import FromClause, Select, case, func, literal, select

from channels.deliveries.gating import SAME_ADDRESS, Ask, answers, once_per_address
from hub.kernel import work
from hub.kernel.reports import Line, Report

MOST = 2**62


def run(ask: Ask, audience: Select[Any]) -> Report:
    """Ask every gate about `audience` (a select of client ids), in one pass."""
    rows = answers(ask, _source(audience)).subquery("rows")
    shared = case((rows.c.shared, rows.c.address_id))  # null where the address is one person's
    counted = select(
        rows.c.channel, rows.c.reason, func.count().label("n"),
        (func.count(shared) - func.count(shared.distinct())).label("doubles"),
    ).group_by(rows.c.channel, rows.c.reason)  # fmt: skip
    found: dict[tuple[str, str], int] = {}
    for row in work.session().execute(counted):
        doubles = row.doubles if not row.reason and once_per_address(ask) else 0
        found[row.channel, row.reason] = row.n - doubles
        if doubles:
            found[row.channel, SAME_ADDRESS] = doubles
    people = sum(found.values()) // max(1, len(ask.channels))
    lines = [Line(channel, reason, n) for (channel, reason), n in found.items() if n]
    return Report(people, tuple(sorted(lines, key=lambda line: (line.channel, -line.count))))


def _source(audience: Select[Any]) -> FromClause:
    """The audience in order of id, so that what is looked up of it lies side by side."""
    person = audience.selected_columns[0]
    ids = audience.with_only_columns(person.label("person_id"), maintain_column_froms=True)
    # The limit keeps the order: without one a database may take it for idle.
    return ids.order_by(person).limit(MOST).subquery("audience")


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
