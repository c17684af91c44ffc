"""The manifest of office."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from hub.kernel.module import Cron, Module, Nav, Permission
from hub.office import (
    api,
    audit_api,
    audit_views,
    calendar_api,
    calendar_views,
    jobs,
    logged,
    system_api,
    system_views,
    views,
)

module = Module(
    name="office",
    title=_("Office"),
    package="hub.office",
    acts=logged.ACTS,
    subjects=logged.SUBJECTS,
    needs=("accounts", "pages"),
    blueprints=(
        views.door, system_views.door, audit_views.door, calendar_views.door, api.door,
        system_api.door, audit_api.door, calendar_api.door,
    ),
    nav=(
        Nav(label=_("System"), endpoint="system.index", needs="system.read", icon="server",
            group=_("System"), order=910),
        Nav(label=_("Jobs"), endpoint="jobs.index", needs="jobs.read", icon="stack",
            group=_("System"), order=920),
        Nav(label=_("Backups"), endpoint="system.backups", needs="system.read", icon="database",
            group=_("System"), order=930),
        Nav(label=_("Calendars"), endpoint="calendars.index", needs="calendars.write",
            icon="calendar", group=_("System"), order=935),
        Nav(label=_("Audit log"), endpoint="audit_log.index", needs="audit.read", icon="history",
            group=_("System"), order=940),
    ),
    permissions=(
        Permission(name="system.read", title=_("See the system"), roles=("operator",)),
        Permission(name="system.run", title=_("Make backups, run checks"), roles=("operator",)),
        Permission(name="jobs.read", title=_("See jobs"), roles=("operator",)),
        Permission(name="jobs.write", title=_("Retry and drop jobs"), roles=("operator",)),
    ),
    jobs=jobs.JOBS,
    cron=(Cron(job="office.backup_due", every_s=900),),
    parameters=(jobs.HOUR, jobs.KEEP),
)  # fmt: skip
