"""The list of tags."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from hub.clients.tags import queries
from hub.clients.tags.models import Tag
from hub.pages.filters import Filter
from hub.pages.lists import Column, Listing


def listing() -> Listing:
    """Every tag in use, and whether it is of the firm's list."""
    return Listing(
        name="tags",
        key=Tag.id,
        default_sort="name",
        columns=(
            Column(key="name", label=_("Tag"), expr=Tag.name, sortable=True),
            Column(key="is_listed", label=_("Firm's list"), expr=Tag.is_listed, kind="yes"),
            Column(key="usage", label=_("Clients today"), expr=queries.usage(), kind="number"),
        ),
        filters=(Filter(key="q", label=_("Search"), exprs=(Tag.name,)),),
    )
