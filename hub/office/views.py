"""Pages of the jobs: the outbox, one row, the timetable."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from hub.kernel.doors import Door
from hub.office import listings, queries, rules, service, words
from hub.pages import htmx
from hub.pages.exports import csv_file

door = Door("jobs", __name__, url_prefix="/jobs", template_folder="templates")


@door.get("/", needs="jobs.read")
def index() -> str:
    """The outbox, and live counts above it."""
    page = listings.jobs.page(queries.jobs(), request.args)
    return render_template("office/jobs.html", page=page, lanes=queries.lanes(), words=words)


@door.get("/export.csv", needs="jobs.read")
def export() -> ResponseReturnValue:
    """The same rows as a file."""
    return csv_file(listings.jobs, queries.jobs(), request.args)


@door.get("/<int:row_id>", needs="jobs.read")
def show(row_id: int) -> str:
    """One row: its arguments masked."""
    row = queries.job(row_id)
    return render_template(
        "office/job.html", row=row, words=words, lane=listings.LANES[row.lane],
        args=rules.masked(row.args), error=rules.veiled(row.error or ""),
        key=rules.veiled(row.key), failed=queries.failed_of(row.job),
        can_retry=row.state in service.AGAIN, can_drop=row.state in service.DROPPABLE,
    )  # fmt: skip


@door.post("/<int:row_id>/retry", needs="jobs.write")
def retry(row_id: int) -> ResponseReturnValue:
    """Try it again."""
    service.retry(row_id)
    flash(_("It waits for a worker again."), "success")
    return htmx.go(url_for("jobs.show", row_id=row_id))


@door.post("/<int:row_id>/drop", needs="jobs.write")
def drop(row_id: int) -> ResponseReturnValue:
    """Do not do it."""
    service.drop(row_id)
    flash(_("It will not be done."), "success")
    return htmx.go(url_for("jobs.show", row_id=row_id))


@door.post("/retry-all", needs="jobs.write")
def retry_all() -> ResponseReturnValue:
    """Try every failed row of one job again."""
    job = request.form.get("job", "")
    count = service.retry_all(job)
    flash(ngettext("%(num)s job waits again.", "%(num)s jobs wait again.", count), "success")
    return htmx.go(url_for("jobs.index", job=job))


@door.get("/timetable", needs="jobs.read")
def timetable() -> str:
    """What comes round, and when it last did."""
    return render_template("office/timetable.html", lines=queries.timetable(), words=words)


@door.post("/timetable/run", needs="jobs.write")
def run() -> ResponseReturnValue:
    """Run a line of the timetable once more."""
    service.run_now(request.form.get("job", ""))
    flash(_("It runs as soon as a worker is free."), "success")
    return htmx.go(url_for("jobs.timetable"))
