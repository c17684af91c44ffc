"""The manifest of brokers."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _

from hub.accounts import persons
from hub.brokers import api, logged, queries
from hub.brokers.demo import fill
from hub.brokers.views import door
from hub.kernel.config import Config
from hub.kernel.module import Demo, Module, Nav, Permission


def init(app: Flask, config: Config) -> None:
    """Tell accounts which user is which broker."""
    del app, config
    persons.know("broker", queries.of_user)


module = Module(
    name="brokers",
    title=_("Brokers"),
    package="hub.brokers",
    subjects=logged.SUBJECTS,
    needs=("accounts", "pages"),
    blueprints=(door, api.door),
    nav=(
        Nav(
            label=_("Brokers"), endpoint="brokers.index", needs="brokers.read", icon="briefcase",
            group=_("Firm"), order=300,
        ),
    ),
    permissions=(
        Permission(
            name="brokers.read",
            title=_("See brokers"),
            roles=("manager", "compliance", "principal", "marketing", "agent", "operator"),
        ),
        Permission(name="brokers.write", title=_("Keep the list of brokers"), roles=("manager",)),
    ),
    demo=Demo(fill=fill),
    init=init,
)  # fmt: skip
