"""The manifest of relationship."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _

from hub.brokers import measures
from hub.brokers import service as brokers
from hub.brokers.measures import Measure
from hub.clients import service as clients
from hub.kernel import access
from hub.kernel.config import Config
from hub.kernel.module import (
    Cron,
    Demo,
    Job,
    Merger,
    Module,
    Nav,
    Panel,
    Permission,
    PersonalData,
)
from hub.kernel.workitems import WorkKind
from hub.relationship import (
    api,
    changes,
    deputy_api,
    deputy_views,
    leaving,
    logged,
    queries,
    seating,
    service,
    told,
    transfer_api,
    transfer_views,
)
from hub.relationship.agreements import contributions as agreements
from hub.relationship.agreements import merging as agreement_merging
from hub.relationship.agreements import service as agreement_service
from hub.relationship.agreements import versions
from hub.relationship.demo import fill
from hub.relationship.events import ClientsMoved
from hub.relationship.import_serving import relationships
from hub.relationship.imports import serving_column
from hub.relationship.leads import api as lead_api
from hub.relationship.leads import contributions as lead_parts
from hub.relationship.leads import keeping as lead_keeping
from hub.relationship.leads import queries as lead_queries
from hub.relationship.leads import service as leads
from hub.relationship.leads import views as lead_views
from hub.relationship.leads.importing import leads as lead_import
from hub.relationship.policy import ServingPolicy
from hub.relationship.views import door, own_broker, serving_panel


def init(app: Flask, config: Config) -> None:
    """Install the gate; a broker serves whom he takes in, and hands them back when he leaves."""
    del app, config
    clients.greet_with("relationship", service.take)
    brokers.bid_farewell_with("relationship", leaving.farewell)
    measures.contribute(
        Measure(
            name="introduced", title=_("Clients brought in"), unit="people",
            rows=queries.introductions,
        )
    )  # fmt: skip
    access.implement(ServingPolicy())


def personal(client_id: int) -> dict[str, Any]:
    """Everything that the room holds of a client."""
    return queries.personal(client_id) | {
        "agreements": versions.personal(client_id), "leads": lead_queries.personal(client_id),
    }  # fmt: skip


def erase(client_id: int) -> None:
    """Forget who served a person, and what was noted before he was a client.

    Shape: his agreements end, and stay as long as the law asks.
    """
    agreement_service.erase(client_id)
    service.erase(client_id)
    lead_keeping.erase(client_id)


def merge(merger: Merger) -> None:
    """What this room knows of the one who goes is the kept one's."""
    service.merge(merger)
    agreement_merging.merge(merger)
    lead_keeping.merge(merger)


SEERS = ("broker", "manager", "compliance", "principal")
HANDS = ("broker", "manager")

module = Module(
    name="relationship",
    title=_("Who serves whom"),
    package="hub.relationship",
    needs=("brokers", "clients"),
    blueprints=(
        door, transfer_views.door, deputy_views.door, api.door, api.broker_door,
        transfer_api.door, deputy_api.door, *agreements.BLUEPRINTS, lead_views.door,
        lead_api.door,
    ),
    nav=(
        agreements.NAV,
        Nav(
            label=_("Leads"), endpoint="leads.index", needs=lead_queries.READ, icon="target",
            group=_("Clients"), order=25,
        ),
        Nav(
            label=_("Transfers"), endpoint="transfers.index", needs="transfers.read",
            icon="route", group=_("Clients"), order=40,
        ),
    ),
    panels=(
        *agreements.PANELS,
        Panel(
            place="client", name="serving", title=_("Serving broker"), render=serving_panel,
            needs="clients.read", order=10, later=True,
        ),
        Panel(
            place="client", name="lead", title=_("Before he was a client"),
            render=lead_views.panel, needs="clients.read", order=60, later=True,
        ),
        Panel(
            place="broker", name="serves", title=_("Clients and deputies"),
            render=deputy_views.panel, needs="brokers.read", order=10, later=True,
        ),
        Panel(
            place="portal", name="broker", title=_("Your broker"), render=own_broker,
            needs="own", order=10,
        ),
    ),
    permissions=(
        *agreements.RIGHTS,
        Permission(name="relationship.assign", title=_("Assign clients"), roles=("manager",)),
        Permission(name="transfers.read", title=_("See transfers"), roles=SEERS),
        Permission(
            name="relationship.transfer", title=_("Ask for transfers and agree"), roles=HANDS
        ),
        Permission(name="relationship.deputise", title=_("Name deputies"), roles=HANDS),
        *lead_parts.RIGHTS,
    ),
    work_kinds=(
        agreements.WORK,
        WorkKind(
            name=seating.WORK_KIND, title=_("Agree to a transfer of clients"), outcomes=(),
            link=lambda transfer_id: f"/transfers/{transfer_id}",
        ),
        lead_parts.WORK_KIND,
    ),
    jobs=(
        *agreements.JOBS, Job(name=leads.FORGET, run=leads.forget_old),
        Job(name=leaving.TURN, run=leaving.turn), Job(name=leaving.SEATS, run=leaving.seats),
        Job(name=changes.TELL, run=changes.tell),
    ),
    cron=(
        *agreements.CRON, Cron(job=leads.FORGET, every_s=86_400),
        Cron(job=leaving.TURN, every_s=900),
    ),
    parameters=(*agreements.PARAMETERS, *lead_parts.PARAMETERS),
    retention=(agreements.KEEP, lead_parts.KEEP),
    file_owners=(agreements.SIGNED,),
    acts=logged.ACTS,
    subjects=logged.SUBJECTS,
    timeline=(told.TIMELINE, agreements.TIMELINE),
    publishes=(ClientsMoved,),
    listens=dict.fromkeys(
        ("brokers.moved", "brokers.left", "brokers.post-given", "brokers.post-ended"),
        leaving.SEATS,
    ),
    imports=(serving_column, relationships, lead_import),
    demo=Demo(fill=fill),
    personal_data=PersonalData(
        moved={
            "relationship_serving": ("client_id",), "relationship_introduction": ("client_id",),
            "relationship_lead": ("client_id",), "relationship_agreement": ("client_id",),
            "relationship_agreement_version": ("client_id",),
        },
        stays=("relationship_handed",), export=personal, erase=erase, merge=merge,
        settle=service.settle,
    ),
    init=init,
)  # fmt: skip
