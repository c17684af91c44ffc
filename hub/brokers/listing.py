"""The list of brokers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import case, literal

from hub.brokers import queries
from hub.brokers.models import Branch, Broker
from hub.brokers.words import KINDS, STATES, TONES
from hub.kernel import clock
from hub.pages.filters import Choices, Filter
from hub.pages.lists import Column, Listing


def _branches() -> Choices:
    return tuple((name, name) for name in queries.branches())


def _state() -> Any:
    """What a broker does today, in one word."""
    today = literal(clock.firm_day(), Broker.joined_on.type)
    return case(
        (Broker.left_on <= today, "left"),
        (Broker.joined_on > today, "to-come"),
        (Broker.frozen_at.is_not(None), "frozen"),
        else_="at-work",
    )


def _filters(state: Any) -> tuple[Filter, ...]:
    return (
        Filter(key="q", label=_("Search"), exprs=(Broker.name, Broker.no)),
        Filter(
            key="branch", label=_("Branch"), kind="choice", exprs=(Branch.name,),
            choices=_branches,
        ),
        Filter(
            key="state", label=_("State"), kind="choice", exprs=(state,),
            choices=tuple(STATES.items()),
        ),
    )  # fmt: skip


def listing(link: Callable[[Any], str] | None = None) -> Listing:
    """Brokers by number, name and branch."""
    state = _state()
    return Listing(
        name="brokers",
        key=Broker.id,
        default_sort="no",
        columns=(
            Column(key="no", label=_("Number"), expr=Broker.no, sortable=True, link=link),
            Column(key="name", label=_("Name"), expr=Broker.name, sortable=True, link=link),
            Column(key="kind", label=_("Kind"), expr=Broker.kind, labels=KINDS),
            Column(key="branch", label=_("Branch"), expr=Branch.name, sortable=True),
            Column(key="title", label=_("Title"), expr=Broker.title),
            Column(
                key="joined_on", label=_("From"), expr=Broker.joined_on, kind="date",
                sortable=True,
            ),
            Column(
                key="state", label=_("State"), expr=state, kind="badge", labels=STATES,
                tones=TONES,
            ),
        ),
        filters=_filters(state),
    )  # fmt: skip
