"""The lists of the desk: things to do, requests for approval, long work, imports."""

from __future__ import annotations

from flask import url_for
from flask_babel import lazy_gettext as _

from hub.accounts.models import User
from hub.desk import queries, words
from hub.kernel.approvals import Approval
from hub.kernel.imports.models import Import
from hub.kernel.operations import Operation
from hub.kernel.workitems import WorkItem
from hub.pages import operations
from hub.pages.filters import Filter
from hub.pages.lists import Column, Listing


def to_do() -> Listing:
    """The list of things to do."""
    return Listing(
        name="to-do",
        key=WorkItem.id,
        default_sort="due_at",
        columns=(
            Column(
                key="kind", label=_("What"), expr=WorkItem.kind,
                labels=words.item_kinds(),
                link=lambda row: url_for("desk.show", item_id=row.id),
            ),
            Column(key="label", label=_("About"), expr=WorkItem.label),
            Column(key="due_at", label=_("Due"), expr=WorkItem.due_at, kind="time", sortable=True),
            Column(
                key="state", label=_("State"), expr=WorkItem.state, kind="badge",
                labels=words.ITEM_STATES, tones=words.ITEM_TONES,
            ),
            Column(
                key="opened_at", label=_("Since"), expr=WorkItem.opened_at, kind="time",
                sortable=True, minor=True,
            ),
        ),
        filters=_to_do_filters(),
    )  # fmt: skip


def _to_do_filters() -> tuple[Filter, ...]:
    return (
        Filter(key="q", label=_("About"), exprs=(WorkItem.label,)),
        Filter(
            key="state", label=_("State"), kind="choice", exprs=(WorkItem.state,),
            choices=tuple(words.ITEM_STATES.items()),
        ),
        Filter(
            key="kind", label=_("What"), kind="choice", exprs=(WorkItem.kind,),
            choices=lambda: tuple(words.item_kinds().items()),
        ),
        Filter(key="due", label=_("Due"), kind="date", exprs=(WorkItem.due_at,)),
    )  # fmt: skip


def requests() -> Listing:
    """The list of requests."""
    return Listing(
        name="approvals",
        key=Approval.id,
        default_sort="-made_at",
        columns=(
            Column(
                key="title", label=_("What"), expr=Approval.title,
                link=lambda row: url_for("approvals.show", approval_id=row.id),
            ),
            Column(
                key="kind", label=_("Kind"), expr=Approval.kind, kind="badge",
                labels=words.approval_kinds(),
            ),
            Column(key="maker", label=_("Prepared by"), expr=User.name, sortable=True),
            Column(
                key="made_at", label=_("Since"), expr=Approval.made_at, kind="time", sortable=True
            ),
            Column(
                key="decision", label=_("State"), expr=Approval.decision, kind="badge",
                labels=words.DECISIONS, tones=words.DECISION_TONES,
            ),
        ),
        filters=_requests_filters(),
    )  # fmt: skip


def _requests_filters() -> tuple[Filter, ...]:
    return (
        Filter(key="q", label=_("What"), exprs=(Approval.title,)),
        Filter(
            key="decision", label=_("State"), kind="choice", exprs=(Approval.decision,),
            choices=tuple(words.DECISIONS.items()),
        ),
        Filter(
            key="kind", label=_("Kind"), kind="choice", exprs=(Approval.kind,),
            choices=lambda: tuple(words.approval_kinds().items()),
        ),
    )  # fmt: skip


def long_work() -> Listing:
    """The list of long work."""
    return Listing(
        name="long-tasks",
        key=Operation.id,
        default_sort="-begun_at",
        columns=(
            Column(
                key="title", label=_("What"), expr=Operation.title, kind="sentence",
                link=lambda row: url_for("operations.show", operation_id=row.id),
            ),
            Column(
                key="state", label=_("State"), expr=Operation.state, kind="badge",
                labels=operations.STATES, tones=operations.TONES,
            ),
            Column(key="done", label=_("So far"), expr=Operation.done, kind="number"),
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
        filters=_long_work_filters(),
    )  # fmt: skip


def _long_work_filters() -> tuple[Filter, ...]:
    return (
        Filter(key="q", label=_("What"), where=queries.is_called),
        Filter(
            key="state", label=_("State"), kind="choice", exprs=(Operation.state,),
            choices=tuple(operations.STATES.items()),
        ),
    )  # fmt: skip


def imported() -> Listing:
    """The list of imports."""
    return Listing(
        name="imports",
        key=Import.id,
        default_sort="-created_at",
        columns=(
            Column(
                key="filename", label=_("File"), expr=Import.filename,
                link=lambda row: url_for("imports.show", import_id=row.id),
            ),
            Column(key="kind", label=_("What"), expr=Import.kind, labels=words.import_kinds()),
            Column(
                key="state", label=_("State"), expr=Import.state, kind="badge",
                labels=words.IMPORT_STATES, tones=words.IMPORT_TONES,
            ),
            Column(key="created", label=_("New rows"), expr=Import.created, kind="number"),
            Column(key="updated", label=_("Rows that change"), expr=Import.updated, kind="number"),
            Column(key="bad", label=_("Refused rows"), expr=Import.bad, kind="number"),
            Column(key="owner", label=_("Brought by"), expr=User.name, minor=True),
            Column(
                key="created_at", label=_("Since"), expr=Import.created_at, kind="time",
                sortable=True,
            ),
        ),
        filters=_imported_filters(),
    )  # fmt: skip


def _imported_filters() -> tuple[Filter, ...]:
    return (
        Filter(key="q", label=_("File"), exprs=(Import.filename,)),
        Filter(
            key="kind", label=_("What"), kind="choice", exprs=(Import.kind,),
            choices=lambda: tuple(words.import_kinds().items()),
        ),
        Filter(
            key="state", label=_("State"), kind="choice", exprs=(Import.state,),
            choices=tuple(words.IMPORT_STATES.items()),
        ),
        Filter(key="since", label=_("Since"), kind="date", exprs=(Import.created_at,)),
    )  # fmt: skip
