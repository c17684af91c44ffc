"""How classes of suitability are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from hub.clients.suitability.rules import SuitabilityClass

TITLES = {
    SuitabilityClass.LOWEST: _("C1, lowest"),
    SuitabilityClass.C1: _("C1, conservative"),
    SuitabilityClass.C2: _("C2, cautious"),
    SuitabilityClass.C3: _("C3, balanced"),
    SuitabilityClass.C4: _("C4, active"),
    SuitabilityClass.C5: _("C5, aggressive"),
    SuitabilityClass.PROFESSIONAL: _("Professional"),
}
