"""What rules may ask of a client."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Integer, Numeric, cast, extract, type_coerce

from hub.clients import book_fields, contact_history, facts, past_profile
from hub.clients.flags import is_set
from hub.clients.models import Client
from hub.clients.rules import STATED_ASSETS, AddressKind, Gender, Language
from hub.kernel import clock
from hub.kernel.module import SegmentField
from hub.kernel.rules import Field

LANGUAGES = ((Language.ZH.value, _("Chinese")), (Language.EN.value, _("English")))
CHANNELS = ((AddressKind.EMAIL.value, _("E-mail")), (AddressKind.SMS.value, _("SMS")))
GENDERS = ((Gender.FEMALE.value, _("female")), (Gender.MALE.value, _("male")))


def _age(day: date, birthday: Any) -> ColumnElement[Any]:
    """Full years on a day: the difference of the days written as numbers, without its days."""
    written = (
        cast(extract("year", birthday), Integer) * 10_000
        + cast(extract("month", birthday), Integer) * 100
        + cast(extract("day", birthday), Integer)
    )
    years = (day.year * 10_000 + day.month * 100 + day.day - written) // 10_000
    return type_coerce(years, Numeric(12, 4))


def _element(column: Any) -> ColumnElement[Any]:
    element: ColumnElement[Any] = column.expression
    return element


def _plain(name: str, title: Any, kind: str, choices: Any = ()) -> SegmentField:
    """A column of the profile by its name."""
    return SegmentField(
        field=Field(name=name, title=title, kind=kind, choices=tuple(choices)),
        now=lambda: _element(getattr(Client, name)),
        as_of=partial(past_profile.was, name),
    )


def segment_fields() -> tuple[SegmentField, ...]:
    """All that this room says of a client."""
    return (*_profile(), *book_fields.fields())


def _reached(name: str, title: Any, flag: str, kind: AddressKind) -> SegmentField:
    """Whether there is a contact of a kind."""
    return SegmentField(
        field=Field(name=name, title=title, kind="flag"),
        now=lambda: is_set(flag, Client.flags),
        as_of=partial(contact_history.reached_by, kind),
    )


def _profile() -> tuple[SegmentField, ...]:
    assets = Field(name=STATED_ASSETS, title=_("Stated assets"), kind="money")
    age = Field(name="age", title=_("Age"), kind="number")
    return (
        _plain("city", _("City"), "text"),
        SegmentField(
            field=assets,
            now=lambda: _element(Client.stated_assets),
            as_of=partial(facts.value_on, STATED_ASSETS),
        ),
        _reached("email", _("E-mail"), "has_email", AddressKind.EMAIL),
        _reached("sms", _("Phone"), "has_sms", AddressKind.SMS),
        SegmentField(
            field=age,
            now=lambda: _age(clock.firm_day(), Client.birthday),
            as_of=lambda as_of: _age(as_of.day, past_profile.was("birthday", as_of)),
        ),
        _plain("birthday", _("Birthday"), "date"),
        _plain("language", _("Language"), "choice", LANGUAGES),
        _plain("gender", _("Gender"), "choice", GENDERS),
        _plain("preferred_channel", _("Preferred channel"), "choice", CHANNELS),
        _plain("branch", _("Branch"), "text"),
        _plain("opened_on", _("Account opened"), "date"),
        _plain("name", _("Name"), "text"),
        _plain("no", _("Client number"), "text"),
    )
