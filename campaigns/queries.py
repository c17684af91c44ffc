"""Reads of campaigns and templates, each inside what the present actor may see."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, false, or_, select, true

from campaigns.models import Campaign, Template
from campaigns.rules import DRAFT
from hub.accounts.models import User
from hub.clients.models import Segment
from hub.kernel import access, messages, work
from hub.kernel.access import Actor

OVER = ("done", "cancelled")


def sees(actor: Actor) -> ColumnElement[bool]:
    """The campaigns an actor may see: his own, the firm's; all of them with the right to."""
    if actor.holds("campaigns.oversee"):
        return true()
    if not actor.holds("campaigns.read"):
        return false()
    return or_(Campaign.owner_id == actor.user_id, Campaign.firm)


def may_see(actor: Actor, campaign_id: int) -> bool:
    """Whether an actor may see a campaign and watch it live."""
    found = select(Campaign.id).where(Campaign.id == campaign_id, sees(actor))
    return work.session().scalar(found) is not None


def one(campaign_id: int) -> Campaign:
    """A campaign that the present actor may see.

    Raises: NotFound.
    """
    query = select(Campaign).where(Campaign.id == campaign_id, sees(access.current()))
    return access.found(work.session().scalar(query))


def may_change(campaign: Campaign) -> bool:
    """Whether the present actor may edit, send, pause this campaign."""
    actor = access.current()
    if campaign.firm:
        return actor.holds("campaigns.firm")
    return actor.holds("campaigns.write") and campaign.owner_id == actor.user_id


def base(batch: Any) -> Select[Any]:
    """Campaigns with owner, segment and batch, for lists; `batch` is from `batches`."""
    return (
        select()
        .select_from(Campaign)
        .join(User, User.id == Campaign.owner_id)
        .outerjoin(Segment, Segment.id == Campaign.segment_id)
        .outerjoin(batch, batch.c.batch_id == Campaign.batch_id)
        .where(sees(access.current()))
    )


def batches() -> Any:
    """The batches of the messages port, under one name per statement."""
    return messages.batches().subquery("batch")


def segments() -> list[tuple[int, str]]:
    """Segments the present actor may send to, by name."""
    actor = access.current()
    mine = or_(Segment.shared, Segment.owner_id == actor.user_id)
    rows = work.session().execute(
        select(Segment.id, Segment.name).where(mine).order_by(Segment.name)
    )
    return [(row.id, row.name) for row in rows]


def templates() -> list[tuple[int, str]]:
    """Templates to begin with, by name."""
    living = select(Template.id, Template.name).where(Template.archived_at.is_(None))
    rows = work.session().execute(living.order_by(Template.name))
    return [(row.id, row.name) for row in rows]


def template(template_id: int) -> Template:
    """A template; everybody who may read campaigns may read templates.

    Raises: NotFound.
    """
    return access.found(work.session().get(Template, template_id))


def may_change_template(row: Template) -> bool:
    """Whether the present actor may edit or archive a template: his own, or the firm's desk."""
    actor = access.current()
    mine = row.owner_id == actor.user_id and actor.holds("campaigns.write")
    return mine or actor.holds("campaigns.firm")


def running(limit: int) -> list[Campaign]:
    """Campaigns of the present actor's view that are under way, latest first."""
    batch = batches()
    query = (
        select(Campaign)
        .join(batch, batch.c.batch_id == Campaign.batch_id)
        .where(sees(access.current()), batch.c.state.not_in(OVER))
        .order_by(Campaign.sent_at.desc())
        .limit(limit)
    )
    return list(work.session().scalars(query))


def state_of(campaign: Campaign) -> str:
    """Where it stands: its batch's state, or draft."""
    if campaign.batch_id is None:
        return DRAFT
    return messages.progress(campaign.batch_id).state


def name_of(user_id: int | None) -> str:
    """A user's name."""
    return work.session().scalar(select(User.name).where(User.id == user_id)) or ""
