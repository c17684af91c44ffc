"""The manifest of relationship."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _

from hub.clients import service as clients
from hub.kernel import access
from hub.kernel.config import Config
from hub.kernel.module import Demo, Module, Panel, Permission, PersonalData
from hub.relationship import api, logged, queries, service
from hub.relationship.demo import fill
from hub.relationship.events import BrokerAssigned
from hub.relationship.imports import serving_column
from hub.relationship.policy import ServingPolicy
from hub.relationship.views import door, own_broker, serving_panel


def init(app: Flask, config: Config) -> None:
    """Install the gate; a broker serves whom he takes in."""
    del app, config
    clients.greet_with("relationship", service.take)
    access.implement(ServingPolicy())


module = Module(
    name="relationship",
    title=_("Who serves whom"),
    package="hub.relationship",
    acts=logged.ACTS,
    needs=("brokers", "clients"),
    blueprints=(door, api.door),
    panels=(
        Panel(
            place="client", name="serving", title=_("Serving broker"), render=serving_panel,
            needs="clients.read", order=10,
        ),
        Panel(
            place="portal", name="broker", title=_("Your broker"), render=own_broker,
            needs="own", order=10,
        ),
    ),
    permissions=(
        Permission(name="relationship.assign", title=_("Assign clients"), roles=("manager",)),
    ),
    publishes=(BrokerAssigned,),
    imports=(serving_column,),
    demo=Demo(fill=fill),
    personal_data=PersonalData(
        tables=("relationship_serving",), export=queries.personal, erase=service.erase
    ),
    init=init,
)  # fmt: skip
