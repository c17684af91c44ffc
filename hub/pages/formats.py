"""How values look: money, numbers, days, moments, masked addresses."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_timedelta
from babel.numbers import format_currency, format_decimal
from flask import Flask, current_app
from flask_babel import get_locale

from hub.kernel import clock, sentences

NOTHING = "—"
SHOWN_START, SHOWN_END = 3, 4  # digits of a phone number that stay readable


def _locale() -> Locale:
    return get_locale() or Locale.parse("en")


def money(value: Decimal | None, currency: str = "CNY") -> str:
    """An amount with its currency: ¥1,234.50."""
    if value is None:
        return NOTHING
    text = format_currency(value, currency or "CNY", locale=_locale())
    return text.replace("CN¥", "¥")  # the firm's own money needs no country


def number(value: Decimal | int | None) -> str:
    """A number in groups of three."""
    return NOTHING if value is None else format_decimal(value, locale=_locale())


def day(value: date | None) -> str:
    """A day, written out for the reader."""
    return NOTHING if value is None else format_date(value, "medium", locale=_locale())


def moment(value: datetime | None) -> str:
    """A moment in the firm's zone, to the minute, written out for the reader."""
    if value is None:
        return NOTHING
    local = value.astimezone(ZoneInfo(current_app.config["HUB"].zone))
    return f"{day(local.date())} {local:%H:%M}"


def stamp(value: date | datetime | None) -> str:
    """A day or moment for columns, where all must line up: 2026-01-31 09:30."""
    if isinstance(value, datetime):
        zone = ZoneInfo(current_app.config["HUB"].zone)
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    return NOTHING if value is None else value.isoformat()


def month_name(value: date) -> str:
    """The month of a day, written out."""
    return format_date(value, "LLLL", locale=_locale())


def ago(value: datetime | None) -> str:
    """How long ago (or how far ahead) a moment is."""
    if value is None:
        return NOTHING
    return format_timedelta(value - clock.now(), add_direction=True, locale=_locale())


def masked_phone(value: str | None) -> str:
    """A phone number that can be told from others, but not dialled: +86 138****1234."""
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


def masked_address(value: str | None) -> str:
    """A phone number or an e-mail address, masked as its kind is."""
    return masked_email(value) if value and "@" in value else masked_phone(value)


FILTERS = {
    "money": money,
    "number": number,
    "day": day,
    "moment": moment,
    "stamp": stamp,
    "month_name": month_name,
    "ago": ago,
    "masked_phone": masked_phone,
    "masked_email": masked_email,
    "masked_address": masked_address,
    "sentence": sentences.shown,
}


def install(app: Flask) -> None:
    """Give the templates of `app` these filters."""
    app.jinja_env.filters.update(FILTERS)
