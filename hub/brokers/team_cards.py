"""A team as a page or a program reads it, in a month."""

from __future__ import annotations

from datetime import date
from typing import Any

from hub.brokers import queries, team_queries
from hub.brokers.models import Branch
from hub.brokers.team_models import month_of
from hub.kernel import work


def month_card(team_id: int, day: date) -> dict[str, Any]:
    """A team in the month of a day: members, targets, what is reached.

    Raises: NotFound.
    """
    row = team_queries.one(team_id)
    leader = team_queries.lead_of(team_id, day)
    return {
        "team": {
            "id": row.id, "name": row.name, "starts_on": row.starts_on, "ends_on": row.ends_on,
            "branch": work.session().get_one(Branch, row.branch_id).name,
            "lead": None if leader is None else queries.name_of(leader).name,
            "lead_id": leader,
        },
        "month": month_of(day),
        "members": team_queries.members(team_id, day),
        "results": [one.told() for one in team_queries.results(team_id, day)],
    }  # fmt: skip
