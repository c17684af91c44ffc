"""What the pages of campaigns are drawn with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template

from campaigns import audience, forecast, forms, labels, queries, trials, wording
from campaigns.models import Campaign
from campaigns.rules import LANGUAGES, PARTS
from campaigns.sending import nobody
from hub.kernel import access, facts, messages
from hub.kernel.errors import Invalid, NotFound
from hub.pages.charts import Chart
from hub.pages.forms import Filled, blank


def words() -> dict[str, Any]:
    """What an editor of words needs: languages, parts, variables, classes."""
    return {
        "languages_written": {name: labels.LANGUAGES[name] for name in LANGUAGES},
        "parts": {name: labels.PARTS[name] for name in PARTS},
        "variables": {name: fact.title for name, fact in facts.readable().items()},
        "klasses": labels.KLASSES,
    }


def editor(form: Filled, campaign: Campaign | None) -> str:
    """The page of a draft: whom, what, check, send."""
    actor = access.current()
    return render_template(
        "campaigns/draft.html", form=forms.at_fields(form), campaign=campaign,
        segments=queries.segments(), templates=queries.templates(),
        channels=messages.channels(), channel_choices=_channel_choices(),
        may_firm=actor.holds("campaigns.firm"), serves=actor.broker_id is not None,
        nonce=trials.nonce(), **words(),
    )  # fmt: skip


def _channel_choices() -> list[tuple[str, Any]]:
    return [(name, spec.title) for name, spec in messages.channels().items()]


def of_campaign(campaign: Campaign) -> Filled:
    """The form of a stored draft."""
    return blank({
        "name": campaign.name, "klass": campaign.klass, "channels": campaign.channels,
        "segment_id": campaign.segment_id, "firm": campaign.firm, "version": campaign.version,
        **forms.spread(campaign.texts),
    })  # fmt: skip


def check(campaign: Campaign, form: Filled) -> str:
    """The dry run of a draft, and the button that sends it."""
    values: dict[str, Any] = {"forecast": None, "faults": [], "owner": _owner(campaign)}
    try:
        values["forecast"] = found = forecast.run(campaign)
        if found.report.people == 0:
            values["faults"] = [nobody()]
        values["picture"] = _picture(found.report)
    except Invalid as error:
        values["faults"] = list(error.fields.values())
    except NotFound:
        values["faults"] = [nobody()]
    return render_template(
        "campaigns/check.html", campaign=campaign, form=form, reasons=messages.reasons(),
        channels=messages.channels(), may_send=access.current().holds("campaigns.send"), **values,
    )  # fmt: skip


def _owner(campaign: Campaign) -> str:
    """Whose clients are counted, when they are not the reader's."""
    if campaign.firm or campaign.owner_id == access.current().user_id:
        return ""
    return queries.name_of(campaign.owner_id)


def _picture(report: Any) -> Chart:
    from_channels = messages.channels()
    names = sorted({line.channel for line in report.lines})
    reasons = messages.reasons()
    series: dict[str, list[int]] = {}
    for reason in ("", *sorted({line.reason for line in report.stopped})):
        title = str(labels.REACHED if not reason else reasons[reason].title)
        counts = {line.channel: line.count for line in report.lines if line.reason == reason}
        series[title] = [counts.get(name, 0) for name in names]
    return Chart(
        title=labels.PICTURE, kind="bar", is_stacked=True, series=series,
        labels=[str(from_channels[name].title) for name in names],
    )  # fmt: skip


def preview(typed: Mapping[str, Any]) -> dict[str, Any]:
    """The words as typed for a chosen recipient of the chosen segment.

    Shape: person, samples, looks, faults.
    """
    found: dict[str, Any] = {"person": None, "samples": [], "looks": (), "faults": {}}
    try:
        people = audience.members(audience.rule_of(typed["segment_id"]), firm=typed["firm"])
        found["samples"] = samples = audience.samples(people)
        found["person"] = person = _person(typed, people, samples)
        message = wording.of_texts(forms.texts_of(typed), typed["klass"], tuple(typed["channels"]))
        messages.check(wording.of_texts(message.content.texts, typed["klass"], ()))
        if person is not None:
            found["looks"] = messages.preview(message, person)
    except Invalid as error:
        found["faults"] = forms.at_fields(Filled({}, error.fields)).errors
    return found


def _person(typed: Mapping[str, Any], people: Any, samples: list[tuple[int, str]]) -> int | None:
    if typed["find"]:
        found = audience.find(people, typed["find"])
        if found is not None:
            return found
    if typed["person"] is not None and audience.holds(people, typed["person"]):
        return int(typed["person"])
    return samples[0][0] if samples else None


def progress(campaign: Campaign) -> dict[str, Any]:
    """How far a sent campaign is."""
    assert campaign.batch_id is not None
    found = messages.progress(campaign.batch_id)
    waiting = sum(found.states.get(name, 0) for name in labels.OPEN)
    return {
        "campaign": campaign, "progress": found, "done": sum(found.states.values()) - waiting,
        "states": labels.DELIVERY_STATES, "tones": labels.DELIVERY_TONES,
        "batch_states": labels.STATES, "batch_tones": labels.STATE_TONES,
        "channels": messages.channels(), "may_change": queries.may_change(campaign),
        "may_send": access.current().holds("campaigns.send"),
    }  # fmt: skip
