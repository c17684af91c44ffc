"""Untrusted input of the desk's pages."""

from __future__ import annotations

from dataclasses import dataclass

from hub.pages import fields
from hub.pages.forms import Form


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of a thing to do."""

    outcome: str
    note: str


class EndForm(Form):
    """What came of a thing to do."""

    into = Ended
    outcome = fields.Text(required=True, most=32)
    note = fields.Text(load_default="", most=2_000)


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, and the hash of what the decider saw."""

    seen: str
    reason: str


class DecideForm(Form):
    """A decision on a request."""

    into = Decided
    seen = fields.Text(required=True, most=64)
    reason = fields.Text(load_default="", most=2_000)
