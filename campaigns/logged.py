"""What the words of the audit log mean: campaigns and templates."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext as pgettext

ACTS = {
    "sent": pgettext("logged", "sent"),
    "resent": pgettext("logged", "sent again to those it failed for"),
    "pause": pgettext("logged", "paused"),
    "resume": pgettext("logged", "resumed"),
    "cancel": pgettext("logged", "cancelled"),
    "tested": pgettext("logged", "tested"),
    "discarded": pgettext("logged", "discarded"),
    "archived": pgettext("logged", "archived"),
}
SUBJECTS = {
    "campaign": _("campaign"),
    "campaigns": _("list of campaigns"),
    "template": _("template"),
    "templates": _("list of templates"),
    "recipients": _("list of recipients"),
    "stopped": _("list of those who were stopped"),
}
