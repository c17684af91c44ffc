"""Pages of a draft: whom it goes to, its words, the check, a test, sending."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Select

from campaigns import (
    audience,
    drafts,
    forecast,
    forms,
    labels,
    listings,
    pages,
    queries,
    sending,
    trials,
    wording,
)
from campaigns.models import Campaign
from campaigns.rules import Draft, Order
from campaigns.views import door as door  # the same door: these are its further pages
from hub.kernel import messages
from hub.kernel.errors import Invalid, NotFound
from hub.pages import exports, htmx
from hub.pages.forms import Answer, Filled, answer, blank, parse
from hub.pages.lists import Listing


@door.get("/new", needs="campaigns.write")
def new() -> str:
    """An empty draft; `segment_id` and `template_id` may come along."""
    values: dict[str, Any] = {
        "klass": "promotion", "channels": ["email", "sms"],
        "segment_id": request.args.get("segment_id"),
    }  # fmt: skip
    template_id = request.args.get("template_id", "")
    if template_id.isdecimal():
        template = queries.template(int(template_id))
        values |= {"klass": template.klass, **forms.spread(template.texts)}
    return pages.editor(blank(values), None)


@door.post("/new", needs="campaigns.write")
def create() -> ResponseReturnValue:
    """Keep a new draft."""

    def act(draft: Draft) -> ResponseReturnValue:
        campaign_id = drafts.begin(draft)
        if request.form.get("template_id", "").isdecimal() and "take" in request.form:
            _take(campaign_id, draft, version=1)
        return htmx.go(url_for("campaigns.show", campaign_id=campaign_id) + "#check")

    return answer(forms.CampaignForm, Answer(lambda form: pages.editor(form, None), act))


@door.post("/<int:campaign_id>", needs="campaigns.write")
def save(campaign_id: int) -> ResponseReturnValue:
    """Keep the changes of a draft, with a template's words when one is taken."""
    version = _version()

    def act(draft: Draft) -> ResponseReturnValue:
        if "take" in request.form:
            _take(campaign_id, draft, version=version)
        else:
            drafts.change(campaign_id, draft, version=version)
        return htmx.go(url_for("campaigns.show", campaign_id=campaign_id) + "#check")

    def show(form: Filled) -> str:
        return pages.editor(form, queries.one(campaign_id))

    return answer(forms.CampaignForm, Answer(show, act))


def _version() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isdecimal() else 0


def _take(campaign_id: int, draft: Draft, *, version: int) -> None:
    number = request.form.get("template_id", "")
    if not number.isdecimal():
        raise Invalid({"template_id": _("Choose a template.")})
    drafts.take_template(campaign_id, draft, version=version, template_id=int(number))


@door.post("/<int:campaign_id>/discard", needs="campaigns.write")
def discard(campaign_id: int) -> ResponseReturnValue:
    """Throw a draft away."""
    drafts.discard(campaign_id)
    flash(_("The draft is gone."), "success")
    return htmx.go(url_for("campaigns.index"))


@door.post("/audience", needs="campaigns.write", reads=True)
def count() -> str:
    """How many people the chosen segment means now."""
    typed = forms.words_typed(request.form)
    segment_id, people = typed["segment_id"], None
    if segment_id is not None:
        try:
            people = audience.count(segment_id, firm=typed["firm"])
        except NotFound:
            segment_id = None
    return render_template("campaigns/audience.html", people=people, segment_id=segment_id)


@door.post("/preview", needs="campaigns.write", reads=True)
def preview() -> str:
    """The words as typed, as a real recipient would get them."""
    typed = forms.words_typed(request.form)
    return render_template(
        "campaigns/preview.html", typed=typed, labels=labels, form_id=_form_id(),
        channels=messages.channels(), reasons=messages.reasons(), **pages.preview(typed),
    )  # fmt: skip


def _form_id() -> str:
    """The form the preview belongs to: a template's or a draft's."""
    return "draft-form" if "template" not in request.form else "words-form"


@door.post("/preview/mail", needs="campaigns.write", reads=True)
def mail() -> str:
    """The HTML of the e-mail alone, shut in: no script, no form, nothing from elsewhere."""
    looks = pages.preview(forms.words_typed(request.form) | {"channels": ["email"]})["looks"]
    return looks[0].parts.get("html", "") if looks else ""


