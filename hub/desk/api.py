"""The desk for programs: things to do, requests for approval, long work."""

from __future__ import annotations

from typing import Any

from flask import Response

from hub.desk import listings, queries
from hub.desk.forms import Decided, DecideForm, Ended, EndForm
from hub.kernel import approvals, progress, workitems
from hub.kernel.approvals import Approval
from hub.kernel.operations import Operation
from hub.kernel.workitems import WorkItem
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor
from hub.pages.files import given

door = ApiDoor("desk_api", __name__, path="/desk", about="Things to do.")
approvals_door = ApiDoor(
    "approvals_api", __name__, path="/approvals", about="What waits for a second person."
)
operations_door = ApiDoor("operations_api", __name__, path="/operations", about="Long work.")
files_door = ApiDoor("files_api", __name__, path="/files", about="Files that people brought.")


class ItemOut(out.Out):
    """A thing to do."""

    id = out.whole()
    kind = out.text()
    subject_id = out.whole()
    label = out.text()
    owner_id = out.whole(null=True)
    state = out.text()
    opened_at = out.moment()
    due_at = out.moment(null=True)
    outcome = out.text()
    note = out.text()
    done_by = out.whole(null=True)
    done_at = out.moment(null=True)


class WaitingOut(out.Out):
    """How much waits for you."""

    items = out.whole()
    late = out.whole()
    approvals = out.whole()


class ApprovalOut(out.Out):
    """A request: send `seen` back with the decision, so that what you saw is what you release."""

    id = out.whole()
    kind = out.text()
    subject_id = out.whole()
    title = out.text()
    seen = out.text(attribute="hash")
    content = out.table()
    made_by = out.whole()
    made_at = out.moment()
    decision = out.text()
    decided_by = out.whole(null=True)
    decided_at = out.moment(null=True)
    reason = out.text()


class OperationOut(out.Out):
    """Long work, and how far it is."""

    id = out.whole()
    kind = out.text()
    title = out.sentence()
    state = out.text()
    done = out.whole()
    total = out.whole(null=True)
    result = out.table()
    link = out.text()
    problem = out.sentence()
    cancel_asked = out.yes()
    begun_at = out.moment()
    ended_at = out.moment(null=True)


@door.get("", needs="own", listing=listings.to_do)
def index() -> Any:
    """What you have to do, and may take from a pool."""
    return listings.to_do(), workitems.visible()


@door.get("/export", needs="own", listing=listings.to_do, exports=True)
def export() -> Any:
    """All of the list at once."""
    return listings.to_do(), workitems.visible()


@door.get("/waiting", needs="own", gives=WaitingOut)
def waiting() -> dict[str, int]:
    """How much waits for you."""
    count, late = workitems.waiting()
    return {"items": count, "late": late, "approvals": queries.to_release()}


@door.get("/items/<int:item_id>", needs="own", gives=ItemOut)
def show(item_id: int) -> WorkItem:
    """One thing to do."""
    return queries.item(item_id)


@door.post("/items/<int:item_id>/take", needs="own", gives=ItemOut)
def take(item_id: int) -> WorkItem:
    """Take it out of its pool."""
    workitems.take(item_id)
    return queries.item(item_id)


@door.post("/items/<int:item_id>/end", needs="own", takes=EndForm, gives=ItemOut)
def end(ended: Ended, item_id: int) -> WorkItem:
    """Say what came of it."""
    workitems.end(item_id, ended.outcome, ended.note)
    return queries.item(item_id)


@approvals_door.get("", needs="own", listing=listings.requests)
def requests() -> Any:
    """What you may release, and what you have submitted."""
    return listings.requests(), queries.requests()


@approvals_door.get("/export", needs="own", listing=listings.requests, exports=True)
def export_requests() -> Any:
    """All of the list at once."""
    return listings.requests(), queries.requests()


@approvals_door.get("/<int:approval_id>", needs="own", gives=ApprovalOut)
def request_shown(approval_id: int) -> dict[str, Any]:
    """One request: what exactly is to be released."""
    row = queries.approval(approval_id)
    kind = approvals.kinds().get(row.kind)
    content = kind.content(row.subject_id) if kind is not None else None
    return {name: getattr(row, name) for name in NAMES} | {"content": dict(content or {})}


NAMES = tuple(column.key for column in Approval.__table__.columns)


@approvals_door.post("/<int:approval_id>/approve", needs="own", takes=DecideForm, gives=ApprovalOut)
def approve(decided: Decided, approval_id: int) -> dict[str, Any]:
    """Release what was shown."""
    approvals.decide(approval_id, approve=True, reason=decided.reason, seen=decided.seen)
    return request_shown(approval_id)


@approvals_door.post("/<int:approval_id>/reject", needs="own", takes=DecideForm, gives=ApprovalOut)
def reject(decided: Decided, approval_id: int) -> dict[str, Any]:
    """Send it back, with a reason."""
    approvals.decide(approval_id, approve=False, reason=decided.reason, seen=decided.seen)
    return request_shown(approval_id)


@operations_door.get("", needs="own", listing=listings.long_work)
def operations() -> Any:
    """Your long work; everybody's for whoever runs the system."""
    return listings.long_work(), progress.visible()


@operations_door.get("/export", needs="own", listing=listings.long_work, exports=True)
def export_operations() -> Any:
    """All of the list at once."""
    return listings.long_work(), progress.visible()


@operations_door.get("/<int:operation_id>", needs="own", gives=OperationOut)
def operation(operation_id: int) -> Operation:
    """One piece of long work."""
    return progress.one(operation_id)


@operations_door.post("/<int:operation_id>/cancel", needs="own", gives=OperationOut, status=202)
def cancel(operation_id: int) -> Operation:
    """Ask it to stop at its next step."""
    progress.cancel(operation_id)
    return progress.one(operation_id)


@files_door.get("/<int:file_id>", needs="own", downloads=True)
def give(file_id: int) -> Response:
    """One file, whole or a range of it."""
    return given(file_id, shown=False)
