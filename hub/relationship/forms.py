"""Untrusted input about assignments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from hub.pages.fields import Day, Whole
from hub.pages.forms import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Which broker, from which day."""

    broker: int
    valid_from: date


class AssignmentForm(Form):
    """An assignment as it is sent."""

    into: ClassVar[Callable[..., Any]] = Assignment

    broker = Whole(low=1, required=True)
    valid_from = Day(required=True)
