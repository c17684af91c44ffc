"""What rules may ask of a client."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Integer, Numeric, cast, extract, type_coerce

from hub.clients import book_fields, facts
from hub.clients.flags import is_set
from hub.clients.models import Client
from hub.clients.rules import STATED_ASSETS, Gender, Language
from hub.kernel import clock
from hub.kernel.module import SegmentField
from hub.kernel.rules import Field

LANGUAGES = ((Language.ZH.value, _("Chinese")), (Language.EN.value, _("English")))
GENDERS = ((Gender.FEMALE.value, _("female")), (Gender.MALE.value, _("male")))


def _age(day: date) -> ColumnElement[Any]:
    """Full years on a day: the difference of the days written as numbers, without its days."""
    written = (
        cast(extract("year", Client.birthday), Integer) * 10_000
        + cast(extract("month", Client.birthday), Integer) * 100
        + cast(extract("day", Client.birthday), Integer)
    )
    years = (day.year * 10_000 + day.month * 100 + day.day - written) // 10_000
    return type_coerce(years, Numeric(12, 4))


def _element(column: Any) -> ColumnElement[Any]:
    element: ColumnElement[Any] = column.expression
    return element


def _plain(name: str, title: Any, kind: str, column: Any, choices: Any = ()) -> SegmentField:
    field = Field(name=name, title=title, kind=kind, choices=tuple(choices))
    return SegmentField(field=field, now=lambda: _element(column))


def segment_fields() -> tuple[SegmentField, ...]:
    """All that this room says of a client."""
    return (*_profile(), *book_fields.fields())


def _profile() -> tuple[SegmentField, ...]:
    assets = Field(name=STATED_ASSETS, title=_("Stated assets"), kind="money")
    age = Field(name="age", title=_("Age"), kind="number")
    phone = Field(name="sms", title=_("Phone"), kind="flag")
    mailbox = Field(name="email", title=_("E-mail"), kind="flag")
    return (
        _plain("city", _("City"), "text", Client.city),
        SegmentField(
            field=assets,
            now=lambda: _element(Client.stated_assets),
            as_of=lambda day: facts.value_on(STATED_ASSETS, day),
        ),
        SegmentField(field=mailbox, now=lambda: is_set("has_email", Client.flags)),
        SegmentField(field=phone, now=lambda: is_set("has_sms", Client.flags)),
        # A birthday is the same on every day, so the age of a past day is known too.
        SegmentField(field=age, now=lambda: _age(clock.firm_day()), as_of=_age),
        SegmentField(
            field=Field(name="birthday", title=_("Birthday"), kind="date"),
            now=lambda: _element(Client.birthday),
            as_of=lambda _day: _element(Client.birthday),
        ),
        _plain("language", _("Language"), "choice", Client.language, LANGUAGES),
        _plain("gender", _("Gender"), "choice", Client.gender, GENDERS),
        _plain("branch", _("Branch"), "text", Client.branch),
        _plain("opened_on", _("Account opened"), "date", Client.opened_on),
        _plain("name", _("Name"), "text", Client.name),
        _plain("no", _("Client number"), "text", Client.no),
    )
