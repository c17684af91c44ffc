"""What the words of the audit log mean: messages, consents, suppressions."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext as pgettext

ACTS = {
    "messages.tested": pgettext("logged", "test message sent"),
    "consent.recorded": pgettext("logged", "consent recorded"),
    "consent.withdrawn": pgettext("logged", "consent withdrawn"),
    "suppression.set": pgettext("logged", "address suppressed"),
    "suppression.lifted": pgettext("logged", "suppression lifted"),
}
SUBJECTS = {
    "batch": _("batch"),
    "consents": _("ledger of consents"),
}
