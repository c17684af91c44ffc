"""The list of brokers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _

from hub.brokers import queries
from hub.brokers.models import Broker
from hub.pages.filters import Choices, Filter
from hub.pages.lists import Column, Listing


def _branches() -> Choices:
    return tuple((name, name) for name in queries.branches())


def listing(link: Callable[[Any], str] | None = None) -> Listing:
    """Brokers by number, name and branch."""
    return Listing(
        name="brokers",
        key=Broker.id,
        default_sort="no",
        columns=(
            Column(key="no", label=_("Number"), expr=Broker.no, sortable=True, link=link),
            Column(key="name", label=_("Name"), expr=Broker.name, sortable=True, link=link),
            Column(key="branch", label=_("Branch"), expr=Broker.branch, sortable=True),
            Column(key="title", label=_("Title"), expr=Broker.title),
            Column(
                key="active", label=_("State"), expr=Broker.active, kind="badge",
                labels={True: _("active"), False: _("retired")},
                tones={True: "green", False: "secondary"},
            ),
        ),
        filters=(
            Filter(key="q", label=_("Search"), exprs=(Broker.name, Broker.no)),
            Filter(
                key="branch", label=_("Branch"), kind="choice", exprs=(Broker.branch,),
                choices=_branches,
            ),
        ),
    )  # fmt: skip
