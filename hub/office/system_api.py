"""The system for programs: its parts, backups, checks, what is kept."""

from __future__ import annotations

from typing import Any

from flask import current_app

from hub.kernel.operations import Operation
from hub.office import listings, queries, service, system
from hub.office.rules import Kind
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor
from hub.pages.lists import Listing

door = ApiDoor("system_api", __name__, path="/system", about="How the hub fares.")


class PartOut(out.Out):
    """A part and how it stands: ok, down, unknown."""

    name = out.text()
    state = out.text()


class BeatOut(out.Out):
    """The last sign of a process."""

    owner = out.text()
    kind = out.text()
    is_alive = out.yes()


class LaneOut(out.Out):
    """How many jobs of a lane stand where."""

    name = out.text()
    waiting = out.whole()
    running = out.whole()
    failed = out.whole()
    parked = out.whole()
    dropped = out.whole()
    oldest = out.moment(null=True)


class SystemOut(out.Out):
    """Everything at a glance."""

    parts = out.many(PartOut)
    beats = out.many(BeatOut)
    missing = out.whole()
    lanes = out.many(LaneOut)


class TaskOut(out.Out):
    """A backup, a check or a verification."""

    id = out.whole()
    kind = out.text()
    state = out.text()
    done = out.whole()
    total = out.whole(null=True)
    result = out.table()
    problem = out.sentence()
    begun_at = out.moment()
    ended_at = out.moment(null=True)


class StayOut(out.Out):
    """How long rows of a table stay."""

    table = out.text()
    days = out.whole()
    job = out.text()


class StaysOut(out.Out):
    """What is kept for how long."""

    items = out.many(StayOut)


def _backups() -> Listing:
    return listings.tasks(Kind.BACKUP)


@door.get("", needs="system.read", gives=SystemOut)
def index() -> dict[str, Any]:
    """Everything at a glance."""
    found = system.look(current_app.config["HUB"])
    return {
        "parts": found.parts, "beats": found.beats, "missing": found.missing,
        "lanes": queries.lanes(),
    }  # fmt: skip


@door.get("/backups", needs="system.read", listing=_backups)
def backups() -> Any:
    """Backups that were made."""
    return _backups(), queries.tasks(Kind.BACKUP)


@door.get("/backups/export", needs="system.read", listing=_backups, exports=True)
def export_backups() -> Any:
    """All of the list at once."""
    return _backups(), queries.tasks(Kind.BACKUP)


@door.post("/backups", needs="system.run", gives=out.Made, status=202)
def backup() -> dict[str, int]:
    """Make one now."""
    return {"id": service.ask(Kind.BACKUP)}


@door.post("/checks", needs="system.run", gives=out.Made, status=202)
def check() -> dict[str, int]:
    """Ask every part how it is."""
    return {"id": service.ask(Kind.CHECK)}


@door.post("/verify", needs="audit.read", gives=out.Made, status=202)
def verify() -> dict[str, int]:
    """Walk the audit chain."""
    return {"id": service.ask(Kind.VERIFY)}


@door.get("/tasks/<int:task_id>", needs="audit.read", gives=TaskOut)
def task(task_id: int) -> Operation:
    """How far it is, and what came of it."""
    return queries.task(task_id)


@door.get("/retention", needs="system.read", gives=StaysOut)
def retention() -> dict[str, Any]:
    """What is kept for how long."""
    items = [
        {"table": stay.keep.table, "days": stay.days, "job": stay.keep.job}
        for stay in queries.stays()
    ]
    return {"items": items}
