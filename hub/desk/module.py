"""The manifest of desk."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from hub.desk import api, approval_views, file_views, logged, operation_views, panels, views
from hub.kernel.module import Module, Nav, Panel

module = Module(
    name="desk",
    title=_("Desk"),
    package="hub.desk",
    subjects=logged.SUBJECTS,
    needs=("accounts", "pages"),
    blueprints=(
        views.door, approval_views.door, operation_views.door, api.door, api.approvals_door,
        api.operations_door, api.files_door, file_views.door,
    ),
    nav=(
        Nav(label=_("To do"), endpoint="desk.index", needs="own", icon="checklist", order=5),
        Nav(label=_("To approve"), endpoint="approvals.index", needs="own", icon="gavel", order=6),
        Nav(
            label=_("Long tasks"), endpoint="operations.index", needs="own", icon="activity",
            group=_("System"), order=890,
        ),
    ),
    panels=(
        Panel(
            place="home", name="todo", title=_("To do"), render=panels.todo, needs="own", order=5,
        ),
    ),
    rooms={"desk": panels.may_join},
)  # fmt: skip
