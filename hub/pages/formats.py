"""How values look: money, numbers, days, moments, masked addresses."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal
from flask import Flask, current_app
from flask_babel import get_locale

from hub.kernel import clock

NOTHING = "—"
SHOWN_START, SHOWN_END = 3, 4  # digits of a phone number that stay readable


def _locale() -> Locale:
    return get_locale() or Locale.parse("en")


def money(value: Decimal | None, currency: str = "CNY") -> str:
    """An amount with its currency: ¥1,234.50."""
    if value is None:
        return NOTHING
    return format_currency(value, currency or "CNY", locale=_locale())


def number(value: Decimal | int | None) -> str:
    """A number in groups of three."""
    return NOTHING if value is None else format_decimal(value, locale=_locale())


def day(value: date | None) -> str:
    """A day, written out for the reader."""
    return NOTHING if value is None else format_date(value, "medium", locale=_locale())


def moment(value: datetime | None) -> str:
    """A moment in the firm's zone, to the minute."""
    if value is None:
        return NOTHING
    zone = ZoneInfo(current_app.config["HUB"].zone)
    local = value.astimezone(zone)
    text = format_datetime(local, "medium", tzinfo=zone, locale=_locale())
    return text.replace(f":{local:%S}", "", 1)


def ago(value: datetime | None) -> str:
    """How long ago (or how far ahead) a moment is."""
    if value is None:
        return NOTHING
    return format_timedelta(value - clock.now(), add_direction=True, locale=_locale())


def masked_phone(value: str | None) -> str:
    """A phone number that can be told from others, but not dialled: +86138****1234."""
    if not value:
        return NOTHING
    prefix, digits = ("+86", value[3:]) if value.startswith("+86") else ("", value)
    if len(digits) <= SHOWN_START + SHOWN_END:
        return prefix + "****" + digits[-2:]
    return f"{prefix and '+86 '}{digits[:SHOWN_START]}****{digits[-SHOWN_END:]}"


def masked_email(value: str | None) -> str:
    """An e-mail address that can be told from others, but not written to: l***@example.com."""
    if not value:
        return NOTHING
    name, at, domain = value.rpartition("@")
    return f"{name[:1]}***{at}{domain}" if at else f"{value[:1]}***"


FILTERS = {
    "money": money,
    "number": number,
    "day": day,
    "moment": moment,
    "ago": ago,
    "masked_phone": masked_phone,
    "masked_email": masked_email,
}


def install(app: Flask) -> None:
    """Give the templates of `app` these filters."""
    app.jinja_env.filters.update(FILTERS)
