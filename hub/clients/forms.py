"""Untrusted input → frozen dataclasses: one schema for page, API, import and command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from flask_babel import gettext as _
from marshmallow import ValidationError, fields, pre_load, validate

from hub.clients.addresses import Point, point
from hub.clients.rules import AddressKind, Gender, Language
from hub.kernel import clock
from hub.kernel.errors import Invalid
from hub.pages.forms import Form

MOST = Decimal("1e14")
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


def _text(most: int, *, required: bool = False) -> fields.String:
    return fields.String(
        required=required, allow_none=not required, validate=validate.Length(1, most)
    )


def _past_day() -> fields.Date:
    def check(value: date | None) -> None:
        if value is not None and not OLDEST <= value <= clock.firm_day():
            raise ValidationError(_("a day between 1900 and today"))

    return fields.Date(allow_none=True, validate=check)


class ProfileForm(Form):
    """A client's profile as it is sent."""

    into: ClassVar[Callable[..., Any]] = Profile

    no = _text(64, required=True)
    name = _text(120, required=True)
    language = fields.Enum(Language, by_value=True)
    city = _text(80)
    gender = fields.Enum(Gender, by_value=True, allow_none=True)
    birthday = _past_day()
    opened_on = _past_day()
    branch = _text(80)
    stated_assets = fields.Decimal(
        places=2, allow_none=True, allow_nan=False, validate=validate.Range(0, MOST)
    )

    @pre_load
    def without_separators(self, data: Mapping[str, Any], **_options: Any) -> dict[str, Any]:
        """An amount may have thousands separators, as people write it."""
        values = dict(data)
        assets = values.get("stated_assets")
        if isinstance(assets, str):
            values["stated_assets"] = assets.replace(",", "").replace("\uff0c", "")
        return values


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
    if len(label) > 40:  # noqa: PLR2004 - the column's width
        raise Invalid({"label": _("at most 40 characters")})
    return point(kind, str(data.get("value") or "")), label
