"""How something dated is read: on a day, as known at a moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _

from hub.kernel import clock
from hub.kernel.dated import AsOf
from hub.pages.fields import Day, Moment
from hub.pages.filters import Filter
from hub.pages.forms import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """On a day, as known at a moment; today and now if not said."""

    day: date | None = None
    known_at: datetime | None = None

    @property
    def as_of(self) -> AsOf:
        """The reading as queries take it; a moment without a zone is the firm's time."""
        at = self.known_at
        if at is not None and at.tzinfo is None:
            at = at.replace(tzinfo=ZoneInfo(clock.firm_zone()))
        return AsOf(self.day or clock.firm_day(), at)

    @property
    def is_dated(self) -> bool:
        """Whether a day or a moment was asked for: else it is how things stand now."""
        return self.day is not None or self.known_at is not None

    @property
    def moment(self) -> datetime | None:
        """Where a day that is over ended, or what was known then: for what moments alone tell."""
        ends = () if self.day is None else (clock.end_of(self.day),)
        known = () if self.as_of.known_at is None else (self.as_of.known_at,)
        return min((*ends, *known), default=None)


class DatedForm(Form):
    """A reading as it is asked for."""

    into: ClassVar[Callable[..., Any]] = Reading

    day = Day(load_default=None)
    known_at = Moment(load_default=None)


def filters(day: Any = None) -> tuple[Filter, ...]:
    """What a list is asked that is read so; `day` says what holds on the day."""
    return (
        Filter(key="day", label=day or _("As of"), kind="day"),
        Filter(key="known_at", label=_("As known at"), kind="moment"),
    )
