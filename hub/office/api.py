"""Jobs for programs: the outbox, one row, the timetable."""

from __future__ import annotations

from typing import Any

from hub.kernel import outbox
from hub.office import listings, queries, rules, service
from hub.office.forms import JobNameForm
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor
from hub.pages.lists import Listing

door = ApiDoor("jobs_api", __name__, path="/jobs", about="Work after commit.")


class JobOut(out.Out):
    """A row of the outbox, masked."""

    id = out.whole()
    key = out.text()
    job = out.text()
    args = out.table()
    lane = out.text()
    state = out.text()
    tries = out.whole()
    error = out.text()
    created_at = out.moment()
    due_at = out.moment()
    done_at = out.moment(null=True)


class TimetableLineOut(out.Out):
    """A line of the timetable."""

    job = out.text()
    every_s = out.whole()
    last = out.moment(null=True)
    state = out.text()
    row = out.whole(null=True)
    next = out.moment()


class TimetableOut(out.Out):
    """What comes round."""

    items = out.many(TimetableLineOut)


class RetriedOut(out.Out):
    """How many rows wait again."""

    count = out.whole()


def _listing() -> Listing:
    return listings.jobs


@door.get("", needs="jobs.read", listing=_listing)
def index() -> Any:
    """The outbox."""
    return listings.jobs, queries.jobs()


@door.get("/export", needs="jobs.read", listing=_listing, exports=True)
def export() -> Any:
    """All of the list at once."""
    return listings.jobs, queries.jobs()


@door.get("/<int:row_id>", needs="jobs.read", gives=JobOut)
def show(row_id: int) -> dict[str, Any]:
    """One row: its arguments masked."""
    row = queries.job(row_id)
    names = ("id", "job", "state", "tries", "created_at", "due_at", "done_at")
    return {name: getattr(row, name) for name in names} | {
        "key": rules.veiled(row.key), "args": rules.masked(row.args),
        "lane": outbox.LANES[row.lane], "error": rules.veiled(row.error or ""),
    }  # fmt: skip


@door.post("/<int:row_id>/retry", needs="jobs.write", gives=JobOut)
def retry(row_id: int) -> dict[str, Any]:
    """Try it again."""
    service.retry(row_id)
    return show(row_id)


@door.post("/<int:row_id>/drop", needs="jobs.write", gives=JobOut)
def drop(row_id: int) -> dict[str, Any]:
    """Do not do it."""
    service.drop(row_id)
    return show(row_id)


@door.post("/retry-all", needs="jobs.write", takes=JobNameForm, gives=RetriedOut)
def retry_all(wish: dict[str, str]) -> dict[str, int]:
    """Try every failed row of one job again."""
    return {"count": service.retry_all(wish["job"])}


@door.get("/timetable", needs="jobs.read", gives=TimetableOut)
def timetable() -> dict[str, Any]:
    """What comes round, and when it last did."""
    return {"items": queries.timetable()}


@door.post("/timetable/run", needs="jobs.write", takes=JobNameForm)
def run(wish: dict[str, str]) -> None:
    """Run a line of the timetable once more."""
    service.run_now(wish["job"])