# An e-mail styles itself, so its frame may; the sandbox keeps everything else out.
mail.talisman_view_options = {  # type: ignore[attr-defined]
    "content_security_policy": {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "img-src": "data:",
        "sandbox": "",
        "frame-ancestors": "'self'",
    }
}


@door.post("/test", needs="campaigns.write")
def test() -> str:
    """Send the words as typed to one address, in a real recipient's words."""
    nonce, sent_to = trials.nonce(), ""
    faults: Mapping[str, str] = {}
    try:
        sent_to = _test()
    except Invalid as error:
        faults = forms.at_fields(Filled({}, error.fields)).errors
    return render_template(
        "campaigns/test.html", form=Filled(dict(request.form), faults), nonce=nonce,
        sent_to=sent_to, channels=messages.channels(),
    )  # fmt: skip


def _test() -> str:
    typed = forms.words_typed(request.form)
    wish = parse(forms.TestForm, request.form)
    channel = wish["test_channel"]
    to = wish[f"test_{channel}"]
    if not to:
        raise Invalid({f"test_{channel}": _("Fill this in.")})
    person = pages.preview(typed)["person"]
    if person is None:
        raise Invalid({"segment_id": _("Choose a segment with somebody in it first.")})
    message = wording.of_test(
        forms.texts_of(typed), typed["klass"], channel, nonce=trials.opened(wish["nonce"])
    )
    trials.test(message, to=to, person_id=person)
    return str(to)


@door.get("/<int:campaign_id>/check", needs="campaigns.read")
def check(campaign_id: int) -> str:
    """The dry run: who gets it, who does not, why, and what to do about it."""
    campaign = queries.one(campaign_id)
    return pages.check(campaign, blank({"when": "now"}))


@door.get("/<int:campaign_id>/check/people", needs="campaigns.read")
def stopped(campaign_id: int) -> ResponseReturnValue:
    """The people whom one reason stops on one channel."""
    campaign, channel, reason = _asked(campaign_id)
    listing, base = _stopped(campaign, channel, reason)
    return render_template(
        "campaigns/stopped.html", campaign=campaign, channel=messages.channels()[channel],
        reason=messages.reasons().get(reason), page=listing.page(base, request.args),
        export=url_for(
            "campaigns.stopped_file", campaign_id=campaign.id, channel=channel, reason=reason,
            q=request.args.get("q") or None,
        ),
    )  # fmt: skip


@door.get("/<int:campaign_id>/check/people.csv", needs="campaigns.export")
def stopped_file(campaign_id: int) -> Response:
    """The same as a file."""
    listing, base = _stopped(*_asked(campaign_id))
    return exports.csv_file(listing, base, request.args, subject_id=campaign_id)


def _asked(campaign_id: int) -> tuple[Campaign, str, str]:
    """The campaign, the channel and the reason that the address names."""
    channel, reason = request.args.get("channel", ""), request.args.get("reason", "")
    if channel not in messages.channels() or (reason and reason not in messages.reasons()):
        raise NotFound
    return queries.one(campaign_id), channel, reason


def _stopped(campaign: Campaign, channel: str, reason: str) -> tuple[Listing, Select[Any]]:
    found = forecast.stopped(campaign, channel=channel, reason=reason)
    return listings.people(found, channel)


@door.post("/<int:campaign_id>/send", needs="campaigns.send")
def send(campaign_id: int) -> ResponseReturnValue:
    """Send as confirmed; whoever presses second is shown what the first one started."""

    def act(order: Order) -> ResponseReturnValue:
        if not sending.send(campaign_id, order):
            _tell_sent(campaign_id)
        return htmx.go(url_for("campaigns.show", campaign_id=campaign_id))

    def show(form: Filled) -> str:
        return pages.check(queries.one(campaign_id), form)

    return answer(forms.SendForm, Answer(show, act))


def _tell_sent(campaign_id: int) -> None:
    campaign = queries.one(campaign_id)
    name = queries.name_of(campaign.sent_by)
    flash(_("%(name)s has sent it already. It went out once; this is how far it is.", name=name))
