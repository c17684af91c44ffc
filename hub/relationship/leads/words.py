"""How what leads may be is called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from hub.relationship.leads.rules import LeadConsent, LeadState, LostReason, StepKind

STATES = {
    LeadState.NEW.value: _("new lead"),
    LeadState.ASSIGNED.value: _("given to a broker"),
    LeadState.CONTACTED.value: _("contacted"),
    LeadState.WON.value: _("became a client"),
    LeadState.LOST.value: _("lost lead"),
}
TONES = {
    LeadState.NEW.value: "yellow", LeadState.ASSIGNED.value: "blue",
    LeadState.CONTACTED.value: "azure", LeadState.WON.value: "green",
    LeadState.LOST.value: "secondary",
}  # fmt: skip
REASONS = {
    LostReason.NOT_INTERESTED.value: _("not interested"),
    LostReason.UNREACHABLE.value: _("cannot be reached"),
    LostReason.ELSEWHERE.value: _("went to another firm"),
    LostReason.NOT_FIT.value: _("does not fit the firm"),
    LostReason.OTHER.value: _("for another reason"),
}
CONSENTS = {
    LeadConsent.SPOKEN.value: _("agreed in a talk"),
    LeadConsent.WRITTEN.value: _("agreed in writing"),
    LeadConsent.ONLINE.value: _("agreed on a web page"),
}
STEPS = {
    StepKind.ENTERED.value: _("lead entered"),
    StepKind.POOLED.value: _("back in the pool"),
    StepKind.ASSIGNED.value: _("given to a broker"),
    StepKind.CONTACTED.value: _("contacted"),
    StepKind.WON.value: _("became a client"),
    StepKind.LOST.value: _("lost lead"),
}
EVERY_STATE = tuple(STATES.items())
CONSENT_WORDS = {
    "spoken": LeadConsent.SPOKEN.value, "口头": LeadConsent.SPOKEN.value,
    "written": LeadConsent.WRITTEN.value, "书面": LeadConsent.WRITTEN.value,
    "online": LeadConsent.ONLINE.value, "网页": LeadConsent.ONLINE.value,
    "在线": LeadConsent.ONLINE.value,
}  # fmt: skip
