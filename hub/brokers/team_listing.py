"""The list of teams."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _

from hub.brokers import queries
from hub.brokers.models import Branch
from hub.brokers.team_models import Team
from hub.pages.filters import Choices, Filter
from hub.pages.lists import Column, Listing


def _branches() -> Choices:
    return tuple((name, name) for name in queries.branches())


def listing(link: Callable[[Any], str] | None = None) -> Listing:
    """Teams by name and branch."""
    return Listing(
        name="teams",
        key=Team.id,
        default_sort="name",
        columns=(
            Column(key="name", label=_("Team"), expr=Team.name, sortable=True, link=link),
            Column(key="branch", label=_("Branch"), expr=Branch.name, sortable=True),
            Column(
                key="starts_on", label=_("From"), expr=Team.starts_on, kind="date", sortable=True
            ),
            Column(key="ends_on", label=_("Until before"), expr=Team.ends_on, kind="date"),
        ),
        filters=(
            Filter(key="q", label=_("Search"), exprs=(Team.name,)),
            Filter(
                key="branch", label=_("Branch"), kind="choice", exprs=(Branch.name,),
                choices=_branches,
            ),
        ),
    )  # fmt: skip
