"""What the words of the audit log mean: clients, their addresses and segments."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext as pgettext

ACTS = {
    "revealed": pgettext("logged", "shown unmasked"),
    "disclosed": pgettext("logged", "handed out to the person"),
    "contact-added": pgettext("logged", "contact added"),
    "contact-removed": pgettext("logged", "contact removed"),
    "contact-primary": pgettext("logged", "contact preferred"),
    "fact-recorded": pgettext("logged", "fact recorded"),
    "flags-rebuilt": pgettext("logged", "flags rebuilt"),
}
SUBJECTS = {
    "client": _("client"),
    "clients": _("list of clients"),
    "segment": _("segment"),
    "segments": _("list of segments"),
    "address": _("address"),
}
