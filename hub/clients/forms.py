"""Untrusted input → frozen dataclasses: one schema for page, API, import and command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from flask_babel import gettext as _
from marshmallow import ValidationError

from hub.clients.addresses import Point, point
from hub.clients.rules import AddressKind, Gender, Language
from hub.kernel import clock
from hub.kernel.errors import Invalid
from hub.pages.fields import Amount, Choice, Day, Text
from hub.pages.forms import Form

LABEL_MOST = 40  # characters
OLDEST = date(1900, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is written about a client."""

    no: str
    name: str
    language: Language = Language.ZH
    city: str | None = None
    gender: Gender | None = None
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
    return Profile(
        language=Language(language or Language.ZH),
        gender=Gender(gender) if gender else None,
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
    birthday = Day(allow_none=True, validate=_known_past)
    opened_on = Day(allow_none=True, validate=_known_past)
    branch = Text(most=80, allow_none=True)
    stated_assets = Amount(allow_none=True)


def points(data: Mapping[str, Any]) -> list[Point]:
    """The contact points of a new client's form: one phone, one mailbox, either may be empty.

    Raises: Invalid.
    """
    found: list[Point] = []
    for kind in AddressKind:
        raw = str(data.get(kind) or "").strip()
        if raw:
            found.append(point(kind, raw))
    return found


def contact(data: Mapping[str, Any]) -> tuple[Point, str]:
    """A contact point and its label.

    Raises: Invalid.
    """
    kinds = {kind.value: kind for kind in AddressKind}
    kind = kinds.get(str(data.get("kind")))
    if kind is None:
        raise Invalid({"kind": _("phone or e-mail")})
    label = str(data.get("label") or "").strip()
    if len(label) > LABEL_MOST:
        raise Invalid({"label": _("at most 40 characters")})
    return point(kind, str(data.get("value") or "")), label
