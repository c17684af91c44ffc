"""The manifest of campaigns."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import lazy_gettext as _

from campaigns import draft_api, draft_views, logged, queries, template_api, trials, views
from campaigns.demo import fill
from campaigns.events import CampaignSent
from campaigns.template_views import door as templates_door
from hub.kernel.module import Demo, Module, Nav, Panel, Permission
from hub.kernel.parameters import Parameter

SENDERS = ("broker", "marketing")
READERS = (*SENDERS, "manager", "compliance", "principal")

module = Module(
    name="campaigns",
    title=_("Campaigns"),
    package="campaigns",
    acts=logged.ACTS,
    subjects=logged.SUBJECTS,
    needs=("pages", "accounts", "clients", "relationship"),
    blueprints=(draft_views.door, templates_door, draft_api.door, template_api.door),
    nav=(
        Nav(label=_("Campaigns"), endpoint="campaigns.index", needs="campaigns.read",
            icon="campaign", group=_("Messages"), order=30),
        Nav(label=_("Templates"), endpoint="campaign_templates.index", needs="campaigns.read",
            icon="template", group=_("Messages"), order=31),
    ),
    panels=(
        Panel(place="home", name="campaigns", title=_("Campaigns in progress"),
              render=views.running_panel, needs="campaigns.read", order=20),
    ),
    permissions=(
        Permission(name="campaigns.read", title=_("See campaigns"), roles=READERS),
        Permission(name="campaigns.write", title=_("Write campaigns"), roles=SENDERS),
        Permission(name="campaigns.send", title=_("Send campaigns"), roles=SENDERS),
        Permission(name="campaigns.export", title=_("Export campaigns and their recipients"),
                   roles=(*SENDERS, "manager", "compliance")),
        Permission(name="campaigns.firm", title=_("Send in the firm's name"),
                   roles=("marketing",)),
        Permission(name="campaigns.oversee", title=_("See everybody's campaigns"),
                   roles=("marketing", "manager", "compliance", "principal")),
    ),
    parameters=(
        Parameter(name=trials.PER_DAY, title=_("Test sends per person and day"), kind="int",
                  default=50, unit="messages", low=Decimal(0), high=Decimal(10_000)),
    ),
    publishes=(CampaignSent,),
    rooms={"campaign": queries.may_see},
    demo=Demo(fill=fill),
)  # fmt: skip
