"""Long work: what runs, how far it is, what came of it, and a way to stop it."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from hub.desk import queries, words
from hub.kernel import progress
from hub.kernel.doors import Door
from hub.kernel.progress import OPEN, Operation, OperationState
from hub.pages import exports, htmx
from hub.pages.filters import Filter
from hub.pages.lists import Column, Listing

door = Door("operations", __name__, url_prefix="/operations", template_folder="templates")


def listing() -> Listing:
    """The list of long work."""
    return Listing(
        name="long-tasks",
        key=Operation.id,
        default_sort="-begun_at",
        columns=(
            Column(
                key="title", label=_("What"), expr=Operation.title,
                link=lambda row: url_for("operations.show", operation_id=row.id),
            ),
            Column(
                key="state", label=_("State"), expr=Operation.state, kind="badge",
                labels=words.OPERATION_STATES, tones=words.OPERATION_TONES,
            ),
            Column(key="done", label=_("Done"), expr=Operation.done, kind="number"),
            Column(key="total", label=_("Of"), expr=Operation.total, kind="number"),
            Column(
                key="begun_at", label=_("Since"), expr=Operation.begun_at, kind="time",
                sortable=True,
            ),
            Column(
                key="ended_at", label=_("Ended"), expr=Operation.ended_at, kind="time",
                sortable=True, minor=True,
            ),
        ),
        filters=(
            Filter(key="q", label=_("What"), exprs=(Operation.title,)),
            Filter(
                key="state", label=_("State"), kind="choice", exprs=(Operation.state,),
                choices=tuple(words.OPERATION_STATES.items()),
            ),
        ),
    )  # fmt: skip


@door.get("/", needs="own")
def index() -> str:
    """The visitor's long work; everybody's for whoever runs the system."""
    page = listing().page(progress.visible(), request.args)
    return render_template("desk/operations.html", page=page)


@door.get("/export", needs="own")
def export() -> ResponseReturnValue:
    """The list as CSV."""
    return exports.csv_file(listing(), progress.visible(), request.args)


@door.get("/<int:operation_id>", needs="own")
def show(operation_id: int) -> str:
    """One piece of long work."""
    row = progress.one(operation_id)
    return render_template(
        "desk/operation.html", row=row, is_open=row.state in OPEN,
        state=words.OPERATION_STATES[OperationState(row.state)],
        tone=words.OPERATION_TONES[OperationState(row.state)], owner=queries.name_of(row.owner_id),
    )  # fmt: skip


@door.post("/<int:operation_id>/cancel", needs="own")
def cancel(operation_id: int) -> ResponseReturnValue:
    """Ask it to stop at its next step."""
    progress.cancel(operation_id)
    return htmx.go(url_for("operations.show", operation_id=operation_id))
