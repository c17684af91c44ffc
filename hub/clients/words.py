"""How the ops of the rule language read in a sentence."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from hub.kernel.rules import OPS


def op_names() -> dict[str, list[tuple[str, Any]]]:
    """Kind of field → its ops with their names."""
    plain = {
        "is": _("is"),
        "is_not": _("is not"),
        "in": _("is one of"),
        "contains": _("contains"),
        "starts": _("begins with"),
        "known": _("is known"),
        "unknown": _("is not known"),
        "gt": _("is more than"),
        "ge": _("is at least"),
        "lt": _("is less than"),
        "le": _("is at most"),
        "between": _("is between"),
        "has": _("has"),
        "has_any": _("has one of"),
        "has_not": _("has not"),
    }
    dated = {"gt": _("is after"), "ge": _("is on or after"), "lt": _("is before")}
    dated |= {"le": _("is on or before")}
    return {
        kind: [(op, dated.get(op, plain[op]) if kind == "date" else plain[op]) for op in ops]
        for kind, ops in OPS.items()
    }
