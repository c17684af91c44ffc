"""The list of transfers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _

from hub.pages.filters import Filter
from hub.pages.lists import Column, Listing
from hub.relationship.transfer_models import Transfer
from hub.relationship.transfer_queries import giver, receiver
from hub.relationship.words import STATES, TONES


def listing(link: Callable[[Any], str] | None = None) -> Listing:
    """Transfers, the latest first."""
    return Listing(
        name="transfers",
        key=Transfer.id,
        default_sort="-asked_at",
        columns=(
            Column(
                key="asked_at", label=_("Asked"), expr=Transfer.asked_at, kind="time",
                sortable=True, link=link,
            ),
            Column(key="giver", label=_("From broker"), expr=giver.name),
            Column(key="receiver", label=_("To broker"), expr=receiver.name),
            Column(key="people", label=_("Clients"), expr=Transfer.people, kind="number"),
            Column(key="valid_from", label=_("From"), expr=Transfer.valid_from, kind="date"),
            Column(
                key="state", label=_("State"), expr=Transfer.state, kind="badge", labels=STATES,
                tones=TONES,
            ),
        ),
        filters=(
            Filter(key="q", label=_("Search"), exprs=(giver.name, receiver.name)),
            Filter(
                key="state", label=_("State"), kind="choice", exprs=(Transfer.state,),
                choices=tuple(STATES.items()),
            ),
        ),
    )  # fmt: skip
