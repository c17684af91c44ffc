"""Pages of the audit log: who did what to what, when; and whether all of it is as it was."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from hub.kernel.doors import Door
from hub.office import listings, queries, rules, words
from hub.office.rules import Kind
from hub.pages.exports import csv_file

door = Door("audit_log", __name__, url_prefix="/audit", template_folder="templates")


@door.get("/", needs="audit.read")
def index() -> str:
    """The log."""
    page = listings.audit.page(queries.logged(), request.args)
    return render_template(
        "office/audit.html", page=page, verified=queries.last_task(Kind.VERIFY), words=words
    )


@door.get("/export.csv", needs="audit.read")
def export() -> ResponseReturnValue:
    """The same rows as a file."""
    return csv_file(listings.audit, queries.logged(), request.args)


@door.get("/<int:row_id>", needs="audit.read")
def show(row_id: int) -> str:
    """One line of it."""
    found = queries.logged_one(row_id)
    return render_template(
        "office/audit_row.html", found=found, words=words, detail=rules.masked(found.row.detail)
    )
