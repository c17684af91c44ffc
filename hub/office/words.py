"""Words of this room in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from hub.kernel import modules
from hub.kernel.outbox import RowState
from hub.kernel.sentences import N_
from hub.office.rules import Kind

LANES = {
    "code": _("code"), "notice": _("notice"), "service": _("service"), "work": _("work"),
    "promotion": _("promotion"), "index": _("index"),
}  # fmt: skip
STATES = {
    RowState.WAITING: _("waiting"), RowState.RUNNING: _("running"), RowState.DONE: _("done"),
    RowState.FAILED: _("failed"), RowState.PARKED: _("parked"), RowState.DROPPED: _("dropped"),
}  # fmt: skip
STATE_TONES = {
    RowState.WAITING: "azure", RowState.RUNNING: "blue", RowState.DONE: "green",
    RowState.FAILED: "red", RowState.PARKED: "yellow", RowState.DROPPED: "secondary",
}  # fmt: skip
TASKS = {
    Kind.BACKUP: N_("Backup"), Kind.VERIFY: N_("Walk over the audit log"),
    Kind.CHECK: N_("Check of every part"),
}  # fmt: skip
PARTS = {
    "database": _("Database"), "migrations": _("Tables"), "redis": _("Redis"),
    "workers": _("Workers"), "scheduler": _("Scheduler"),
}  # fmt: skip
PART_STATES = {"ok": _("works"), "down": _("down"), "unknown": _("unknown")}
PART_TONES = {"ok": "green", "down": "red", "unknown": "yellow"}
KINDS = {
    "web": _("Pages"), "worker": _("Worker"), "cron": _("Scheduler"), "live": _("Live"),
}  # fmt: skip
ACTORS = {"user": _("user"), "system": _("system"), "stranger": _("stranger")}
FINDINGS = {"ok": _("works"), "warning": _("warning"), "fault": _("fault")}
FINDING_TONES = {"ok": "green", "warning": "yellow", "fault": "red"}


def act(verb: str) -> str:
    """What a verb of the audit log is called; itself when its module is not here."""
    return str(modules.loaded().acts.get(verb, verb))


def subject(word: str) -> str:
    """What a subject of the audit log is called; itself when its module is not here."""
    return str(modules.loaded().subjects.get(word, word))


def acts_called(typed: str) -> list[str]:
    """The verbs whose names hold what was typed."""
    return _called(modules.loaded().acts, typed)


def subjects_called(typed: str) -> list[str]:
    """The subjects whose names hold what was typed."""
    return _called(modules.loaded().subjects, typed)


def _called(named: Mapping[str, Any], typed: str) -> list[str]:
    return [code for code, name in named.items() if typed.casefold() in str(name).casefold()]
