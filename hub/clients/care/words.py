"""How care flags are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from hub.clients.care.rules import CareKind

TITLES = {
    CareKind.VULNERABLE: _("Vulnerable"),
    CareKind.BEREAVED: _("Bereaved"),
    CareKind.DO_NOT_CONTACT: _("Do not contact"),
}
TONES = {
    CareKind.VULNERABLE: "yellow",
    CareKind.BEREAVED: "purple",
    CareKind.DO_NOT_CONTACT: "red",
}
