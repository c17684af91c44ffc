"""Untrusted input about tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from marshmallow import validate

from hub.pages.fields import Several, Text, Whole
from hub.pages.forms import Form

NAME_MOST = 80  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenWish:
    """What a new token shall be good for, and for how many days."""

    name: str
    scopes: frozenset[str]
    days: int | None = None


def _wish(**values: Any) -> TokenWish:
    return TokenWish(**(values | {"scopes": frozenset(values["scopes"])}))


class TokenForm(Form):
    """A new token as it is asked for."""

    into: ClassVar[Callable[..., Any]] = staticmethod(_wish)

    name = Text(most=NAME_MOST, required=True)
    scopes = Several(
        Text(most=64),
        required=True,
        validate=validate.Length(min=1, error=_("Choose at least one right.")),
    )
    days = Whole(low=1, high=3_650, load_default=None, allow_none=True)


class QuotaForm(Form):
    """How many requests a minute a token may send; nothing means the firm's usual number."""

    into: ClassVar[Callable[..., Any]] = dict

    per_minute = Whole(low=1, high=1_000_000, load_default=None, allow_none=True)
