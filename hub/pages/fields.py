"""The kinds of field a form is made of: each says in plain words what is wrong."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _
from marshmallow import ValidationError, fields, validate

from hub.kernel.sentences import N_

TEXT_MOST = 255  # characters; what a plain text column holds
MONEY_MOST = Decimal(10) ** 14
# No day of a brokerage lies outside; nearer the ends of the calendar a zone leads out of it.
FIRST, LAST = date(1900, 1, 1), date(2200, 12, 31)


def _says(invalid: str, **more: str) -> Any:
    """What a field says by the name of the fault.

    Shape: msgids, which `forms.first` translates: marshmallow takes plain strings only.
    """
    missing = N_("Fill this in.")
    return {"required": missing, "null": missing, "invalid": invalid} | more


class Text(fields.String):
    """A line of text; `most` characters at most."""

    default_error_messages = _says(N_("Write a text."))

    def __init__(self, *, most: int = TEXT_MOST, **options: Any) -> None:
        too_long = _("Too long: at most %(most)s characters.", most=most)
        super().__init__(
            validate=_with(validate.Length(max=most, error=too_long), options), **options
        )


class Whole(fields.Integer):
    """A whole number between `low` and `high`."""

    default_error_messages = _says(
        N_("Write a whole number."),
        too_large=N_("This number is too large."),
    )

    def __init__(self, *, low: int = 0, high: int = 2**53, **options: Any) -> None:
        outside = _("Write a number from %(low)s to %(high)s.", low=low, high=high)
        limits = validate.Range(low, high, error=outside)
        super().__init__(validate=_with(limits, options), **options)


class Amount(fields.Decimal):
    """An exact amount with at most four decimal places."""

    default_error_messages = _says(
        N_("Write an amount like 1200 or 0.5."),
        special=N_("Write an amount like 1200 or 0.5."),
        too_large=N_("This amount is too large."),
    )

    def __init__(self, *, low: Decimal = Decimal(0), **options: Any) -> None:
        wrong = _("Write an amount like 1200 or 0.5.")
        limits = validate.Range(low, MONEY_MOST, error=wrong)
        exact = validate.Predicate("is_finite", error=wrong)
        super().__init__(validate=[exact, *_with(limits, options), _four_places], **options)

    def _validated(self, value: Any) -> Decimal:
        return super()._validated(value.replace(",", "") if isinstance(value, str) else value)


class Day(fields.Date):
    """A day."""

    default_error_messages = _says(N_("Write a day like 2026-01-31."))

    def __init__(self, **options: Any) -> None:
        limits = validate.Range(FIRST, LAST, error=_("Write a day like 2026-01-31."))
        super().__init__(validate=_with(limits, options), **options)


class Moment(fields.DateTime):
    """A moment as a browser's field gives it: local time without a zone."""

    default_error_messages = _says(N_("Write a time like 2026-01-31 09:30."))

    def __init__(self, **options: Any) -> None:
        super().__init__(validate=_with(_near, options), **options)


class Yes(fields.Boolean):
    """A box that is ticked or not; missing means not."""

    default_error_messages = _says(N_("Tick the box or leave it."))

    def __init__(self, **options: Any) -> None:
        super().__init__(**({"load_default": False} | options))


class Choice(fields.String):
    """One of `choices` (values)."""

    default_error_messages = _says(N_("Choose one of the list."))

    def __init__(self, choices: Any, **options: Any) -> None:
        values = tuple(str(getattr(choice, "value", choice)) for choice in choices)
        known = validate.OneOf(values, error=_("Choose one of the list."))
        super().__init__(validate=_with(known, options), **options)


class Email(fields.Email):
    """An e-mail address by its form; whether it exists is another question."""

    default_error_messages = _says(N_("Write an address like name@example.com."))


class Several(fields.List[Any]):
    """Any number of values."""

    default_error_messages = _says(N_("Choose from the list."))


class Table(fields.Dict):
    """Values by name: what a program sends where a page has a builder."""

    default_error_messages = _says(N_("Send an object of names and values."))


def _with(check: Any, options: dict[str, Any]) -> list[Any]:
    """The field's own check, then those the form adds."""
    added = options.pop("validate", None)
    if added is None:
        return [check]
    return [check, *(added if isinstance(added, (list, tuple)) else [added])]


def _near(value: datetime) -> None:
    if not FIRST <= value.date() <= LAST:
        raise ValidationError(_("Write a time like 2026-01-31 09:30."))


def _four_places(value: Decimal) -> None:
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -4:  # noqa: PLR2004 - what Money holds
        raise ValidationError(_("At most four decimal places."))
