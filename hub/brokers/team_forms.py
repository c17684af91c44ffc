"""Untrusted input about teams, their members and targets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from hub.pages.fields import Amount, Day, Text, Whole
from hub.pages.forms import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamCard:
    """A team as it is made."""

    name: str
    branch: str
    starts_on: date


class TeamForm(Form):
    """A team as it is sent."""

    into: ClassVar[Callable[..., Any]] = TeamCard

    name = Text(most=80, required=True)
    branch = Text(most=80, required=True)
    starts_on = Day(required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """A broker in a team from a day on."""

    broker: int
    valid_from: date


class JoiningForm(Form):
    """A member as he is sent."""

    into: ClassVar[Callable[..., Any]] = Joining

    broker = Whole(low=1, required=True)
    valid_from = Day(required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What shall be reached in a month; any day of it names it."""

    measure: str
    month: date
    amount: Decimal


class AimForm(Form):
    """A target as it is sent."""

    into: ClassVar[Callable[..., Any]] = Aim

    measure = Text(most=40, required=True)
    month = Day(required=True)
    amount = Amount(required=True)
