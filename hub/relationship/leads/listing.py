"""The list of leads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _

from hub.brokers.models import Broker
from hub.kernel import work
from hub.pages.filters import Filter
from hub.pages.lists import Column, Listing
from hub.relationship.leads import queries, words
from hub.relationship.leads.models import Lead, LeadSource


def listing(link: Callable[[Any], str] | None = None) -> Listing:
    """Leads, the most promising first."""
    points = queries.points() if work.is_open() else LeadSource.weight
    return Listing(
        name="leads", of_people=True, key=Lead.id, default_sort="-points",
        columns=(*_who(link, points), *_where()), filters=(*_filters(), _worth(points)),
    )  # fmt: skip


def _who(link: Callable[[Any], str] | None, points: Any) -> tuple[Column, ...]:
    return (
        Column(key="name", label=_("Name"), expr=Lead.name, sortable=True, link=link),
        Column(key="points", label=_("Points"), expr=points, kind="number", sortable=True),
        Column(
            key="state", label=_("State"), expr=Lead.state, kind="badge", labels=words.STATES,
            tones=words.TONES,
        ),
        Column(key="broker", label=_("Broker"), expr=Broker.name),
    )  # fmt: skip


def _where() -> tuple[Column, ...]:
    is_zh = str(get_locale() or "en").startswith("zh")
    source = LeadSource.title_zh if is_zh else LeadSource.title_en
    return (
        Column(key="source", label=_("Source"), expr=source, minor=True),
        Column(key="city", label=_("City"), expr=Lead.city, minor=True),
        Column(key="next_on", label=_("Ask again on"), expr=Lead.next_on, kind="date"),
        Column(
            key="entered_at", label=_("Entered"), expr=Lead.entered_at, kind="time",
            sortable=True, minor=True,
        ),
    )  # fmt: skip


def _filters() -> tuple[Filter, ...]:
    return (
        Filter(key="q", label=_("Search"), exprs=(Lead.name, Broker.name)),
        Filter(
            key="state", label=_("State"), kind="choice", exprs=(Lead.state,),
            choices=words.EVERY_STATE,
        ),
        Filter(
            key="source", label=_("Source"), kind="choice", exprs=(LeadSource.code,),
            choices=lambda: tuple(
                (one.code, queries.title_of(one)) for one in queries.sources(retired=True)
            ),
        ),
    )  # fmt: skip


def _worth(points: Any) -> Filter:
    return Filter(key="points", label=_("Points"), kind="number", exprs=(points,))
