"""What the words of the audit log mean: lists of the desk."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

SUBJECTS = {
    "to-do": _("list of to-dos"),
    "approvals": _("list of requests for approval"),
    "imports": _("list of imports"),
    "long-tasks": _("list of long tasks"),
}
