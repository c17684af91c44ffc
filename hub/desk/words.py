"""How kinds, states and deadlines are called."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as l_
from flask_babel import ngettext

from hub.kernel import approvals, workitems
from hub.kernel.approvals import Decision
from hub.kernel.imports.kinds import kinds
from hub.kernel.imports.models import State
from hub.kernel.workitems import ItemState
from hub.kernel.worktime import Explanation

ITEM_STATES = {
    ItemState.OPEN: l_("open"),
    ItemState.DONE: l_("done"),
    ItemState.DROPPED: l_("no longer needed"),
}
ITEM_TONES = {ItemState.OPEN: "blue", ItemState.DONE: "green", ItemState.DROPPED: "secondary"}
DECISIONS = {
    Decision.WAITING: l_("waiting"),
    Decision.APPROVED: l_("approved"),
    Decision.REJECTED: l_("rejected"),
    Decision.VOID: l_("void"),
}
DECISION_TONES = {
    Decision.WAITING: "blue", Decision.APPROVED: "green", Decision.REJECTED: "red",
    Decision.VOID: "secondary",
}  # fmt: skip


IMPORT_STATES = {
    State.RECEIVING: l_("not arrived"), State.ASKING: l_("asks how to read it"),
    State.STAGING: l_("reading"), State.STAGED: l_("waits for you"),
    State.CHECKING: l_("checking"), State.CHECKED: l_("checked"),
    State.APPLYING: l_("taking over"), State.HALTED: l_("halted"), State.DONE: l_("done"),
    State.FAILED: l_("failed"), State.CANCELLED: l_("cancelled"),
}  # fmt: skip
IMPORT_TONES = {
    State.DONE: "green", State.FAILED: "red", State.HALTED: "red", State.CANCELLED: "secondary",
    State.RECEIVING: "secondary", State.STAGED: "yellow", State.CHECKED: "yellow",
    State.ASKING: "yellow", State.STAGING: "blue", State.CHECKING: "blue", State.APPLYING: "blue",
}  # fmt: skip


def import_kinds() -> dict[str, Any]:
    """Kind of an import → what it is called."""
    return {kind.name: kind.title for kind in kinds().values()}


def item_kinds() -> dict[str, Any]:
    """Kind of a thing to do → what it is called."""
    return {kind.name: kind.title for kind in workitems.kinds().values()}


def approval_kinds() -> dict[str, Any]:
    """Kind of a request → what it is called."""
    return {kind.name: kind.title for kind in approvals.kinds().values()}


def explained(found: Explanation) -> str:
    """Why a deadline lies where it does, in one sentence."""
    parts = [ngettext("%(num)s working day", "%(num)s working days", found.days)]
    if found.paused_days:
        parts.append(ngettext("%(num)s paused", "%(num)s paused", found.paused_days))
    elif found.paused:
        parts.append(_("%(time)s paused", time=_hours(found.paused)))
    if found.weekend_days:
        parts.append(ngettext("%(num)s weekend day", "%(num)s weekend days", found.weekend_days))
    if found.holidays:
        names = ", ".join(sorted({name for _day, name in found.holidays}))
        count = len(found.holidays)
        parts.append(
            ngettext(
                "%(num)s holiday (%(names)s)", "%(num)s holidays (%(names)s)", count, names=names
            )
        )
    if found.made_up:
        count = len(found.made_up)
        parts.append(ngettext("%(num)s make-up workday", "%(num)s make-up workdays", count))
    return ", ".join(parts)


def _hours(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    return f"{minutes // 60}:{minutes % 60:02}"
