"""Untrusted input about agreements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from hub.pages.fields import Day, Text
from hub.pages.forms import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionWish:
    """What holds from a day on: the commission terms by reference, and in words.

    Shape: without `last_day` the agreement is open; `reason` is needed for days that are past.
    """

    valid_from: date
    plan: str
    last_day: date | None = None
    parameters: str = ""
    terms: str = ""
    reason: str = ""

    @property
    def end(self) -> date | None:
        """The first day on which it holds no more."""
        return day_after(self.last_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementWish(VersionWish):
    """An agreement with its first version."""

    no: str
    title: str


class AgreementVersionForm(Form):
    """A version as it is sent."""

    into: ClassVar[Callable[..., Any]] = VersionWish

    valid_from = Day(required=True)
    last_day = Day(load_default=None, allow_none=True)
    plan = Text(most=40, required=True)
    parameters = Text(most=80, load_default="")
    terms = Text(most=8_000, load_default="")
    reason = Text(most=200, load_default="")


class AgreementForm(AgreementVersionForm):
    """An agreement as it is sent."""

    into: ClassVar[Callable[..., Any]] = AgreementWish

    no = Text(most=40, required=True)
    title = Text(most=120, required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndWish:
    """The last day of an agreement that ends before its time, and why."""

    last_day: date
    reason: str


class AgreementEndForm(Form):
    """An early end as it is sent."""

    into: ClassVar[Callable[..., Any]] = EndWish

    last_day = Day(required=True)
    reason = Text(most=200, required=True)


class SignedFileForm(Form):
    """What is said of a signed file that is sent: its name; why, when it replaces another."""

    filename = Text(most=200, required=True)
    reason = Text(most=200, load_default="")


def day_after(day: date | None) -> date | None:
    """The next day; none when there is none."""
    return None if day is None else day + timedelta(days=1)
