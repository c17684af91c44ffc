"""What channels gives the house: messages that reach people, and proof that they may."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from channels import demo, health, logged, personal, told
from channels.consent import api as consent_api
from channels.consent import client_api as client_consent_api
from channels.consent import client_views
from channels.consent import service as consent
from channels.consent.importing import CONSENT_COLUMNS
from channels.consent.views import door as consent_door
from channels.deliveries import (
    claims,
    prepare,
    records,
    recovery,
    restoring,
    secrets,
    slicing,
    wire,
)
from channels.deliveries.events import BatchMoved
from channels.deliveries.views import door as deliveries_door
from channels.gates import CHANNELS, FLAGS, GATES, PARAMETERS
from channels.init import init
from channels.live.views import door as live_door
from channels.sandbox import keeping as sandbox_keeping
from channels.sandbox import process as sandbox
from hub.kernel.module import (
    Cron,
    Demo,
    External,
    Job,
    Module,
    Nav,
    Panel,
    Permission,
    PersonalData,
    Process,
)

module = Module(
    name="channels",
    title=_("Channels"),
    package="channels",
    acts=logged.ACTS,
    subjects=logged.SUBJECTS,
    needs=("accounts", "clients", "imports", "relationship", "web"),
    blueprints=(
        deliveries_door, consent_door, client_views.door, live_door, consent_api.door,
        client_consent_api.door,
    ),
    nav=(
        Nav(label=_("Phone and mailbox"), endpoint="sandbox.home", needs="own", icon="flask",
            group=_("Sandbox"), order=900),
        Nav(label=_("Consents"), endpoint="consent.ledger", needs="consent.read",
            icon="checklist", group=_("Clients"), order=60),
    ),
    panels=(
        Panel(place="client", name="consents", title=_("Consents"), render=client_views.panel,
              needs="consent.read", order=30, later=True),
        Panel(place="portal", name="consents", title=_("What we may write to you"),
              render=client_views.own_panel, needs="own", order=30),
    ),
    permissions=(
        Permission(
            name="consent.read", title=_("Read the consent ledger"),
            roles=("broker", "agent", "manager", "marketing", "compliance"),
        ),
        Permission(
            name="consent.export",
            title=_("Export the consent ledger"),
            roles=("manager", "compliance"),
        ),
        Permission(
            name="consent.write", title=_("Record what a client said"),
            roles=("broker", "agent", "manager"),
        ),
    ),
    jobs=(
        Job(name="channels.gates", run=slicing.slice_gates),
        Job(name="channels.start", run=prepare.start),
        Job(name="channels.look_for_dead", run=recovery.look_for_dead),
        Job(name="channels.expire", run=secrets.expire),
        Job(name="channels.lift_expired", run=consent.lift_expired),
        sandbox_keeping.JOB,
        External(
            name="channels.send", ready=claims.ready, claim=claims.claim, act=wire.act,
            record=records.record, recover=recovery.recover,
        ),
    ),
    cron=(
        Cron(job="channels.look_for_dead", every_s=60),
        Cron(job="channels.expire", every_s=60),
        Cron(job="channels.lift_expired", every_s=3600),
        sandbox_keeping.CRON,
    ),
    publishes=(BatchMoved,),
    channels=CHANNELS,
    gates=GATES,
    flags=FLAGS,
    timeline=told.TIMELINE,
    parameters=(*PARAMETERS, sandbox_keeping.DAYS),
    retention=(sandbox_keeping.KEEP,),
    imports=(CONSENT_COLUMNS,),
    processes=(
        Process(name="live"),
        Process(name="sandbox", run=sandbox.run, when=lambda config: config.sandbox),
    ),
    demo=Demo(fill=demo.fill),
    personal_data=PersonalData(
        stays=personal.TABLES, export=personal.export, erase=personal.erase
    ),
    health=health.CHECKS,
    restored=restoring.settle,
    init=init,
)  # fmt: skip
