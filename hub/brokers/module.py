"""The manifest of brokers."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _

from hub.accounts import persons
from hub.brokers import (
    api,
    holding_views,
    logged,
    measures,
    posts,
    stations,
    team_api,
    team_views,
    tree_views,
    views,
)
from hub.brokers.demo import fill
from hub.brokers.events import BrokerLeft, BrokerMoved, PostEnded, PostGiven
from hub.brokers.imports.moves import tree as tree_import
from hub.brokers.imports.staff import brokers as broker_import
from hub.brokers.panels import PANELS
from hub.kernel.config import Config
from hub.kernel.module import Cron, Demo, Job, Module, Nav, Permission


def init(app: Flask, config: Config) -> None:
    """Tell accounts which user is which broker, and what his posts make of him."""
    del app, config
    measures.forget()
    persons.stand_with("brokers", posts.standing)


READERS = (
    "broker", "manager", "compliance", "principal", "marketing", "finance", "agent", "operator",
)  # fmt: skip
KEEPERS = ("manager", "operator")

module = Module(
    name="brokers",
    title=_("Brokers"),
    package="hub.brokers",
    needs=("accounts", "pages", "imports"),
    blueprints=(
        views.door, holding_views.door, tree_views.door, team_views.door, api.door, team_api.door,
    ),

    nav=(
        Nav(
            label=_("Brokers"), endpoint="brokers.index", needs="brokers.read", icon="briefcase",
            group=_("Firm"), order=300,
        ),
        Nav(
            label=_("Org chart"), endpoint="tree.index", needs="brokers.read", icon="hierarchy",
            group=_("Firm"), order=305,
        ),
        Nav(
            label=_("Teams"), endpoint="teams.index", needs="brokers.read", icon="users",
            group=_("Firm"), order=310,
        ),
    ),
    panels=PANELS,
    permissions=(
        Permission(name="brokers.read", title=_("See brokers"), roles=READERS),
        Permission(name="brokers.write", title=_("Keep the list of brokers"), roles=KEEPERS),
        Permission(name="brokers.place", title=_("Move brokers in the tree"), roles=KEEPERS),
        Permission(name="brokers.appoint", title=_("Give and end posts"), roles=KEEPERS),
        Permission(name="brokers.office", title=_("Keep the whole tree"), roles=("operator",)),
        Permission(name="teams.write", title=_("Keep teams and targets"), roles=KEEPERS),
    ),
    acts=logged.ACTS,
    subjects=logged.SUBJECTS,
    jobs=(
        Job(name="brokers.turn", run=posts.turn), Job(name="brokers.stations", run=stations.turn),
    ),
    cron=(
        Cron(job="brokers.turn", every_s=3600), Cron(job="brokers.stations", every_s=900),
    ),
    publishes=(BrokerMoved, BrokerLeft, PostGiven, PostEnded),
    imports=(broker_import, tree_import),
    demo=Demo(fill=fill),
    init=init,
)  # fmt: skip
