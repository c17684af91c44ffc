"""What waits for a second person: the list, one request, the decision."""

from __future__ import annotations

import json
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from hub.desk import listings, queries, words
from hub.desk.forms import Decided, DecideForm
from hub.kernel import access, approvals
from hub.kernel.approvals import Approval, Decision
from hub.kernel.doors import Door
from hub.pages import exports, htmx
from hub.pages.forms import Answer, Filled, answer, blank

door = Door("approvals", __name__, url_prefix="/approvals", template_folder="templates")


@door.get("/", needs="own")
def index() -> str:
    """What the visitor may release, and what he has submitted."""
    page = listings.requests().page(queries.requests(), request.args)
    return render_template("desk/approvals.html", page=page)


@door.get("/export", needs="own")
def export() -> ResponseReturnValue:
    """The list as CSV."""
    return exports.csv_file(listings.requests(), queries.requests(), request.args)


@door.get("/<int:approval_id>", needs="own")
def show(approval_id: int) -> str:
    """One request: what exactly is to be released."""
    return _page(queries.approval(approval_id), blank())


@door.post("/<int:approval_id>/approve", needs="own")
def approve(approval_id: int) -> ResponseReturnValue:
    """Release what was shown."""
    return _decide(approval_id, approve=True)


@door.post("/<int:approval_id>/reject", needs="own")
def reject(approval_id: int) -> ResponseReturnValue:
    """Send it back, with a reason."""
    return _decide(approval_id, approve=False)


def _decide(approval_id: int, *, approve: bool) -> ResponseReturnValue:
    def act(decided: Decided) -> ResponseReturnValue:
        approvals.decide(approval_id, approve=approve, reason=decided.reason, seen=decided.seen)
        return htmx.go(url_for("approvals.index"))

    return answer(
        DecideForm, Answer(lambda filled: _page(queries.approval(approval_id), filled), act)
    )


def _page(row: Approval, form: Filled) -> str:
    kind, actor = approvals.kinds().get(row.kind), access.current()
    content = kind.content(row.subject_id) if kind is not None else None
    is_as_asked = content is not None and approvals.hash_of(content) == row.hash
    may_decide = kind is not None and actor.holds(kind.needs) and actor.user_id != row.made_by
    return render_template(
        "desk/approval.html", row=row, form=form, link=kind.link(row.subject_id) if kind else "",
        kind=words.approval_kinds().get(row.kind, row.kind), lines=_lines(content or {}),
        is_as_asked=is_as_asked, maker=queries.name_of(row.made_by),
        decider=queries.name_of(row.decided_by), state=words.DECISIONS[Decision(row.decision)],
        tone=words.DECISION_TONES[Decision(row.decision)],
        may_decide=may_decide and row.decision == Decision.WAITING,
        is_own=actor.user_id == row.made_by,
    )  # fmt: skip


def _lines(content: Any) -> list[tuple[str, str]]:
    """The content as (name, text): what is nested is written out whole, nothing is left out."""
    return [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1))
        for name, value in content.items()
    ]
