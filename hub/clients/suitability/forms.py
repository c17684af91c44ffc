"""An assessment as it is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from flask_babel import gettext as _
from marshmallow import ValidationError

from hub.clients.suitability.rules import SuitabilityClass
from hub.kernel import clock
from hub.pages.fields import Choice, Day, Text
from hub.pages.forms import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The class that a client was assessed for on a day, and what says so."""

    klass: SuitabilityClass
    assessed_on: date
    source: str


def _assessment(*, klass: str, assessed_on: date, source: str) -> Assessment:
    return Assessment(klass=SuitabilityClass(klass), assessed_on=assessed_on, source=source)


def _not_ahead(value: date) -> None:
    if value > clock.firm_day():
        raise ValidationError(_("This day has not come."))


class AssessmentForm(Form):
    """An assessment."""

    into: ClassVar[Callable[..., Any]] = staticmethod(_assessment)

    klass = Choice(SuitabilityClass, required=True)
    assessed_on = Day(required=True, validate=_not_ahead)
    source = Text(most=200, required=True)
