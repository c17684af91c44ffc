"""Reads for the desk's pages."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from hub.accounts.models import User
from hub.kernel import access, approvals, sentences, work, workitems
from hub.kernel.approvals import Approval, Decision
from hub.kernel.imports import queries as imports
from hub.kernel.imports.models import Import
from hub.kernel.operations import Operation
from hub.kernel.workitems import ItemState, WorkItem


def item(item_id: int) -> WorkItem:
    """A work item the present actor may see.

    Raises: NotFound.
    """
    found: WorkItem | None = work.session().scalar(
        workitems.visible().where(WorkItem.id == item_id)
    )
    return access.found(found)


def approval(approval_id: int) -> Approval:
    """A request for approval the present actor may see.

    Raises: NotFound.
    """
    found: Approval | None = work.session().scalar(
        approvals.visible().where(Approval.id == approval_id)
    )
    return access.found(found)


def requests() -> Select[Any]:
    """Requests for approval with their makers."""
    return approvals.visible().outerjoin(User, User.id == Approval.made_by)


def imported() -> Select[Any]:
    """Imports with who brought them."""
    return imports.visible().outerjoin(User, User.id == Import.owner_id)


def name_of(user_id: int | None) -> str:
    """What somebody is called; "" for nobody."""
    return work.session().scalar(select(User.name).where(User.id == user_id)) or ""


def is_called(words: str) -> ColumnElement[bool]:
    """Whether the title of long work has each of the words, as the reader reads it."""
    query = select(Operation.kind, func.min(Operation.title)).group_by(Operation.kind)
    titles = {
        kind: sentences.template(title).casefold() for kind, title in work.session().execute(query)
    }
    return and_(*(
        Operation.kind.in_([kind for kind, title in titles.items() if word.casefold() in title])
        | Operation.title.icontains(word, autoescape=True)
        for word in re.findall(r"\w+", words) or [words]
    ))  # fmt: skip


def to_release() -> int:
    """How many requests wait for the present actor."""
    found = approvals.waiting().where(Approval.decision == Decision.WAITING)
    return work.session().scalar(found.with_only_columns(func.count())) or 0


def next_items(limit: int) -> list[Any]:
    """The open items that are due first."""
    found = workitems.visible().where(WorkItem.state == ItemState.OPEN)
    columns = (WorkItem.id, WorkItem.kind, WorkItem.label, WorkItem.due_at)
    ordered = found.with_only_columns(*columns).order_by(
        WorkItem.due_at.is_(None), WorkItem.due_at, WorkItem.id
    )
    return list(work.session().execute(ordered.limit(limit)))
