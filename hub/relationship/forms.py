"""Untrusted input about assignments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from hub.pages.fields import Choice, Day, Several, Text, Whole
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


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferWish:
    """Clients who shall go from one broker to another; without `clients` all of the giver's."""

    giver: int
    receiver_no: str
    valid_from: date
    reason: str
    notes: str = ""
    clients: list[int] = field(default_factory=list)


class TransferForm(Form):
    """A transfer as it is sent."""

    into: ClassVar[Callable[..., Any]] = TransferWish

    giver = Whole(low=1, required=True)
    receiver_no = Text(most=32, required=True)
    valid_from = Day(required=True)
    reason = Text(most=200, required=True)
    notes = Text(most=4000, load_default="")
    clients = Several(Whole(low=1), load_default=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """What somebody says to a transfer."""

    agreed: str
    why: str = ""


class SayForm(Form):
    """A vote as it is sent."""

    into: ClassVar[Callable[..., Any]] = Say

    agreed = Choice(("yes", "no"), required=True)
    why = Text(most=200, load_default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeputyWish:
    """Who stands in for a broker on [valid_from, valid_to)."""

    deputy_no: str
    valid_from: date
    valid_to: date
    reason: str = ""


class DeputyForm(Form):
    """A deputy as he is sent."""

    into: ClassVar[Callable[..., Any]] = DeputyWish

    deputy_no = Text(most=32, required=True)
    valid_from = Day(required=True)
    valid_to = Day(required=True)
    reason = Text(most=200, load_default="")
