"""Care flags as they are sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from flask_babel import gettext as _
from marshmallow import ValidationError

from hub.clients.care.rules import REASON_MOST, CareKind
from hub.kernel import clock
from hub.pages.fields import Choice, Day, Text
from hub.pages.forms import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class CareWish:
    """A care flag as it shall hold from today: to the end of `last_day`, or until it is ended."""

    kind: CareKind
    reason: str
    last_day: date | None


def _wish(*, kind: str, reason: str, last_day: date | None = None) -> CareWish:
    return CareWish(kind=CareKind(kind), reason=reason, last_day=last_day)


def _not_over(value: date | None) -> None:
    if value is not None and value < clock.firm_day():
        raise ValidationError(_("This day is over."))


class CareForm(Form):
    """A care flag."""

    into: ClassVar[Callable[..., Any]] = staticmethod(_wish)

    kind = Choice(CareKind, required=True)
    reason = Text(most=REASON_MOST, required=True)
    last_day = Day(allow_none=True, validate=_not_over)
