"""What staff writes down at a client's page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from channels.consent.rules import ASKED
from hub.pages.fields import Choice, Day, Text, Whole
from hub.pages.forms import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a client said: where it is kept (`note`), and the day he said it."""

    contact: int
    klass: str
    said: str
    note: str
    said_on: date
    wording: str = ""


class NoteForm(Form):
    """A statement as it is sent."""

    into: ClassVar[Callable[..., Any]] = Note

    contact = Whole(low=1, required=True)
    klass = Choice([*ASKED, "both"], required=True)
    said = Choice(["yes", "no"], required=True)
    wording = Text(most=2000)
    note = Text(most=200, required=True)
    said_on = Day(required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopping:
    """Why nothing shall go to a contact any more."""

    stop_contact: int
    stop_reason: str


class StoppingForm(Form):
    """A suppression as it is sent."""

    into: ClassVar[Callable[..., Any]] = Stopping

    stop_contact = Whole(low=1, required=True)
    stop_reason = Text(most=64, required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifting:
    """Why messages may go to a contact again."""

    lift_contact: int
    lift_reason: str


class LiftingForm(Form):
    """The lifting of a suppression as it is sent."""

    into: ClassVar[Callable[..., Any]] = Lifting

    lift_contact = Whole(low=1, required=True)
    lift_reason = Text(most=64, required=True)
