"""What the words of the audit log mean: brokers."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

SUBJECTS = {
    "broker": _("broker"),
    "brokers": _("list of brokers"),
}
