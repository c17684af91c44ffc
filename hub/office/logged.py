"""What the words of the audit log mean: running the system."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext as pgettext

ACTS = {
    "jobs.retried": pgettext("logged", "job retried"),
    "jobs.dropped": pgettext("logged", "job dropped"),
    "jobs.run": pgettext("logged", "job run"),
}
SUBJECTS = {
    "job": _("job"),
    "jobs": _("list of jobs"),
    "backups": _("list of backups"),
}
