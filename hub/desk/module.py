"""The manifest of desk."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from hub.desk import (
    api,
    approval_views,
    file_views,
    import_api,
    import_views,
    logged,
    operation_views,
    panels,
    views,
)
from hub.desk.demo import fill
from hub.kernel.module import Demo, Module, Nav, Panel, Permission

BRINGERS = ("broker", "manager", "marketing", "operator")  # what each may bring, its kind says

module = Module(
    name="desk",
    title=_("Desk"),
    package="hub.desk",
    subjects=logged.SUBJECTS,
    needs=("accounts", "pages", "imports"),
    blueprints=(
        views.door, approval_views.door, operation_views.door, api.door, api.approvals_door,
        api.operations_door, api.files_door, file_views.door, import_views.door, import_api.door,
    ),
    nav=(
        Nav(label=_("To do"), endpoint="desk.index", needs="own", icon="checklist", order=5),
        Nav(label=_("To approve"), endpoint="approvals.index", needs="own", icon="gavel", order=6),
        Nav(
            label=_("Imports"), endpoint="imports.index", needs=import_views.SEES,
            icon="file-import", group=_("Firm"), order=390,
        ),
        Nav(
            label=_("Long tasks"), endpoint="operations.index", needs="own", icon="activity",
            group=_("System"), order=890,
        ),
    ),
    permissions=(
        Permission(name=import_views.SEES, title=_("See one's imports"), roles=BRINGERS),
        Permission(name=import_views.BRINGS, title=_("Bring files in"), roles=BRINGERS),
    ),
    panels=(
        Panel(
            place="home", name="todo", title=_("To do"), render=panels.todo, needs="own", order=5,
        ),
    ),
    rooms={"desk": panels.may_join},
    demo=Demo(fill=fill),
)  # fmt: skip
