"""The list of transfers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, case, literal

from hub.pages import readings
from hub.pages.filters import Filter
from hub.pages.lists import Column, Listing
from hub.pages.readings import Reading
from hub.relationship import transfer_queries
from hub.relationship.rules import TransferState
from hub.relationship.transfer_models import Transfer
from hub.relationship.transfer_queries import giver, receiver
from hub.relationship.words import STATES, TONES


def rows(reading: Reading) -> Select[Any]:
    """Transfers that the present actor may know of; of a day, those that were asked for by then."""
    every, moment = transfer_queries.visible(), reading.moment
    return every if moment is None else every.where(Transfer.asked_at < moment)


def _state(moment: datetime | None) -> Any:
    """How a transfer stood at a moment: open until it ended."""
    if moment is None:
        return Transfer.state
    then = literal(moment, Transfer.asked_at.type)
    return case((Transfer.ended_at >= then, TransferState.OPEN.value), else_=Transfer.state)


def listing(link: Callable[[Any], str] | None = None, reading: Reading | None = None) -> Listing:
    """Transfers, the latest first, as they stood."""
    state = _state((reading or Reading()).moment)
    return Listing(
        name="transfers",
        of_people=True,
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
                key="state", label=_("State"), expr=state, kind="badge", labels=STATES,
                tones=TONES,
            ),
        ),
        filters=(
            Filter(key="q", label=_("Search"), exprs=(giver.name, receiver.name)),
            Filter(
                key="state", label=_("State"), kind="choice", exprs=(state,),
                choices=tuple(STATES.items()),
            ),
            *readings.filters(),
        ),
    )  # fmt: skip
