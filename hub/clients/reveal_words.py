"""How the reasons for a reveal are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from hub.clients.rules import RevealReason

REASONS = {
    RevealReason.REACH: _("To reach the client"),
    RevealReason.IDENTIFY: _("To make sure who he is"),
    RevealReason.CORRECT: _("To correct it"),
    RevealReason.COMPLAINT: _("For a complaint"),
    RevealReason.AUTHORITY: _("For an authority"),
    RevealReason.OTHER: _("Another reason"),
}
