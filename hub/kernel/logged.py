"""What the words of the audit log mean: what every room does, and what the kernel has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext as pgettext

ACTS = {
    "created": pgettext("logged", "created"),
    "changed": pgettext("logged", "changed"),
    "removed": pgettext("logged", "removed"),
    "erased": pgettext("logged", "erased"),
    "restored": pgettext("logged", "restored"),
    "refused": pgettext("logged", "refused"),
    "asked": pgettext("logged", "asked for"),
    "added": pgettext("logged", "added"),
    "read": pgettext("logged", "read"),
    "taken": pgettext("logged", "taken"),
    "done": pgettext("logged", "done"),
    "dropped": pgettext("logged", "dropped"),
    "failed": pgettext("logged", "failed"),
    "cancelled": pgettext("logged", "cancelled"),
    "approved": pgettext("logged", "approved"),
    "rejected": pgettext("logged", "rejected"),
    "void": pgettext("logged", "void"),
    "proposed": pgettext("logged", "proposed"),
    "released": pgettext("logged", "released"),
    "destroyed": pgettext("logged", "destroyed"),
    "rotated": pgettext("logged", "rotated"),
    "pruned": pgettext("logged", "old keys taken away"),
    "parameters.set": pgettext("logged", "parameter set"),
    "audit.archived": pgettext("logged", "log put into the archive"),
}
SUBJECTS = {
    "route": _("page or operation"),
    "file": _("file"),
    "workitem": _("to-do"),
    "approval": _("request for approval"),
    "operation": _("long task"),
    "calendar-year": _("calendar year"),
    "audit": _("audit log"),
    "person-key": _("person's key"),
    "key-ring": _("key ring"),
    "parameter": _("parameter"),
    "installation": _("installation"),
}
