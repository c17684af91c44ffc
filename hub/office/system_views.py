"""Pages of the system: its parts, backups, what is kept, checks and their reports."""

from __future__ import annotations

from flask import current_app, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.kernel.doors import Door
from hub.kernel.operations import OPEN
from hub.kernel.sentences import shown
from hub.office import listings, queries, service, system, words
from hub.office.rules import Kind
from hub.pages import htmx, operations
from hub.pages.exports import csv_file

door = Door("system", __name__, url_prefix="/system", template_folder="templates")


@door.get("/", needs="system.read")
def index() -> str:
    """Everything on one page; it follows by itself."""
    return render_template(
        "office/system.html", system=system.look(current_app.config["HUB"]),
        lanes=queries.lanes(), words=words,
    )  # fmt: skip


@door.get("/backups", needs="system.read")
def backups() -> str:
    """Backups that were made, and a button for the next."""
    page = listings.tasks(Kind.BACKUP).page(queries.tasks(Kind.BACKUP), request.args)
    return render_template(
        "office/backups.html", page=page, kept=system.kept(),
        storage=system.storage(current_app.config["HUB"]),
    )  # fmt: skip


@door.get("/backups.csv", needs="system.read")
def backups_file() -> ResponseReturnValue:
    """The list as a file."""
    return csv_file(listings.tasks(Kind.BACKUP), queries.tasks(Kind.BACKUP), request.args)


@door.post("/backups", needs="system.run")
def backup() -> ResponseReturnValue:
    """Make one now."""
    return _asked(Kind.BACKUP)


@door.post("/checks", needs="system.run")
def check() -> ResponseReturnValue:
    """Ask every part how it is."""
    return _asked(Kind.CHECK)


@door.post("/verify", needs="audit.read")
def verify() -> ResponseReturnValue:
    """Walk the audit chain."""
    return _asked(Kind.VERIFY)


def _asked(kind: Kind) -> ResponseReturnValue:
    task_id = service.ask(kind)
    flash(_("A worker is at it."), "info")
    return htmx.go(url_for("system.task", task_id=task_id))


@door.get("/tasks/<int:task_id>", needs="audit.read")
def task(task_id: int) -> str:
    """How far it is, and what came of it."""
    row = queries.task(task_id)
    return render_template(
        "office/task.html", row=row, kind=Kind(row.kind).name.lower(), title=shown(row.title),
        words=words, states=operations.STATES, tones=operations.TONES,
        is_over=row.state not in OPEN,
    )  # fmt: skip


@door.get("/retention", needs="system.read")
def retention() -> str:
    """What is kept for how long."""
    return render_template("office/retention.html", stays=queries.stays(), words=words)
