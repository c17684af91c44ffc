"""What the API gives of campaigns and templates."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from campaigns import forms, queries
from campaigns.models import Campaign, Template
from hub.pages.api import out


class WordsOut(out.Out):
    """Words by language and part; null where nothing is written."""

    zh_subject = out.text(null=True)
    zh_text = out.text(null=True)
    zh_html = out.text(null=True)
    zh_sms = out.text(null=True)
    en_subject = out.text(null=True)
    en_text = out.text(null=True)
    en_html = out.text(null=True)
    en_sms = out.text(null=True)


class TemplateOut(WordsOut):
    """Words to begin a campaign with."""

    id = out.whole()
    name = out.text()
    klass = out.text()
    version = out.whole()
    changed_at = out.moment()
    archived_at = out.moment(null=True)


class CampaignOut(WordsOut):
    """A campaign; a draft has the state `draft` and a version that rises with each change."""

    id = out.whole()
    name = out.text()
    state = out.text()
    klass = out.text()
    channels = out.texts()
    segment_id = out.whole(null=True)
    firm = out.yes()
    version = out.whole()
    people = out.whole()
    changed_at = out.moment()
    at = out.moment(null=True)
    sent_at = out.moment(null=True)
    sent_by = out.whole(null=True)


class ProgressOut(out.Out):
    """How far a sent campaign is: deliveries by state, in all and by channel."""

    state = out.text()
    why = out.text()
    total = out.whole()
    done = out.whole()
    states = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    channels = fields.Dict(keys=fields.String(), values=fields.Dict(), required=True)


class ResentOut(out.Out):
    """How many messages are sent again."""

    count = out.whole()


class PeopleOut(out.Out):
    """How many people a segment means now."""

    people = out.whole()


class LookOut(out.Out):
    """A message as one person would get it by one channel; `reason` is what would stop it."""

    channel = out.text()
    language = out.text()
    parts = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    problems = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    reason = out.text()
    segments = out.whole()
    encoding = out.text()
    units = out.whole()
    cost = out.amount(null=True)
    currency = out.text()


class PreviewOut(out.Out):
    """The words as a real recipient would get them; `faults` by field."""

    person = out.whole(null=True)
    looks = out.many(LookOut)
    faults = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class StopOut(out.Out):
    """How many one reason stops on one channel; without a reason, how many get it."""

    channel = out.text()
    reason = out.text()
    title = out.text()
    count = out.whole()


class CostOut(out.Out):
    """What the SMS will cost."""

    typical = out.amount()
    most = out.amount()
    currency = out.text()


class CheckOut(out.Out):
    """Who would get it, who would not and why, and what it costs."""

    version = out.whole()
    people = out.whole()
    lines = out.many(StopOut)
    cost = out.one(CostOut, null=True)


class SentOut(out.Out):
    """Where it stands; `was_sent` is false when somebody had sent it already."""

    was_sent = out.yes()
    campaign = out.one(CampaignOut)


class TestedOut(out.Out):
    """The batch of a test message."""

    __test__ = False  # no test case, whatever its name says

    batch = out.whole()


NOTHING = dict.fromkeys(forms.FIELDS)


def told(campaign: Campaign) -> dict[str, Any]:
    """A campaign as the API gives it."""
    names = set(CampaignOut._declared_fields) - {"state", *forms.FIELDS}  # noqa: SLF001 - marshmallow's registry
    found = {name: getattr(campaign, name) for name in names}
    return NOTHING | forms.spread(campaign.texts) | found | {"state": queries.state_of(campaign)}


def told_template(template: Template) -> dict[str, Any]:
    """A template as the API gives it."""
    names = set(TemplateOut._declared_fields) - set(forms.FIELDS)  # noqa: SLF001 - as above
    found = {name: getattr(template, name) for name in names}
    return NOTHING | forms.spread(template.texts) | found
