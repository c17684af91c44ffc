"""Whom a campaign reaches: its segment, inside what its sender may reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, func, or_, select, true

from campaigns.models import Campaign
from hub.accounts.models import User
from hub.accounts.security import actor_of
from hub.clients import queries as clients
from hub.clients.models import Client
from hub.kernel import access, facts, work
from hub.kernel.access import Actor
from hub.kernel.errors import Invalid

LOOKED_AT = 1_000  # people among whom samples are looked for
FEW = 5


def reach(*, firm: bool) -> ColumnElement[bool]:
    """The clients a campaign of the present actor may reach.

    Shape: the firm reaches all; a person those he serves as a broker, whatever else he sees.
    """
    if firm:
        access.demand("campaigns.firm")
        return true()
    return _served_by(access.current())


def _served_by(actor: Actor) -> ColumnElement[bool]:
    as_broker = replace(actor, roles=actor.roles & {"broker"})
    return access.scope(as_broker, "client", Client.id)


def members(rule: Mapping[str, Any], *, firm: bool) -> Select[Any]:
    """The ids of those whom `rule` means, of those the present actor may reach."""
    inside = select(Client.id).where(Client.merged_into.is_(None))
    return inside.where(reach(firm=firm), facts.condition(rule))


def of(campaign: Campaign) -> Select[Any]:
    """The audience of a draft as it is now, as far as the present actor may see it.

    Raises: Invalid when no segment is chosen.
    """
    actor = access.current()
    inside = select(Client.id).where(Client.merged_into.is_(None))
    inside = inside.where(access.scope(actor, "client", Client.id))
    if not campaign.firm:
        owner = actor_of(work.session().get_one(User, campaign.owner_id))
        inside = inside.where(_served_by(owner))
    return inside.where(facts.condition(rule_of(campaign.segment_id)))


def rule_of(segment_id: int | None) -> Mapping[str, Any]:
    """The rule of a segment the present actor may use.

    Raises: Invalid when none is chosen, NotFound.
    """
    if segment_id is None:
        raise Invalid({"segment_id": _("Choose whom it goes to.")})
    return clients.segment(segment_id).rule


def count(segment_id: int, *, firm: bool) -> int:
    """How many people a segment means for the present actor."""
    inside = members(rule_of(segment_id), firm=firm).with_only_columns(func.count())
    return work.session().scalar(inside) or 0


def samples(audience: Select[Any]) -> list[tuple[int, str]]:
    """A few real recipients to look at: the longest name, the typical one, the first ones.

    Shape: (client id, name).
    """
    some = audience.order_by(Client.id).limit(LOOKED_AT).subquery("some")
    query = select(Client.id, Client.name).join(some, some.c.id == Client.id)
    rows = sorted(work.session().execute(query), key=lambda row: (-len(row.name), row.id))
    if not rows:
        return []
    first = sorted(rows, key=lambda row: row.id)[:FEW]
    chosen = {row.id: row.name for row in (rows[0], rows[len(rows) // 2], *first)}
    return list(chosen.items())


def find(audience: Select[Any], text: str) -> int | None:
    """The first recipient whose number or name has `text` in it."""
    fits = or_(Client.no == text, Client.name.icontains(text, autoescape=True))
    found: int | None = work.session().scalar(audience.where(fits).order_by(Client.id).limit(1))
    return found


def holds(audience: Select[Any], person_id: int) -> bool:
    """Whether a client is in the audience."""
    return work.session().scalar(audience.where(Client.id == person_id)) is not None
