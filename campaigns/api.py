"""Campaigns for programs: the list, how far they are, pause, resume, cancel, resend."""

from __future__ import annotations

from typing import Any

from campaigns import api_outs, drafts, labels, listings, queries, sending
from campaigns.api_outs import CampaignOut, ProgressOut, ResentOut
from campaigns.models import Campaign
from hub.kernel import messages
from hub.kernel.errors import NotFound
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor
from hub.pages.lists import Listing

door = ApiDoor("campaigns_api", __name__, path="/campaigns", about="Messages to segments.")


def _listing() -> Listing:
    return listings.campaigns()[0]


def _recipients() -> Listing:
    return listings.recipients(0)[0]


@door.get("", needs="campaigns.read", listing=_listing)
def index() -> Any:
    """Your own campaigns, the firm's, or all of them."""
    return listings.campaigns()


@door.get("/export", needs="campaigns.export", listing=_listing, exports=True)
def export() -> Any:
    """All of the list at once."""
    return listings.campaigns()


@door.get("/<int:campaign_id>", needs="campaigns.read", gives=CampaignOut)
def show(campaign_id: int) -> dict[str, Any]:
    """One campaign, sent or not."""
    return api_outs.told(queries.one(campaign_id))


@door.get("/<int:campaign_id>/progress", needs="campaigns.read", gives=ProgressOut)
def progress(campaign_id: int) -> dict[str, Any]:
    """How far a sent campaign is."""
    found = messages.progress(_batch(_sent(campaign_id)))
    waiting = sum(found.states.get(name, 0) for name in labels.OPEN)
    done = sum(found.states.values()) - waiting
    return {
        "state": found.state, "why": found.why, "total": found.snapshot, "done": done,
        "states": dict(found.states),
        "channels": {name: dict(counts) for name, counts in found.channels.items()},
    }  # fmt: skip


@door.get("/<int:campaign_id>/recipients", needs="campaigns.read", listing=_recipients)
def recipients(campaign_id: int) -> Any:
    """Who got it, who did not, and why."""
    return listings.recipients(_batch(_sent(campaign_id)))


@door.get(
    "/<int:campaign_id>/recipients/export", needs="campaigns.export", listing=_recipients,
    exports=True,
)  # fmt: skip
def export_recipients(campaign_id: int) -> Any:
    """All recipients at once; that they were taken is logged."""
    return (*listings.recipients(_batch(_sent(campaign_id))), campaign_id)


def _sent(campaign_id: int) -> Campaign:
    campaign = queries.one(campaign_id)
    if campaign.batch_id is None:
        raise NotFound
    return campaign


def _batch(campaign: Campaign) -> int:
    assert campaign.batch_id is not None
    return campaign.batch_id


@door.post("/<int:campaign_id>/pause", needs="campaigns.send", gives=CampaignOut)
def pause(campaign_id: int) -> dict[str, Any]:
    """Stop handing out."""
    sending.move(campaign_id, "pause")
    return show(campaign_id)


@door.post("/<int:campaign_id>/resume", needs="campaigns.send", gives=CampaignOut)
def resume(campaign_id: int) -> dict[str, Any]:
    """Go on where it stopped."""
    sending.move(campaign_id, "resume")
    return show(campaign_id)


@door.post("/<int:campaign_id>/cancel", needs="campaigns.send", gives=CampaignOut)
def cancel(campaign_id: int) -> dict[str, Any]:
    """End it: what waits is never sent."""
    sending.move(campaign_id, "cancel")
    return show(campaign_id)


@door.post("/<int:campaign_id>/resend", needs="campaigns.send", gives=ResentOut)
def resend(campaign_id: int) -> dict[str, int]:
    """Once more to those it failed for, and to nobody else."""
    return {"count": sending.resend_failed(campaign_id)}


@door.post("/<int:campaign_id>/duplicate", needs="campaigns.write", gives=out.Made, status=201)
def duplicate(campaign_id: int) -> dict[str, int]:
    """A new draft like this campaign."""
    return {"id": drafts.duplicate(campaign_id)}
