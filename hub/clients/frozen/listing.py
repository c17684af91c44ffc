"""The list of frozen segments."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from hub.accounts.models import User
from hub.clients.frozen.models import Frozen
from hub.pages.filters import Filter
from hub.pages.lists import Column, Listing


def _link(row: Any) -> str:
    return url_for("frozen.show", frozen_id=row.id)


def listing() -> Listing:
    """What was frozen, of which day, by whom."""
    owner = select(User.name).where(User.id == Frozen.owner_id).scalar_subquery()
    return Listing(
        name="frozen",
        of_people=True,
        key=Frozen.id,
        default_sort="-taken_at",
        columns=(
            Column(key="name", label=_("Name"), expr=Frozen.name, sortable=True, link=_link),
            Column(key="on_day", label=_("As of"), expr=Frozen.on_day, kind="date", sortable=True),
            Column(key="size", label=_("Members"), expr=Frozen.size, kind="number", sortable=True),
            Column(key="owner", label=_("Owner"), expr=owner),
            Column(key="shared", label=_("Shared"), expr=Frozen.shared, kind="yes", minor=True),
            Column(
                key="taken_at", label=_("Frozen at"), expr=Frozen.taken_at, kind="time",
                sortable=True, minor=True,
            ),
            Column(
                key="put_away_at", label=_("Put away"), expr=Frozen.put_away_at, kind="time",
                minor=True,
            ),
        ),
        filters=(
            Filter(key="q", label=_("Search"), exprs=(Frozen.name,)),
            Filter(key="day", label=_("As of"), kind="date", exprs=(Frozen.on_day,)),
        ),
    )  # fmt: skip
