"""What agreements give the manifest of the room."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from hub.kernel.files import FileOwner
from hub.kernel.filetypes import IMAGES, Kind
from hub.kernel.module import Cron, Job, Keep, Nav, Panel, Permission
from hub.kernel.workitems import WorkKind
from hub.relationship.agreements import api, keeping, queries, reminding, service, told, views

TIMELINE = told.TIMELINE
BLUEPRINTS = (views.door, api.door, api.client_door, api.broker_door)
NAV = Nav(
    label=_("Agreements"), endpoint="agreements.index", needs=queries.READ, icon="file-text",
    group=_("Clients"), order=42,
)  # fmt: skip
PANELS = (
    Panel(
        place="client", name="agreements", title=_("Agreements"), render=views.panel_of_client,
        needs=queries.READ, order=12,
        later=True,
    ),
    Panel(
        place="broker", name="agreements", title=_("Agreements"), render=views.panel_of_broker,
        needs=queries.READ, order=12,
        later=True,
    ),
    Panel(
        place="portal", name="agreements", title=_("Your agreements"), render=views.own_panel,
        needs="own", order=45,
    ),
)  # fmt: skip
# A broker does not write down what he is paid by: his manager does. An operator keeps the contract
# of whoever leads the firm, and the first ones.
RIGHTS = (
    Permission(
        name=queries.READ, title=_("See agreements"),
        roles=("broker", "manager", "compliance", "finance", "principal", "operator"),
    ),
    Permission(
        name=queries.WRITE, title=_("Write agreements down"), roles=("manager", "operator")
    ),
)  # fmt: skip
JOBS = (
    Job(name=keeping.JOB, run=keeping.forget_old),
    Job(name=reminding.JOB, run=reminding.remind),
)
CRON = (Cron(job=keeping.JOB, every_s=86_400), Cron(job=reminding.JOB, every_s=86_400))
WORK = WorkKind(
    name=reminding.KIND, title=_("An agreement ends soon"),
    outcomes=(("ends", _("it shall end")), ("later", _("will be renewed later"))),
    link=lambda agreement_id: f"/agreements/{agreement_id}",
)  # fmt: skip
SIGNED = FileOwner(
    name=service.OWNER, may_read=queries.may_read_file, may_add=queries.may_add_file,
    kinds=IMAGES | {Kind.PDF, Kind.DOCX},
)  # fmt: skip
PARAMETERS = (reminding.DAYS, keeping.DAYS)
KEEP = Keep(
    table="relationship_agreement", title=_("Agreements that are over"), job=keeping.JOB,
    days=keeping.DAYS.name,
)  # fmt: skip
