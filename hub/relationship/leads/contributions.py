"""What leads give to the manifest: rights, parameters, how long they stay, the to-do."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import lazy_gettext as _

from hub.kernel.module import Keep, Permission
from hub.kernel.parameters import Parameter
from hub.kernel.workitems import WorkKind
from hub.relationship.leads import queries, service

HANDS = ("broker", "manager", "marketing")


def _points(name: str, title: object, default: int) -> Parameter:
    return Parameter(
        name=queries.POINTS + name, title=title, kind="int", default=default, unit="points",
        low=Decimal(-100), high=Decimal(100),
    )  # fmt: skip


RIGHTS = (
    Permission(
        name=queries.READ, title=_("See leads"), roles=(*HANDS, "compliance", "principal")
    ),
    Permission(name=queries.WRITE, title=_("Write leads down and follow them up"), roles=HANDS),
    Permission(name="leads.import", title=_("Import leads"), roles=HANDS),
    Permission(name=queries.ASSIGN, title=_("Give leads to brokers"), roles=("manager",)),
    Permission(
        name=queries.SOURCES, title=_("Keep the sources of leads"),
        roles=("manager", "marketing"),
    ),
)  # fmt: skip
PARAMETERS = (
    _points("phone", _("Points of a lead with a phone"), 10),
    _points("email", _("Points of a lead with a mailbox"), 5),
    _points("interest", _("Points of a lead who said what he wants"), 10),
    _points("fresh", _("Points of a lead of the last two weeks"), 20),
    Parameter(
        name=service.FIRST_DAYS, title=_("A lead is first contacted within"), kind="int",
        default=3, unit="days", low=Decimal(0), high=Decimal(90),
    ),
    Parameter(
        name=service.KEEP_DAYS, title=_("Leads who became no client stay for"), kind="int",
        default=180, unit="days", low=Decimal(30), high=Decimal(1_095),
    ),
)  # fmt: skip
KEEP = Keep(
    table="relationship_lead", title=_("Leads who became no client"), job=service.FORGET,
    days=service.KEEP_DAYS,
)  # fmt: skip
WORK_KIND = WorkKind(
    name=service.FOLLOW, title=_("Follow a lead up"), outcomes=(),
    link=lambda lead_id: f"/leads/{lead_id}",
)  # fmt: skip
