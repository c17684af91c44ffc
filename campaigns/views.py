"""Pages of campaigns: the list, one that was sent, its recipients, pause, resume, cancel."""

from __future__ import annotations

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from campaigns import drafts, labels, listings, pages, queries, sending
from campaigns.models import Campaign
from hub.kernel.access import Actor
from hub.kernel.doors import Door
from hub.kernel.errors import NotFound
from hub.pages import exports, htmx

door = Door("campaigns", __name__, url_prefix="/campaigns", template_folder="templates")

PANEL_ROWS = 5


@door.get("/", needs="campaigns.read")
def index() -> str:
    """Own campaigns, the firm's, or all of them."""
    listing, base = listings.campaigns()
    return render_template("campaigns/index.html", page=listing.page(base, request.args))


@door.get("/export", needs="campaigns.export")
def export() -> Response:
    """The list as a file."""
    listing, base = listings.campaigns()
    return exports.csv_file(listing, base, request.args)


@door.get("/<int:campaign_id>", needs="campaigns.read")
def show(campaign_id: int) -> str:
    """A draft to work on, or how far a campaign is and who got it."""
    campaign = queries.one(campaign_id)
    if campaign.batch_id is None:
        return pages.editor(pages.of_campaign(campaign), campaign)
    listing, base = listings.recipients(campaign.batch_id)
    return render_template(
        "campaigns/show.html", page=listing.page(base, request.args), labels=labels,
        sender=queries.name_of(campaign.sent_by), **pages.progress(campaign),
    )  # fmt: skip


@door.get("/<int:campaign_id>/progress", needs="campaigns.read")
def progress(campaign_id: int) -> str:
    """The part of the page that moves."""
    return render_template("campaigns/progress.html", **pages.progress(_sent(campaign_id)))


@door.get("/<int:campaign_id>/recipients", needs="campaigns.export")
def recipients(campaign_id: int) -> Response:
    """The recipients as a file: who got it, who did not, and why."""
    campaign = _sent(campaign_id)
    assert campaign.batch_id is not None
    listing, base = listings.recipients(campaign.batch_id)
    return exports.csv_file(listing, base, request.args, subject_id=campaign.id)


def _sent(campaign_id: int) -> Campaign:
    campaign = queries.one(campaign_id)
    if campaign.batch_id is None:
        raise NotFound
    return campaign


@door.post("/<int:campaign_id>/pause", needs="campaigns.send")
def pause(campaign_id: int) -> ResponseReturnValue:
    """Stop handing out."""
    sending.move(campaign_id, "pause")
    return htmx.go(url_for("campaigns.show", campaign_id=campaign_id))


@door.post("/<int:campaign_id>/resume", needs="campaigns.send")
def resume(campaign_id: int) -> ResponseReturnValue:
    """Go on where it stopped."""
    sending.move(campaign_id, "resume")
    return htmx.go(url_for("campaigns.show", campaign_id=campaign_id))


@door.post("/<int:campaign_id>/cancel", needs="campaigns.send")
def cancel(campaign_id: int) -> ResponseReturnValue:
    """End it: what waits is never sent."""
    sending.move(campaign_id, "cancel")
    return htmx.go(url_for("campaigns.show", campaign_id=campaign_id))


@door.post("/<int:campaign_id>/resend", needs="campaigns.send")
def resend(campaign_id: int) -> ResponseReturnValue:
    """Once more to those it failed for, and to nobody else."""
    count = sending.resend_failed(campaign_id)
    flash(ngettext("%(num)s message is sent again.", "%(num)s messages are sent again.", count))
    return htmx.go(url_for("campaigns.show", campaign_id=campaign_id))


@door.post("/<int:campaign_id>/duplicate", needs="campaigns.write")
def duplicate(campaign_id: int) -> ResponseReturnValue:
    """A new draft like this campaign."""
    copy = drafts.duplicate(campaign_id)
    flash(_("This is a copy: change what you like, nothing is sent yet."), "success")
    return htmx.go(url_for("campaigns.show", campaign_id=copy))


def running_panel(actor: Actor, subject: int | None) -> str:
    """Campaigns under way, for the home page."""
    del actor, subject
    found = [pages.progress(campaign) for campaign in queries.running(PANEL_ROWS)]
    return render_template("campaigns/panel.html", campaigns=found)
