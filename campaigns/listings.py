"""The lists of this room: campaigns, templates, recipients, people whom a gate stops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _
from sqlalchemy import Select, func, select

from campaigns import labels, queries
from campaigns.models import Campaign, Template
from campaigns.rules import DRAFT
from hub.accounts.models import User
from hub.clients.models import Address, Client, Segment
from hub.kernel import messages
from hub.pages.filters import Filter
from hub.pages.lists import Column, Listing


def campaigns() -> tuple[Listing, Select[Any]]:
    """Campaigns the present actor may see."""
    batch = queries.batches()
    state = func.coalesce(batch.c.state, DRAFT)
    listing = Listing(
        name="campaigns",
        key=Campaign.id,
        default_sort="-changed_at",
        columns=(
            Column(key="name", label=_("Name"), expr=Campaign.name, sortable=True, link=_campaign),
            Column(key="state", label=_("State"), expr=state, kind="badge",
                   labels=labels.STATES, tones=labels.STATE_TONES),
            Column(key="klass", label=_("Class"), expr=Campaign.klass, kind="badge",
                   labels=labels.KLASS_SHORT, minor=True),
            Column(key="segment", label=_("Segment"), expr=Segment.name, minor=True),
            Column(key="people", label=_("People"), expr=func.nullif(Campaign.people, 0),
                   kind="number"),
            Column(key="owner", label=_("Owner"), expr=User.name),
            Column(key="sent_at", label=_("Sent"), expr=Campaign.sent_at, kind="time",
                   sortable=True),
            Column(key="changed_at", label=_("Changed"), expr=Campaign.changed_at, kind="time",
                   sortable=True, minor=True),
        ),
        filters=(
            Filter(key="q", label=_("Search"), exprs=(Campaign.name,), hint=_("Name")),
            Filter(key="state", label=_("State"), kind="choice", exprs=(state,),
                   choices=tuple(labels.STATES.items())),
        ),
    )  # fmt: skip
    return listing, queries.base(batch)


def _campaign(row: Any) -> str:
    return url_for("campaigns.show", campaign_id=row.id)


def templates() -> tuple[Listing, Select[Any]]:
    """Templates, those in use unless the filter asks for what was put away."""
    state = Template.archived_at.is_not(None)
    listing = Listing(
        name="templates",
        key=Template.id,
        default_sort="name",
        columns=(
            Column(key="name", label=_("Name"), expr=Template.name, sortable=True,
                   link=lambda row: url_for("campaign_templates.edit", template_id=row.id)),
            Column(key="klass", label=_("Class"), expr=Template.klass, kind="badge",
                   labels=labels.KLASS_SHORT),
            Column(key="owner", label=_("Owner"), expr=User.name),
            Column(key="archived", label=_("Put away"), expr=state, kind="yes", minor=True),
            Column(key="changed_at", label=_("Changed"), expr=Template.changed_at, kind="time",
                   sortable=True),
        ),
        filters=(
            Filter(key="q", label=_("Search"), exprs=(Template.name,), hint=_("Name")),
            Filter(key="klass", label=_("Class"), kind="choice", exprs=(Template.klass,),
                   choices=tuple(labels.KLASS_SHORT.items())),
        ),
    )  # fmt: skip
    return listing, select().select_from(Template).join(User, User.id == Template.owner_id)


def recipients(batch_id: int) -> tuple[Listing, Select[Any]]:
    """Who got it, who did not, and why: recipients whom the present actor may see."""
    rows = messages.recipients(batch_id).subquery("recipient")
    reasons = {name: reason.title for name, reason in messages.reasons().items()}
    channels = {name: spec.title for name, spec in messages.channels().items()}
    listing = Listing(
        name="recipients",
        of_people=True,
        key=rows.c.id,
        default_sort="id",
        columns=_recipient_columns(rows.c, channels, reasons),
        extra=(rows.c.person_id,),
        filters=(
            Filter(key="q", label=_("Search"), exprs=(rows.c.name,), hint=_("Client")),
            Filter(key="state", label=_("State"), kind="choice", exprs=(rows.c.state,),
                   choices=tuple(labels.DELIVERY_STATES.items())),
            Filter(key="reason", label=_("Reason"), kind="choice", exprs=(rows.c.reason,),
                   choices=tuple(reasons.items())),
            Filter(key="channel", label=_("Channel"), kind="choice", exprs=(rows.c.channel,),
                   choices=tuple(channels.items())),
        ),
    )  # fmt: skip
    return listing, select().select_from(rows)


def _recipient_columns(
    row: Any, channels: Mapping[str, Any], reasons: Mapping[str, Any]
) -> tuple[Column, ...]:
    return (
        Column(key="id", label=_("No."), expr=row.id, minor=True),
        Column(key="name", label=_("Client"), expr=row.name, link=_client),
        Column(key="channel", label=_("Channel"), expr=row.channel, labels=channels),
        Column(key="state", label=_("State"), expr=row.state, kind="badge",
               labels=labels.DELIVERY_STATES, tones=labels.DELIVERY_TONES),
        Column(key="reason", label=_("Reason"), expr=func.nullif(row.reason, ""), labels=reasons),
        Column(key="code", label=_("Provider's code"), expr=func.nullif(row.code, ""), minor=True),
        Column(key="at", label=_("When"), expr=row.at, kind="time"),
    )  # fmt: skip


def people(stopped: Select[Any], channel: str) -> tuple[Listing, Select[Any]]:
    """The people whom a gate stops on a channel."""
    rows = stopped.subquery("stopped")
    base = select().select_from(rows).join(Client, Client.id == rows.c.person_id)
    return people_of(channel), base.outerjoin(Address, Address.id == rows.c.address_id)


def people_of(channel: str) -> Listing:
    """A list of people with their addresses of a channel."""
    kind = messages.channels()[channel].address_kind
    return Listing(
        name="stopped",
        of_people=True,
        key=Client.id,
        default_sort="id",
        columns=(
            Column(key="id", label=_("No."), expr=Client.id, minor=True),
            Column(key="name", label=_("Client"), expr=Client.name, link=_client),
            Column(key="no", label=_("Client number"), expr=Client.no),
            Column(key="city", label=_("City"), expr=Client.city, minor=True),
            Column(key="address", label=_("Address"), expr=Address.value,
                   kind="phone" if kind == "sms" else "email"),
        ),
        extra=(Client.id.label("person_id"),),
        filters=(
            Filter(key="q", label=_("Search"), exprs=(Client.name, Client.no),
                   hint=_("Name or number")),
        ),
    )  # fmt: skip


def _client(row: Any) -> str:
    return url_for("clients.show", client_id=row.person_id)
