"""Untrusted input → frozen dataclasses: one schema for page, API, import and command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from flask_babel import gettext as _
from marshmallow import ValidationError

from hub.clients.addresses import Point, point
from hub.clients.rules import AddressKind, Gender, Language, RevealReason
from hub.kernel import clock
from hub.kernel.errors import Invalid
from hub.kernel.rules import Rule
from hub.pages.fields import Amount, Choice, Day, Table, Text, Yes
from hub.pages.forms import Form

LABEL_MOST = 40  # characters
REACHED_MOST = 254  # characters of a phone number or mailbox
KNOWINGLY_MOST = 200  # characters
OLDEST = date(1900, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is written about a client."""

    no: str
    name: str
    language: Language = Language.ZH
    city: str | None = None
    gender: Gender | None = None
    preferred_channel: AddressKind | None = None
    birthday: date | None = None
    opened_on: date | None = None
    branch: str | None = None
    stated_assets: Decimal | None = None


def _known_past(value: date | None) -> None:
    if value is not None and not OLDEST <= value <= clock.firm_day():
        raise ValidationError(_("a day between 1900 and today"))


def _profile(**values: Any) -> Profile:
    """The clean values with their enums."""
    language, gender = values.pop("language", None), values.pop("gender", None)
    preferred = values.pop("preferred_channel", None)
    return Profile(
        language=Language(language or Language.ZH),
        gender=Gender(gender) if gender else None,
        preferred_channel=AddressKind(preferred) if preferred else None,
        **values,
    )


class ProfileForm(Form):
    """A client's profile as it is sent."""

    into: ClassVar[Callable[..., Any]] = staticmethod(_profile)

    no = Text(most=64, required=True)
    name = Text(most=120, required=True)
    language = Choice(Language)
    city = Text(most=80, allow_none=True)
    gender = Choice(Gender, allow_none=True)
    preferred_channel = Choice(AddressKind, allow_none=True)
    birthday = Day(allow_none=True, validate=_known_past)
    opened_on = Day(allow_none=True, validate=_known_past)
    branch = Text(most=80, allow_none=True)
    stated_assets = Amount(allow_none=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClient:
    """A client on his way in, and how he can be reached.

    Shape: `knowingly` says why he is none of those in the book who look like him.
    """

    profile: Profile
    points: tuple[Point, ...]
    knowingly: str = ""


def _new_client(
    *, sms: str | None = None, email: str | None = None, knowingly: str = "", **values: Any
) -> NewClient:
    given = ((AddressKind.SMS, sms), (AddressKind.EMAIL, email))
    points = tuple(point(kind, raw) for kind, raw in given if raw)
    return NewClient(profile=_profile(**values), points=points, knowingly=knowingly)


class NewClientForm(ProfileForm):
    """A new client as he is sent: one phone, one mailbox, either may be empty."""

    into: ClassVar[Callable[..., Any]] = staticmethod(_new_client)

    sms = Text(most=REACHED_MOST, allow_none=True)
    email = Text(most=REACHED_MOST, allow_none=True)
    knowingly = Text(most=KNOWINGLY_MOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContact:
    """A way to reach a client, with what it is called."""

    point: Point
    label: str = ""


def _new_contact(*, kind: str, value: str, label: str = "") -> NewContact:
    return NewContact(point=point(AddressKind(kind), value), label=label)


class ContactForm(Form):
    """A contact point as it is sent."""

    into: ClassVar[Callable[..., Any]] = staticmethod(_new_contact)

    kind = Choice(AddressKind, required=True)
    value = Text(most=REACHED_MOST, required=True)
    label = Text(most=LABEL_MOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealWish:
    """Why a whole contact or number shall be shown."""

    why: RevealReason
    said: str = ""


def _reveal(*, why: str, said: str = "") -> RevealWish:
    wish = RevealWish(why=RevealReason(why), said=said)
    if wish.why is RevealReason.OTHER and not wish.said:
        raise Invalid({"said": _("Say in words why.")})
    return wish


class RevealForm(Form):
    """The reason for a reveal: one of the list, and words; “other” needs them."""

    into: ClassVar[Callable[..., Any]] = staticmethod(_reveal)

    why = Choice(RevealReason, required=True)
    said = Text(most=200)


class PaperForm(Form):
    """The number of a paper."""

    number = Text(most=40, required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentWish:
    """A segment as it shall be."""

    name: str
    rule: Rule
    shared: bool


class SegmentForm(Form):
    """A segment as a program sends it."""

    into: ClassVar[Callable[..., Any]] = SegmentWish

    name = Text(most=120, required=True)
    rule = Table(required=True)
    shared = Yes()
