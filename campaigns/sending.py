"""Send, test, pause, resume, cancel, resend: what makes messages leave or stop."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from flask_babel import gettext as _
from sqlalchemy import func

from campaigns import audience, drafts, wording
from campaigns.events import CampaignSent
from campaigns.models import Campaign
from campaigns.rules import Order, has_outgrown
from hub.kernel import access, audit, clock, messages, outbox, work
from hub.kernel.errors import Conflict, Invalid

FARTHEST = timedelta(days=366)


class NotSent(Conflict):
    """It is a draft: there is nothing to pause, resume or cancel."""

    code = "not-sent"


def send(campaign_id: int, order: Order) -> bool:
    """Send a campaign as confirmed; False when somebody has sent it already: nothing is done.

    Raises: NotFound, Forbidden, Invalid when words, audience or time do not allow it.
    """
    access.demand("campaigns.send")
    row = drafts.locked(campaign_id)
    if row.batch_id is not None:
        return False
    drafts.open_draft(campaign_id, version=order.version)
    _check_time(order.at)
    rule = audience.rule_of(row.segment_id)
    people = audience.members(rule, firm=row.firm)
    row.people = _count(row, order.people)
    message = wording.message(row, at=order.at)
    messages.check(message)
    row.batch_id = messages.post_to(message, people)
    row.rule, row.at = dict(rule), order.at
    row.sent_at, row.sent_by = clock.now(), access.current().user_id
    audit.append("sent", "campaign", row.id, {"batch": row.batch_id, "people": row.people})
    outbox.publish(CampaignSent(campaign_id=row.id, batch_id=row.batch_id, people=row.people))
    return True


def _check_time(at: datetime | None) -> None:
    now = clock.now()
    if at is not None and at <= now:
        raise Invalid({"at": _("This time has passed. Choose a later one, or send now.")})
    if at is not None and at > now + FARTHEST:
        raise Invalid({"at": _("At most a year ahead.")})


def _count(row: Campaign, seen: int) -> int:
    people = work.session().scalar(audience.of(row).with_only_columns(func.count())) or 0
    if not people:
        raise Invalid({"segment_id": nobody()})
    if has_outgrown(seen, people):
        raise Invalid({
            "people": _(
                "The audience has grown from %(seen)s to %(now)s people since you looked. "
                "Check it again.", seen=seen, now=people,
            )
        })  # fmt: skip
    return people


def nobody() -> str:
    """What to do when a segment means nobody."""
    return str(
        _(
            "Nobody is in this segment that you may write to. Open it and loosen or take away a "
            "condition, or choose another one."
        )
    )


def move(campaign_id: int, to: Literal["pause", "resume", "cancel"]) -> None:
    """Pause, resume or cancel a campaign that was sent.

    Raises: NotFound, Forbidden, Conflict.
    """
    access.demand("campaigns.send")
    messages.move(_batch_of(campaign_id), to)
    audit.append(to, "campaign", campaign_id)


def resend_failed(campaign_id: int) -> int:
    """Send once more to those it failed for → how many.

    Raises: NotFound, Forbidden, Conflict.
    """
    access.demand("campaigns.send")
    count = messages.resend_failed(_batch_of(campaign_id))
    audit.append("resent", "campaign", campaign_id, {"count": count})
    return count


def _batch_of(campaign_id: int) -> int:
    row = drafts.locked(campaign_id)
    if row.batch_id is None:
        raise NotSent(_("This campaign was not sent yet."))
    return row.batch_id
