"""Untrusted input about brokers, their places, posts and licences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from hub.brokers.rules import LineKind, PostKind, QualificationKind
from hub.pages import readings
from hub.pages.fields import Choice, Day, Text, Whole
from hub.pages.forms import Form
from hub.pages.readings import DatedForm


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerCard:
    """What is written about a broker."""

    no: str
    name: str
    branch: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(BrokerCard):
    """A broker taken in: from which day, and under whom.

    Shape: without `superior` he stands under whoever takes him in.
    """

    joined_on: date
    superior: int | None = None
    superior_no: str = ""


class BrokerForm(Form):
    """A broker's card as it is sent."""

    into: ClassVar[Callable[..., Any]] = BrokerCard

    no = Text(most=32, required=True)
    name = Text(most=120, required=True)
    branch = Text(most=80, required=True)
    title = Text(most=80, required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerChange(BrokerCard):
    """What is written now: another branch or title holds from a day on, today if not said."""

    valid_from: date | None = None


class BrokerChangeForm(BrokerForm):
    """A broker's card as it is changed."""

    into: ClassVar[Callable[..., Any]] = BrokerChange

    valid_from = Day(load_default=None)


class EntryForm(BrokerForm):
    """A broker taken in, as it is sent."""

    into: ClassVar[Callable[..., Any]] = Entry

    joined_on = Day(required=True)
    superior = Whole(low=1)
    superior_no = Text(most=32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A place on a line from a day on, under whoever has this id or number; else the end of it."""

    line: LineKind
    superior: int | None
    valid_from: date
    superior_no: str = ""


class MoveForm(Form):
    """A move as it is sent."""

    into: ClassVar[Callable[..., Any]] = Move

    line = Choice(LineKind, load_default=LineKind.MANAGEMENT)
    superior = Whole(low=1, load_default=None)
    superior_no = Text(most=32, load_default="")
    valid_from = Day(required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Farewell:
    """A broker leaves on a day; the heir, by id or number, leads his reports from then on."""

    left_on: date
    heir: int | None = None
    heir_no: str = ""


class FarewellForm(Form):
    """A farewell as it is sent."""

    into: ClassVar[Callable[..., Any]] = Farewell

    left_on = Day(required=True)
    heir = Whole(low=1, load_default=None)
    heir_no = Text(most=32, load_default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A post given for some days."""

    kind: PostKind
    valid_from: date
    valid_to: date | None = None
    branch: str = ""
    team: int | None = None


class AppointmentForm(Form):
    """An appointment as it is sent."""

    into: ClassVar[Callable[..., Any]] = Appointment

    kind = Choice(PostKind, required=True)
    valid_from = Day(required=True)
    valid_to = Day(load_default=None)
    branch = Text(most=80, load_default="")
    team = Whole(low=1, load_default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The first day on which something holds no more."""

    valid_to: date


class UntilForm(Form):
    """An end as it is sent."""

    into: ClassVar[Callable[..., Any]] = End

    valid_to = Day(required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """A qualification: its number, what it is limited to, until when it holds."""

    kind: QualificationKind
    number: str
    valid_from: date
    valid_to: date | None = None
    scope: str = ""


class LicenceForm(Form):
    """A qualification as it is sent."""

    into: ClassVar[Callable[..., Any]] = Licence

    kind = Choice(QualificationKind, required=True)
    number = Text(most=64, required=True)
    valid_from = Day(required=True)
    valid_to = Day(load_default=None)
    scope = Text(most=200, load_default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(readings.Reading):
    """How the tree was read, and by which line."""

    line: LineKind = LineKind.MANAGEMENT


class ReadingForm(DatedForm):
    """A reading as it is asked for."""

    into: ClassVar[Callable[..., Any]] = Reading

    line = Choice(LineKind, load_default=LineKind.MANAGEMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Which user a broker is; none when he signs in no more."""

    user: int | None = None


class LinkForm(Form):
    """A link as it is sent."""

    into: ClassVar[Callable[..., Any]] = Link

    user = Whole(low=1, load_default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A user by the mailbox he signs in with; none when it is empty."""

    email: str = ""


class MailboxForm(Form):
    """A mailbox as it is sent."""

    into: ClassVar[Callable[..., Any]] = Mailbox

    email = Text(most=254, load_default="")
