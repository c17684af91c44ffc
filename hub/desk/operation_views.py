"""Long work: what runs, how far it is, what came of it, and a way to stop it."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from hub.desk import listings, queries
from hub.kernel import progress
from hub.kernel.doors import Door
from hub.kernel.operations import OPEN, OperationState
from hub.pages import exports, htmx, operations

door = Door("operations", __name__, url_prefix="/operations", template_folder="templates")


@door.get("/", needs="own")
def index() -> str:
    """The visitor's long work; everybody's for whoever runs the system."""
    page = listings.long_work().page(progress.visible(), request.args)
    return render_template("desk/operations.html", page=page)


@door.get("/export", needs="own")
def export() -> ResponseReturnValue:
    """The list as CSV."""
    return exports.csv_file(listings.long_work(), progress.visible(), request.args)


@door.get("/<int:operation_id>", needs="own")
def show(operation_id: int) -> str:
    """One piece of long work."""
    row = progress.one(operation_id)
    return render_template(
        "desk/operation.html", row=row, is_open=row.state in OPEN,
        state=operations.STATES[OperationState(row.state)],
        tone=operations.TONES[OperationState(row.state)], owner=queries.name_of(row.owner_id),
    )  # fmt: skip


@door.post("/<int:operation_id>/cancel", needs="own")
def cancel(operation_id: int) -> ResponseReturnValue:
    """Ask it to stop at its next step."""
    progress.cancel(operation_id)
    return htmx.go(url_for("operations.show", operation_id=operation_id))
