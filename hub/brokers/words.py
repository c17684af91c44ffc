"""What the values of this room are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from hub.brokers.rules import Act, BrokerKind, LineKind, PostKind, QualificationKind

LINES = {LineKind.MANAGEMENT: _("Management line"), LineKind.MENTOR: _("Mentor line")}
KINDS = {BrokerKind.PERSON: _("Broker"), BrokerKind.DESK: _("House desk")}
POSTS = {
    PostKind.FIRM_HEAD: _("Head of the firm"),
    PostKind.BRANCH_MANAGER: _("Branch manager"),
    PostKind.TEAM_LEAD: _("Team lead"),
    PostKind.DESK: _("House desk"),
}
LICENCES = {
    QualificationKind.BROKER: _("Securities broker"),
    QualificationKind.ADVISER: _("Investment adviser"),
}
ACTS = {
    Act.PASS_ON_RESEARCH: _("pass on the firm's research"),
    Act.PUBLISH_VIEWS: _("publish views"),
    Act.PUBLISH_CALLS: _("publish buy and sell calls"),
}
STATES = {
    "at-work": _("working"), "frozen": _("frozen"), "to-come": _("to come"), "left": _("left"),
}  # fmt: skip
TONES = {"at-work": "green", "frozen": "yellow", "to-come": "blue", "left": "secondary"}
