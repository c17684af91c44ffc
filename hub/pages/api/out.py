"""The fields of what the API gives: always there, null where nothing is known."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields

from hub.kernel import sentences


class Out(Schema):
    """What an operation gives."""


class Amount(fields.String):
    """An exact amount, as text."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> str | None:
        del attr, obj, options
        return None if value is None else format(Decimal(value), "f")


class Moment(fields.DateTime):
    """A moment in UTC."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> Any:
        del attr, obj, options
        return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else None


class Sentence(fields.String):
    """What a table keeps as a sentence to be translated."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> str:
        del attr, obj, options
        return sentences.shown(value)


def text(*, null: bool = False, **options: Any) -> fields.String:
    """A text."""
    return fields.String(required=True, allow_none=null, **options)


def sentence(**options: Any) -> Sentence:
    """A kept sentence, in the reader's language."""
    return Sentence(required=True, **options)


def whole(*, null: bool = False, **options: Any) -> fields.Integer:
    """A whole number."""
    return fields.Integer(required=True, allow_none=null, **options)


def yes(*, null: bool = False, **options: Any) -> fields.Boolean:
    """True or false."""
    return fields.Boolean(required=True, allow_none=null, **options)


def day(*, null: bool = False, **options: Any) -> fields.Date:
    """A day."""
    return fields.Date(required=True, allow_none=null, **options)


def moment(*, null: bool = False, **options: Any) -> Moment:
    """A moment in UTC."""
    return Moment(required=True, allow_none=null, **options)


def amount(*, null: bool = False, **options: Any) -> Amount:
    """An exact amount, as text."""
    return Amount(required=True, allow_none=null, **options)


def texts(**options: Any) -> fields.List[Any]:
    """Texts."""
    return fields.List(fields.String(), required=True, **options)


def table(**options: Any) -> fields.Dict:
    """Values by name, of any kind."""
    return fields.Dict(keys=fields.String(), required=True, **options)


def one(inner: type[Schema], *, null: bool = False, **options: Any) -> fields.Nested:
    """An object."""
    return fields.Nested(inner, required=True, allow_none=null, **options)


def many(inner: type[Schema], **options: Any) -> fields.List[Any]:
    """Objects."""
    return fields.List(fields.Nested(inner), required=True, **options)


class Made(Out):
    """The number of what was made."""

    id = whole()
