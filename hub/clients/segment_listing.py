"""The list of segments."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from hub.accounts.models import User
from hub.clients.models import Segment
from hub.pages.lists import Column, Listing


def _link(row: Any) -> str:
    return url_for("segments.edit", segment_id=row.id)


def listing() -> Listing:
    """Own and shared segments."""
    owner = select(User.name).where(User.id == Segment.owner_id).scalar_subquery()
    return Listing(
        name="segments",
        key=Segment.id,
        default_sort="-changed_at",
        columns=(
            Column(key="name", label=_("Name"), expr=Segment.name, sortable=True, link=_link),
            Column(key="owner", label=_("Owner"), expr=owner),
            Column(key="shared", label=_("Shared"), expr=Segment.shared, kind="yes"),
            Column(
                key="changed_at", label=_("Changed"), expr=Segment.changed_at, kind="time",
                sortable=True,
            ),
        ),
    )  # fmt: skip
