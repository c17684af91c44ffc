"""The list of agreements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, case, func, select

from hub.brokers.models import Broker
from hub.clients.models import Client
from hub.kernel.dated import AsOf, known, stands
from hub.pages import readings
from hub.pages.filters import Filter
from hub.pages.lists import Column, Listing
from hub.pages.readings import Reading
from hub.relationship.agreements import queries
from hub.relationship.agreements.models import Agreement, AgreementVersion
from hub.relationship.agreements.rules import Side
from hub.relationship.agreements.words import SIDES, STATES, TONES


def rows(reading: Reading) -> Select[Any]:
    """Agreements that the present actor may see; of a day, those that were in force on it."""
    every = queries.visible()
    if not reading.is_dated:
        return every
    then = select(AgreementVersion.agreement_id).where(stands(AgreementVersion, reading.as_of))
    return every.where(Agreement.id.in_(then))


def listing(link: Callable[[Any], str] | None = None, reading: Reading | None = None) -> Listing:
    """Agreements by number: with whom, since when, how they stand."""
    as_of = (reading or Reading()).as_of
    side = case((Agreement.client_id.is_not(None), Side.CLIENT.value), else_=Side.BROKER.value)
    return Listing(
        name="agreements",
        of_people=True,
        key=Agreement.id,
        default_sort="no",
        columns=_columns(side, as_of, link),
        filters=_filters(side, as_of),
    )  # fmt: skip


def _columns(side: Any, as_of: AsOf, link: Callable[[Any], str] | None) -> tuple[Column, ...]:
    subject = func.coalesce(Client.name, Broker.name)
    return (
        Column(key="no", label=_("Number"), expr=Agreement.no, sortable=True, link=link),
        Column(key="side", label=_("Side"), expr=side, labels=SIDES),
        Column(key="subject", label=_("Client or broker"), expr=subject, link=link),
        Column(key="title", label=_("Name of the agreement"), expr=Agreement.title, minor=True),
        Column(
            key="valid_from", label=_("From"), expr=queries.first_day(as_of.known_at),
            kind="date",
        ),
        Column(
            key="valid_to", label=_("Until before"), expr=queries.end_day(as_of.known_at),
            kind="date", minor=True,
        ),
        Column(
            key="state", label=_("State"), expr=queries.state(as_of), kind="badge",
            labels=STATES, tones=TONES,
        ),
        Column(
            key="is_signed", label=_("Signed file"), expr=_is_signed(as_of.known_at),
            kind="yes", minor=True,
        ),
    )  # fmt: skip


def _filters(side: Any, as_of: AsOf) -> tuple[Filter, ...]:
    signed = _is_signed(as_of.known_at)
    names = (Agreement.no, Agreement.title, Client.name, Client.no, Broker.name, Broker.no)
    return (
        Filter(key="q", label=_("Search"), exprs=names, hint=_("Number, title or name")),
        Filter(
            key="side", label=_("Side"), kind="choice", exprs=(side,), choices=tuple(SIDES.items())
        ),
        Filter(
            key="state", label=_("State"), kind="choice", choices=tuple(STATES.items()),
            where=partial(queries.in_state, as_of=as_of),
        ),
        Filter(
            key="signed", label=_("Signed file"), kind="choice", choices=_SIGNED,
            where=lambda value: signed if value == "yes" else ~signed,
        ),
        *readings.filters(_("In force on")),
    )  # fmt: skip


_SIGNED = (("yes", _("all there")), ("no", _("missing")))


def _is_signed(known_at: datetime | None) -> Any:
    """Condition: every version of `Agreement` that was known has its signed file."""
    row = AgreementVersion
    bare = select(row.id).where(
        row.agreement_id == Agreement.id, known(row, known_at), row.file_id.is_(None)
    )  # fmt: skip
    return ~bare.correlate(Agreement).exists()
