"""Drafts for programs: write, count, preview, test, check, send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from campaigns import (
    api_outs,
    audience,
    drafts,
    forecast,
    forms,
    listings,
    pages,
    queries,
    sending,
    trials,
    wording,
)
from campaigns.api import door as door  # the same door: these are its further operations
from campaigns.api import show
from campaigns.api_outs import (
    CampaignOut,
    CheckOut,
    PeopleOut,
    PreviewOut,
    SentOut,
    TestedOut,
)
from campaigns.models import Campaign
from campaigns.rules import Draft, Order
from hub.kernel import messages
from hub.kernel.errors import Invalid, NotFound
from hub.pages.api import out
from hub.pages.api.operations import Guard
from hub.pages.lists import Listing


@door.post("", needs="campaigns.write", takes=forms.CampaignForm, gives=out.Made, status=201)
def create(draft: Draft) -> dict[str, int]:
    """Keep a new draft."""
    return {"id": drafts.begin(draft)}


@door.put(
    "/<int:campaign_id>", needs="campaigns.write", takes=forms.CampaignForm, gives=CampaignOut,
    guard=Guard(view=show, gives=CampaignOut, model=Campaign, key="campaign_id"),
)  # fmt: skip
def change(draft: Draft, campaign_id: int) -> dict[str, Any]:
    """Keep the changes of a draft: all of it, what you leave out is emptied."""
    present = queries.one(campaign_id).version
    return api_outs.told(drafts.change(campaign_id, draft, version=present))


@door.delete("/<int:campaign_id>", needs="campaigns.write")
def discard(campaign_id: int) -> None:
    """Throw a draft away; what was sent stays."""
    drafts.discard(campaign_id)


@door.post(
    "/audience", needs="campaigns.write", reads=True, takes=forms.AudienceForm, gives=PeopleOut
)
def count(wish: Mapping[str, Any]) -> dict[str, int]:
    """How many people a segment means for you now."""
    return {"people": audience.count(wish["segment_id"], firm=wish["firm"])}


@door.post("/preview", needs="campaigns.write", reads=True, takes=forms.WordsForm, gives=PreviewOut)
def preview(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Words as a real recipient of the segment would get them."""
    return pages.preview(typed)


@door.post("/test", needs="campaigns.write", takes=forms.TrialForm, gives=TestedOut)
def test(wish: Mapping[str, Any]) -> dict[str, int]:
    """Send words to one address, as a real recipient of the segment would get them."""
    person = pages.preview(wish)["person"]
    if person is None:
        raise Invalid({"segment_id": sending.nobody()})
    message = wording.of_test(
        forms.texts_of(wish), wish["klass"], wish["channel"], nonce=trials.word()
    )
    return {"batch": trials.test(message, to=wish["to"], person_id=person)}


@door.get("/<int:campaign_id>/check", needs="campaigns.read", gives=CheckOut)
def check(campaign_id: int) -> dict[str, Any]:
    """The dry run: who would get it, who would not, and why."""
    campaign = queries.one(campaign_id)
    found = forecast.run(campaign)
    reasons = messages.reasons()
    lines = [
        {
            "channel": line.channel, "reason": line.reason, "count": line.count,
            "title": str(reasons[line.reason].title) if line.reason else "",
        }
        for line in found.report.lines
    ]  # fmt: skip
    return {
        "version": campaign.version, "people": found.report.people, "lines": lines,
        "cost": found.cost,
    }  # fmt: skip


def _stopped() -> Listing:
    return listings.people_of("email")


@door.get(
    "/<int:campaign_id>/check/people", needs="campaigns.read", asks=forms.StoppedForm,
    listing=_stopped,
)  # fmt: skip
def stopped(wish: Mapping[str, str], campaign_id: int) -> Any:
    """The people whom one reason stops on one channel; without a reason, those who get it."""
    return _people(queries.one(campaign_id), wish)


@door.get(
    "/<int:campaign_id>/check/people/export", needs="campaigns.export", asks=forms.StoppedForm,
    listing=_stopped, exports=True,
)  # fmt: skip
def export_stopped(wish: Mapping[str, str], campaign_id: int) -> Any:
    """All of them at once; that they were taken is logged."""
    return (*_people(queries.one(campaign_id), wish), campaign_id)


def _people(campaign: Campaign, wish: Mapping[str, str]) -> Any:
    channel, reason = wish["channel"], wish["reason"]
    if channel not in messages.channels() or (reason and reason not in messages.reasons()):
        raise NotFound
    return listings.people(forecast.stopped(campaign, channel=channel, reason=reason), channel)


@door.post("/<int:campaign_id>/send", needs="campaigns.send", takes=forms.SendForm, gives=SentOut)
def send(order: Order, campaign_id: int) -> dict[str, Any]:
    """Send as the check told you: its version and its number of people."""
    was_sent = sending.send(campaign_id, order)
    return {"was_sent": was_sent, "campaign": show(campaign_id)}
