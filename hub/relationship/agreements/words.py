"""What the values of agreements are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from hub.relationship.agreements.rules import AgreementState, Side

SIDES = {Side.CLIENT: _("Client"), Side.BROKER: _("Broker")}
STATES = {
    AgreementState.TO_COME: _("not in force yet"),
    AgreementState.IN_FORCE: _("in force"),
    AgreementState.OVER: _("over"),
    AgreementState.VOID: _("never in force"),
}
TONES = {
    AgreementState.TO_COME: "blue", AgreementState.IN_FORCE: "green",
    AgreementState.OVER: "secondary", AgreementState.VOID: "secondary",
}  # fmt: skip
