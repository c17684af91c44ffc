"""Jobs, the audit log and backups as lists."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, or_

from hub.accounts.models import User
from hub.kernel import modules, outbox
from hub.kernel.audit import AuditRow
from hub.kernel.operations import Operation
from hub.kernel.outbox import OutboxRow
from hub.office import words
from hub.office.rules import Kind
from hub.pages import operations
from hub.pages.filters import Choices, Filter
from hub.pages.lists import Column, Listing

LANES = {rank: words.LANES[lane] for rank, lane in enumerate(outbox.LANES)}


def _job_page(row: Any) -> str:
    return url_for("jobs.show", row_id=row.id)


def _task_page(row: Any) -> str:
    return url_for("system.task", task_id=row.id)


def _audit_page(row: Any) -> str:
    return url_for("audit_log.show", row_id=row.id)


def _names() -> Choices:
    return tuple((name, name) for name in sorted(modules.loaded().jobs))


jobs = Listing(
    name="jobs",
    key=OutboxRow.id,
    default_sort="-number",
    columns=(
        Column(key="number", label=_("Number"), expr=OutboxRow.id, kind="text", sortable=True,
               link=_job_page),
        Column(key="job", label=_("Job"), expr=OutboxRow.job, link=_job_page),
        Column(key="lane", label=_("Lane"), expr=OutboxRow.lane, kind="badge", labels=LANES),
        Column(key="state", label=_("State"), expr=OutboxRow.state, kind="badge",
               labels=words.STATES, tones=words.STATE_TONES),
        Column(key="created_at", label=_("Made"), expr=OutboxRow.created_at, kind="time",
               sortable=True),
        Column(key="due_at", label=_("To run at"), expr=OutboxRow.due_at, kind="time",
               sortable=True, minor=True),
        Column(key="tries", label=_("Failed tries"), expr=OutboxRow.tries, kind="number"),
    ),
    filters=(
        Filter(key="origin", label=_("Request id"), exprs=(OutboxRow.origin,),
               where=lambda value: OutboxRow.origin == value),
        Filter(key="job", label=_("Job"), kind="choice", exprs=(OutboxRow.job,), choices=_names),
        Filter(key="state", label=_("State"), kind="choice", exprs=(OutboxRow.state,),
               choices=tuple(words.STATES.items())),
        Filter(key="lane", label=_("Lane"), kind="choice", exprs=(OutboxRow.lane,),
               choices=tuple((str(rank), label) for rank, label in LANES.items()),
               where=lambda value: OutboxRow.lane == int(value)),
        Filter(key="created", label=_("Made"), kind="date", exprs=(OutboxRow.created_at,)),
    ),
)  # fmt: skip


def _is_act(typed: str) -> ColumnElement[bool]:
    return _named(AuditRow.verb, typed, words.acts_called(typed))


def _is_subject(typed: str) -> ColumnElement[bool]:
    return _named(AuditRow.subject, typed, words.subjects_called(typed))


def _named(column: Any, typed: str, codes: list[str]) -> ColumnElement[bool]:
    """By its code or by its name in the reader's language."""
    return or_(column.icontains(typed, autoescape=True), column.in_(codes))


audit = Listing(
    name="audit",
    key=AuditRow.id,
    default_sort="-number",
    columns=(
        Column(key="number", label=_("Number"), expr=AuditRow.id, kind="text", sortable=True,
               link=_audit_page),
        Column(key="at", label=_("When"), expr=AuditRow.at, kind="time"),
        Column(key="who", label=_("Who"), expr=User.name, link=_audit_page),
        Column(key="actor", label=_("As"), expr=AuditRow.actor, kind="badge", labels=words.ACTORS,
               minor=True),
        Column(key="verb", label=_("Act"), expr=AuditRow.verb, shown=words.act, coded=True),
        Column(key="subject", label=_("On what"), expr=AuditRow.subject, shown=words.subject,
               coded=True),
        Column(key="subject_id", label=_("Its number"), expr=AuditRow.subject_id, kind="text"),
        Column(key="place", label=_("From where"), expr=AuditRow.place, minor=True),
    ),
    filters=(
        Filter(key="who", label=_("Who"), exprs=(User.name, User.email)),
        Filter(key="verb", label=_("Act"), where=_is_act),
        Filter(key="subject", label=_("On what"), where=_is_subject),
        Filter(key="subject_id", label=_("Its number"), kind="number",
               exprs=(AuditRow.subject_id,)),
        Filter(key="place", label=_("From where"), exprs=(AuditRow.place,)),
        Filter(key="actor", label=_("As"), kind="choice", exprs=(AuditRow.actor,),
               choices=tuple(words.ACTORS.items())),
        Filter(key="at", label=_("When"), kind="date", exprs=(AuditRow.at,)),
    ),
)  # fmt: skip


def tasks(kind: Kind) -> Listing:
    """What was asked for of a kind."""
    return Listing(
        name=f"{kind.name.lower()}s",
        key=Operation.id,
        default_sort="-number",
        columns=(
            Column(key="number", label=_("Number"), expr=Operation.id, kind="text", sortable=True,
                   link=_task_page),
            Column(key="begun_at", label=_("Asked for"), expr=Operation.begun_at, kind="time",
                   link=_task_page),
            Column(key="who", label=_("By"), expr=User.name),
            Column(key="state", label=_("State"), expr=Operation.state, kind="badge",
                   labels=operations.STATES, tones=operations.TONES),
            Column(key="ended_at", label=_("Ended"), expr=Operation.ended_at, kind="time",
                   minor=True),
        ),
        filters=(
            Filter(key="state", label=_("State"), kind="choice", exprs=(Operation.state,),
                   choices=tuple(operations.STATES.items())),
            Filter(key="asked", label=_("Asked for"), kind="date", exprs=(Operation.begun_at,)),
        ),
    )  # fmt: skip
